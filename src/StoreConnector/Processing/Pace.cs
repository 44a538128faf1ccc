using System.Globalization;
using System.Text;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Storage;

namespace StoreConnector.Processing;

/// <summary>
/// A bucket of tokens for each store's sender, shared by all copies of the service: a mail takes one, a text one for
/// each segment. It holds a minute's worth. An empty bucket says when to come back; a vendor that said "too much"
/// closes
/// it for a while.
/// </summary>
/// <remarks>
/// Kept as one instant, the time at which the bucket would be full again (the generic cell rate algorithm, ITU-T
/// I.371): taking moves it ahead.
/// </remarks>
internal static class Pace
{
    /// <summary>
    /// Segments of a minute that a single long number carries: one a second. Source: Twilio's limits.
    /// </summary>
    public const int DefaultSegments = 60;

    /// <summary>How long a busy vendor is left alone.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);

    private const string Partition = "pace";

    /// <summary>
    /// Those who come back at once would meet again: each waits a little longer, by chance of its key.
    /// </summary>
    private const int SpreadSeconds = 45;

    /// <summary>Takes what a message needs.</summary>
    /// <param name="key">Whose message it is.</param>
    /// <returns>Null when it may leave; else when to come back.</returns>
    public static async ValueTask<DateTimeOffset?> TryTakeAsync(
        StoreContext store, Channel channel, int tokens, string key, DateTimeOffset now, CancellationToken cancel)
    {
        if (!IsPaced(store.Store, channel)) { return null; }

        var (table, row) = (store.Customers.Table, Row(channel));
        while (true)
        {
            var read = await table.ReadAsync(Partition, row, cancel);
            var fullAt = read is null ? now : Later(Instant(read), now);
            var each = PerMinute(store.Store, channel) is { } rate ? TimeSpan.FromMinutes(1.0 / rate) : TimeSpan.Zero;
            var next = fullAt + (each * tokens);
            // A message of many segments leaves when the bucket is full, however small that is.
            if (fullAt > now && next - now > TimeSpan.FromMinutes(1))
            {
                return Later(next - TimeSpan.FromMinutes(1), now) + Spread(key);
            }

            if (next == fullAt || await table.TryWriteAsync(Partition, [Write(read, row, next)], cancel))
            {
                return null;
            }
        }
    }

    /// <summary>The vendor has enough for now: nobody comes before the pause is over.</summary>
    public static async ValueTask CloseAsync(
        StoreContext store, Channel channel, DateTimeOffset now, CancellationToken cancel)
    {
        var (table, row) = (store.Customers.Table, Row(channel));
        var until = now + Pause + TimeSpan.FromMinutes(1); // A bucket that is full in a minute is not empty.
        while (true)
        {
            var read = await table.ReadAsync(Partition, row, cancel);
            if (read is not null && Instant(read) >= until) { return; }

            if (await table.TryWriteAsync(Partition, [Write(read, row, until)], cancel)) { return; }
        }
    }

    private static bool IsPaced(Store store, Channel channel) =>
        (channel == Channel.Email ? store.Email.Provider : store.Sms.Provider) != EmailSettings.Default.Provider;

    private static int? PerMinute(Store store, Channel channel) =>
        channel == Channel.Email ? store.Email.PerMinute : store.Sms.PerMinute ?? DefaultSegments;

    private static string Row(Channel channel) => Store.HoldOf(channel);

    private static TimeSpan Spread(string key) =>
        TimeSpan.FromSeconds(key.Aggregate(17, (hash, c) => ((hash * 31) + c) % 9973) % SpreadSeconds);

    private static TableWrite Write(TableRow? read, string row, DateTimeOffset at)
    {
        var bytes = Encoding.ASCII.GetBytes(at.UtcTicks.ToString(CultureInfo.InvariantCulture));
        return read is null ? new TableWrite.Insert(row, bytes) : new TableWrite.Replace(row, bytes, read.ETag);
    }

    private static DateTimeOffset Instant(TableRow row) =>
        new(long.Parse(row.Value.Span, CultureInfo.InvariantCulture), TimeSpan.Zero);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
