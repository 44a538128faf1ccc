namespace StoreConnector.Hosting.Standalone;

/// <summary>What the pumps say: ids only.</summary>
internal static partial class Log
{
    [LoggerMessage(4102, LogLevel.Warning, "Queue {Queue} does not answer: {Kind}")]
    public static partial void QueueSilent(this ILogger logger, string queue, string kind);

    [LoggerMessage(4103, LogLevel.Warning, "A sweep failed, the next one begins where it did: {Kind}")]
    public static partial void SweepFailed(this ILogger logger, string kind);

    [LoggerMessage(4104, LogLevel.Warning, "The night's work failed, it is tried again in an hour: {Kind}")]
    public static partial void NightFailed(this ILogger logger, string kind);
}
