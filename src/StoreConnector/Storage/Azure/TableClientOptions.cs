using Azure.Core;
using Azure.Core.Pipeline;

namespace StoreConnector.Storage.Azure;

/// <summary>How both services are asked: patience that fits the five seconds a platform waits for its answer.</summary>
internal sealed class TableClientOptions : ClientOptions
{
    /// <summary>How often a request is repeated that was throttled, failed or got no answer.</summary>
    public const int MaxRetries = 3;

    /// <summary>How long one attempt may take.</summary>
    public static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc cref="SetUp"/>
    public TableClientOptions(HttpPipelineTransport? transport = null, TimeSpan? patience = null) =>
        SetUp(this, transport, patience);

    /// <summary>
    /// Retries with growing pauses, and the server's own <c>Retry-After</c>; nothing of a request is logged or traced,
    /// for its address holds keys.
    /// </summary>
    /// <param name="options">Of either service's client.</param>
    /// <param name="transport">How requests leave; null for the usual way.</param>
    /// <param name="patience">How long one attempt may take; null for <see cref="NetworkTimeout"/>.</param>
    public static void SetUp(ClientOptions options, HttpPipelineTransport? transport, TimeSpan? patience)
    {
        options.Retry.MaxRetries = MaxRetries;
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = patience ?? NetworkTimeout;
        if (transport is not null) { options.Transport = transport; }

        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
    }
}
