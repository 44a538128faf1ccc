using System.Diagnostics.Metrics;
using Azure.Core;
using Azure.Core.Pipeline;

namespace StoreConnector.Storage.Azure;

/// <summary>
/// Counts what Azure bills: every request that leaves, repeated ones too; a batch is one. Metric
/// <c>storeconnector.storage.transactions</c>, by service and operation.
/// </summary>
internal sealed class TransactionCount(string service) : HttpPipelineSynchronousPolicy
{
    private static readonly Meter Meter = new("StoreConnector");

    private static readonly Counter<long> Transactions = Meter.CreateCounter<long>(
        "storeconnector.storage.transactions", "{transaction}", "Requests to Azure Storage.");

    private readonly KeyValuePair<string, object?> service = new("service", service);

    /// <inheritdoc/>
    public override void OnSendingRequest(HttpMessage message) =>
        Transactions.Add(1, service, new("operation", Operation(message.Request.Method)));

    private string Operation(RequestMethod method) => (service.Value, method.Method) switch
    {
        ("table", "GET") => "read",
        ("table", _) => "write",
        (_, "GET") => "receive",
        (_, "POST") => "send",
        (_, "DELETE") => "delete",
        _ => "other",
    };
}
