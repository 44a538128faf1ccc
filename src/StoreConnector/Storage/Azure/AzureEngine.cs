using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Queues;

namespace StoreConnector.Storage.Azure;

/// <summary>
/// Both seams on an account of Azure Storage, shared by all copies of the service. Nothing is asked before it is
/// needed: the service starts, and says that it is not ready, while its storage does not answer.
/// </summary>
internal sealed class AzureEngine : ITables, IQueues
{
    private readonly AzureAccount account;
    private readonly string prefix;
    private readonly TimeProvider clock;
    private readonly Func<TimeSpan, TimeSpan> real;
    private readonly HttpPipeline pipeline;
    private readonly QueueServiceClient queues;
    private readonly PoisonShelf shelf;
    private readonly ConcurrentDictionary<string, ITable> openTables = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IQueue> openQueues = new(StringComparer.Ordinal);

    /// <param name="account">Whose tables and queues.</param>
    /// <param name="prefix">Begins all their names, so that several services share an account.</param>
    /// <param name="clock">The clock that messages become visible by.</param>
    /// <param name="real">The machine's span for one of the service's clock; null when they are the same.</param>
    /// <param name="transport">How requests leave; null for the usual way.</param>
    /// <param name="patience">How long one attempt may take; null for the usual time.</param>
    public AzureEngine(AzureAccount account, string prefix, TimeProvider clock, Func<TimeSpan, TimeSpan>? real = null,
        HttpPipelineTransport? transport = null, TimeSpan? patience = null)
    {
        (this.account, this.prefix, this.clock, this.real) = (account, prefix, clock, real ?? (span => span));
        var options = new TableClientOptions(transport, patience);
        pipeline = HttpPipelineBuilder.Build(options, Authentication(account), new TransactionCount("table"));
        queues = Queues(transport, patience);
        shelf = new(this, queues, clock);
    }

    async ValueTask<ITable> ITables.OpenAsync(string name, CancellationToken cancel)
    {
        Limits.CheckTableName(name);
        Limits.CheckTableName(prefix + name);
        if (openTables.TryGetValue(name, out var known)) { return known; }

        var client = Table(name);
        var answer = await client.CreateAsync(cancel);
        return answer.IsSuccess || answer.Code == "TableAlreadyExists"
            ? openTables[name] = new AzureTable(client, name, () => openTables.TryRemove(name, out _))
            : throw AzureFailure.Refusal("Table", account.Tables, answer.Status, answer.Code);
    }

    public async ValueTask DropAsync(string name, CancellationToken cancel)
    {
        Limits.CheckTableName(name);
        openTables.TryRemove(name, out _);
        var answer = await Table(name).DeleteAsync(cancel);
        if (!answer.IsSuccess && answer.Status != 404)
        {
            throw AzureFailure.Refusal("Table", account.Tables, answer.Status, answer.Code);
        }
    }

    ValueTask<IQueue> IQueues.OpenAsync(string name, CancellationToken cancel)
    {
        Limits.CheckQueueName(name);
        // With what the Functions host adds, or it has nowhere to put poison.
        Limits.CheckQueueName($"{prefix}-{name}{PoisonShelf.Suffix}");
        return new(openQueues.GetOrAdd(name,
            n => new AzureQueue(queues.GetQueueClient($"{prefix}-{n}"), shelf, clock, real)));
    }

    private TableClient Table(string name) => new(account.Tables, pipeline, prefix + name);

    private static HttpPipelinePolicy Authentication(AzureAccount account) => account.Key is { } key
        ? new SharedKeyLitePolicy(account.Name, key)
        : new BearerTokenAuthenticationPolicy(account.Identity!, "https://storage.azure.com/.default");

    private QueueServiceClient Queues(HttpPipelineTransport? transport, TimeSpan? patience)
    {
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        TableClientOptions.SetUp(options, transport, patience);
        options.AddPolicy(new TransactionCount("queue"), HttpPipelinePosition.PerRetry);
        options.MessageDecodingFailed += GiveUpAsync;
        return account.Key is { } key
            ? new(account.Queues, new StorageSharedKeyCredential(account.Name, key), options)
            : new(account.Queues, account.Identity!, options);
    }

    /// <summary>A message that is no base64 was put there by somebody else: it is kept, and harms no other.</summary>
    private async Task GiveUpAsync(QueueMessageDecodingFailedEventArgs failed)
    {
        if (failed.ReceivedMessage is not { } message) { return; }

        var cancel = failed.CancellationToken;
        var name = failed.Queue.Name;
        var isPoison = name.EndsWith(PoisonShelf.Suffix, StringComparison.Ordinal);
        var queue = isPoison ? name[..^PoisonShelf.Suffix.Length] : name;
        await shelf.KeepAsync(queue, message.MessageId, message.InsertedOn, message.Body.ToMemory(), cancel);
        await AzureQueue.RemoveAsync(failed.Queue, message.MessageId, message.PopReceipt, cancel);
    }
}
