namespace StoreConnector.Core.Guards;

/// <summary>How many messages of one channel one person gets over all automations.</summary>
/// <param name="Gap">The least time between two.</param>
/// <param name="PerDay">How many in any 24 h, or null where the gap says it all.</param>
/// <param name="Window">The time over which <paramref name="PerWindow"/> counts.</param>
/// <param name="PerWindow">How many in any such time, at least 1.</param>
public sealed record CapRule(TimeSpan Gap, int? PerDay, TimeSpan Window, int PerWindow);

/// <summary>
/// The caps over all automations: e-mail 1 in 16 h and 4 in 7 d; texts 1 in 24 h and 4 in 7 d, or fewer by law. Our own
/// choice, stricter than any law we know.
/// </summary>
public static class Cap
{
    /// <summary>The least time between two e-mails.</summary>
    public static readonly TimeSpan EmailGap = TimeSpan.FromHours(16);

    /// <summary>The window of <see cref="EmailsPerWindow"/>, and of the texts' weekly cap.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(7);

    /// <summary>E-mails in one window.</summary>
    public const int EmailsPerWindow = 4;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>The cap of e-mail.</summary>
    public static CapRule Email { get; } = new(EmailGap, null, Window, EmailsPerWindow);

    /// <summary>The cap of texts.</summary>
    /// <param name="limits">What holds where the person is: never more than our own 1 in 24 h and 4 in 7 d.</param>
    public static CapRule Sms(SmsLimits limits) => new(TimeSpan.Zero, limits.Per24h, Window, limits.Per7d);

    /// <summary>
    /// The earliest instant at which one more e-mail may leave; not after <paramref name="now"/> when it may now.
    /// </summary>
    /// <param name="sent">When the others left, or may have left; in any order.</param>
    /// <param name="now">The instant of the decision.</param>
    public static DateTimeOffset FreeAt(IEnumerable<DateTimeOffset> sent, DateTimeOffset now) =>
        FreeAt(Email, sent, now);

    /// <summary>
    /// The earliest instant at which one more may leave; not after <paramref name="now"/> when it may now.
    /// </summary>
    /// <param name="rule">The channel's cap.</param>
    /// <param name="sent">When the others of that channel left, or may have left; in any order.</param>
    /// <param name="now">The instant of the decision.</param>
    public static DateTimeOffset FreeAt(CapRule rule, IEnumerable<DateTimeOffset> sent, DateTimeOffset now)
    {
        var newestFirst = sent.OrderDescending().ToList();
        var gap = newestFirst.Count == 0 ? now : newestFirst[0] + rule.Gap;
        var day = rule.PerDay is { } perDay ? Below(newestFirst, perDay, Day, now) : now;
        return new[] { now, gap, day, Below(newestFirst, rule.PerWindow, rule.Window, now) }.Max();
    }

    /// <summary>
    /// When fewer than <paramref name="most"/> lie within <paramref name="span"/>: as the most-th last leaves it.
    /// </summary>
    private static DateTimeOffset Below(
        List<DateTimeOffset> newestFirst, int most, TimeSpan span, DateTimeOffset now) =>
        newestFirst.Count >= most ? newestFirst[most - 1] + span : now;
}
