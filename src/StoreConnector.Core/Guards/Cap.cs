namespace StoreConnector.Core.Guards;

/// <summary>How many messages one person gets over all automations (e-mail 1 in 16 h and 4 in 7 d).</summary>
public static class Cap
{
    /// <summary>The least time between two e-mails.</summary>
    public static readonly TimeSpan EmailGap = TimeSpan.FromHours(16);

    /// <summary>The window of <see cref="EmailsPerWindow"/>.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(7);

    /// <summary>E-mails in one window.</summary>
    public const int EmailsPerWindow = 4;

    /// <summary>
    /// The earliest instant at which one more e-mail may leave; not after <paramref name="now"/> when it may now.
    /// </summary>
    /// <param name="sent">When the others left, or may have left; in any order.</param>
    /// <param name="now">The instant of the decision.</param>
    public static DateTimeOffset FreeAt(IEnumerable<DateTimeOffset> sent, DateTimeOffset now)
    {
        var recent = sent.Where(t => t > now - Window).OrderDescending().ToList();
        if (recent.Count == 0) { return now; }

        var gap = recent[0] + EmailGap;
        var window = recent.Count >= EmailsPerWindow ? recent[EmailsPerWindow - 1] + Window : now;
        return new[] { gap, window, now }.Max();
    }
}
