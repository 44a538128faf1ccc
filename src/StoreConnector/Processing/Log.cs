namespace StoreConnector.Processing;

/// <summary>What the loops say: ids only.</summary>
internal static partial class Log
{
    [LoggerMessage(
        2101, LogLevel.Warning, "Queue {Queue}: message {Id} failed, attempt {Attempt} of {Attempts}: {Kind} {Place}")]
    public static partial void MessageFailed(
        this ILogger logger, string queue, string id, int attempt, int attempts, string kind, string place);

    [LoggerMessage(2102, LogLevel.Warning, "Queue {Queue}: why message {Id} failed could not be kept: {Kind}")]
    public static partial void FailureNotKept(this ILogger logger, string queue, string id, string kind);
}
