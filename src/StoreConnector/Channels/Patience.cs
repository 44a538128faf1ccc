namespace StoreConnector.Channels;

/// <summary>When a message that has not been taken is offered again. Arithmetic alone.</summary>
internal static class Patience
{
    /// <summary>How often a message is offered, in all.</summary>
    public const int MaxAttempts = 4;

    /// <summary>How long it is offered, in all; a claim's lease is longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>The mean of the first wait; each is three times the one before.</summary>
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait before the next offer; null gives up.</summary>
    /// <param name="attempt">Which has just failed, from 1.</param>
    /// <param name="spent">Since the first began.</param>
    /// <param name="asked">What the vendor asked for: never less; and when it is too long, no more offers.</param>
    /// <param name="chance">At least 0, below 1: many who wait must not come back together.</param>
    public static TimeSpan? Next(int attempt, TimeSpan spent, TimeSpan? asked, double chance)
    {
        if (attempt >= MaxAttempts) { return null; }

        var wait = First * Math.Pow(3, attempt - 1) * (0.5 + chance);
        if (asked > wait) { wait = asked.Value; }

        return wait <= Longest - spent ? wait : null;
    }
}
