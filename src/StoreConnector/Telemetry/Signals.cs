using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace StoreConnector.Telemetry;

/// <summary>
/// What the service tells of its work: one source of spans and one meter, both named <see cref="Name"/>
/// (docs/telemetry.md). Tags are words of ours and few; a span may also carry a store's id, a send's id or the hash of
/// an event's id. Never an address, a number, a token, a body or a path. While nobody listens nothing is made.
/// </summary>
/// <remarks>Storage may not refer to this folder: an engine that counts makes a meter of the same name.</remarks>
internal static class Signals
{
    /// <summary>The source's and the meter's name; names of metrics begin with it, in lower case.</summary>
    public const string Name = "StoreConnector";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> ReceivedCount = Meter.CreateCounter<long>(
        "storeconnector.received", "{delivery}", "Deliveries of platforms, by what became of them.");

    private static readonly Counter<long> UnreadableCount = Meter.CreateCounter<long>(
        "storeconnector.unreadable", "{delivery}", "Signed deliveries that could not be read and were kept.");

    private static readonly Counter<long> OtherVersionCount = Meter.CreateCounter<long>(
        "storeconnector.shopify.other_version", "{message}", "What Shopify said in another API version than ours.");

    private static readonly Counter<long> QueuedCount = Meter.CreateCounter<long>(
        "storeconnector.queued", "{message}", "Messages put on a queue.");

    private static readonly Counter<long> HandledCount = Meter.CreateCounter<long>(
        "storeconnector.handled", "{message}", "Attempts to handle a queue's message, by outcome.");

    private static readonly Histogram<double> QueueAge = Meter.CreateHistogram<double>(
        "storeconnector.queue.age", "s", "From when a message was meant to be handled to when its handling began.",
        advice: new() { HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400] });

    private static readonly Counter<long> DecidedCount = Meter.CreateCounter<long>(
        "storeconnector.decided", "{decision}", "Decisions that were saved in a ledger.");

    private static readonly Counter<long> SentCount = Meter.CreateCounter<long>(
        "storeconnector.sent", "{message}", "Messages that a vendor took.");

    private static readonly Counter<long> FailedCount = Meter.CreateCounter<long>(
        "storeconnector.failed", "{message}", "Messages that a vendor refused, or that never reached one.");

    private static readonly Counter<long> UnknownCount = Meter.CreateCounter<long>(
        "storeconnector.unknown", "{message}", "Messages of which nobody knows whether they left.");

    private static readonly Gauge<double> DueOldest = Meter.CreateGauge<double>(
        "storeconnector.due.oldest", "s", "Age of the oldest due row that the last sweep found; 0 when it found none.");

    private static readonly Gauge<long> PoisonCount = Meter.CreateGauge<long>(
        "storeconnector.poison", "{message}", "Messages that were given up and wait for the operator.");

    /// <summary>The trace that is under way, as W3C's traceparent; null when there is none or nobody listens.</summary>
    public static string? Trace =>
        Source.HasListeners() && Activity.Current is { IdFormat: ActivityIdFormat.W3C } now ? now.Id : null;

    /// <summary>Whether anybody wants to know what was given up: it costs a look at each queue.</summary>
    public static bool WantsGivenUp => PoisonCount.Enabled;

    /// <summary>A delivery came; dispose the span when it was answered.</summary>
    public static Activity? Receive(string platform) =>
        Source.StartActivity("webhook")?.SetTag("platform", platform);

    /// <summary>What became of it.</summary>
    public static void Received(Activity? span, string platform, string outcome)
    {
        span?.SetTag("outcome", outcome);
        ReceivedCount.Add(1, new("platform", platform), new("outcome", outcome));
    }

    /// <summary>A delivery was kept because it could not be read.</summary>
    public static void Unreadable(string platform) =>
        UnreadableCount.Add(1, new KeyValuePair<string, object?>("platform", platform));

    /// <summary>Shopify delivered, or answered, in another API version than the one we read.</summary>
    /// <param name="by"><c>webhook</c> or <c>api</c>.</param>
    public static void OtherShopifyVersion(string by) =>
        OtherVersionCount.Add(1, new KeyValuePair<string, object?>("by", by));

    /// <summary>Messages were put on a queue.</summary>
    public static void Queued(string queue, int messages) =>
        QueuedCount.Add(messages, new KeyValuePair<string, object?>("queue", queue));

    /// <summary>A message's handling begins; dispose the span when it ended.</summary>
    /// <param name="queue">Which queue's.</param>
    /// <param name="trace">The trace that it came from; one that is missing or cannot be read begins a new one.</param>
    /// <param name="attempt">1 the first time.</param>
    public static Activity? Handle(string queue, string? trace, int attempt)
    {
        if (!Source.HasListeners()) { return null; }

        ActivityContext.TryParse(trace, null, isRemote: true, out var parent);
        return Source.StartActivity("handle " + queue, ActivityKind.Consumer, parent)?.SetTag("queue", queue)
            .SetTag("attempt", attempt);
    }

    /// <summary>What a span stands for failed.</summary>
    /// <param name="kind">The exception's type: its text may hold what a shop sent.</param>
    public static void Broke(Activity? span, string kind) =>
        span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", kind);

    /// <summary>How long a message waited beyond its time.</summary>
    public static void Waited(string queue, TimeSpan age) => QueueAge.Record(
        Math.Max(0, age.TotalSeconds), new KeyValuePair<string, object?>("queue", queue));

    /// <summary>An attempt ended.</summary>
    public static void Handled(string queue, string outcome) =>
        HandledCount.Add(1, new("queue", queue), new("outcome", outcome));

    /// <summary>The span under way, if it is one of ours, concerns that store, and that event by its hash.</summary>
    public static void Concerns(string storeId, string? eventHash = null)
    {
        if (Activity.Current is { } span && span.Source == Source)
        {
            span.SetTag("store.id", storeId);
            if (eventHash is not null) { span.SetTag("event.hash", eventHash); }
        }
    }

    /// <summary>A decision was saved.</summary>
    public static void Decided(string automation, string decision, string reason) =>
        DecidedCount.Add(1, new("automation", automation), new("decision", decision), new("reason", reason));

    /// <summary>A message is handed to a vendor; dispose the span when there was an answer or none can come.</summary>
    public static Activity? Send(string vendor, string channel, string storeId, string sendId) =>
        Source.StartActivity("send", ActivityKind.Client)?.SetTag("vendor", vendor).SetTag("channel", channel)
            .SetTag("store.id", storeId).SetTag("send.id", sendId);

    /// <summary>A vendor took a message.</summary>
    public static void Sent(Activity? span, string automation, string channel)
    {
        span?.SetTag("outcome", "sent");
        SentCount.Add(1, new("automation", automation), new("channel", channel));
    }

    /// <summary>A message has not left, for sure.</summary>
    public static void Failed(Activity? span, string channel, string reason)
    {
        span?.SetTag("outcome", "failed").SetTag("reason", reason).SetStatus(ActivityStatusCode.Error);
        FailedCount.Add(1, new("channel", channel), new("reason", reason));
    }

    /// <summary>Nobody knows whether a message left.</summary>
    public static void Unknown(Activity? span, string channel)
    {
        span?.SetTag("outcome", "unknown").SetStatus(ActivityStatusCode.Error);
        UnknownCount.Add(1, new KeyValuePair<string, object?>("channel", channel));
    }

    /// <summary>How late the oldest due row of a sweep was.</summary>
    public static void OldestDue(TimeSpan age) => DueOldest.Record(Math.Max(0, age.TotalSeconds));

    /// <summary>How many messages of a queue wait for the operator.</summary>
    public static void GivenUp(string queue, int messages) =>
        PoisonCount.Record(messages, new KeyValuePair<string, object?>("queue", queue));
}
