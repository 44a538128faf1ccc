using System.Text.Json;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Processing.Shopify;

namespace StoreConnector.Tests.Fakes;

/// <summary>A shop's Admin API that answers what a test says, by operation; what it was asked is noted.</summary>
internal sealed class ScriptedShop : IShopAdmin
{
    private readonly Dictionary<string, Queue<AdminAnswer>> answers = new(StringComparer.Ordinal);

    public List<(string Operation, JsonElement Variables)> Asked { get; } = [];

    /// <summary>The next answers to an operation; the last one is given for ever.</summary>
    public ScriptedShop Says(string operation, params AdminAnswer[] next)
    {
        answers[operation] = new(next);
        return this;
    }

    public static AdminAnswer Done(string data) => new AdminAnswer.Done(JsonDocument.Parse(data).RootElement);

    public static AdminAnswer Refused(string code) => new AdminAnswer.Refused([new(code, "", "It was refused.")]);

    public IEnumerable<JsonElement> AskedFor(string operation) => Asked.Where(a => a.Operation == operation).Select(a => a.Variables);

    public ValueTask<AdminAnswer> AskAsync(string storeId, AdminOperation operation,
        IReadOnlyDictionary<string, object?>? variables, CancellationToken cancel)
    {
        Asked.Add((operation.Name, JsonSerializer.SerializeToElement(variables)));
        var next = answers.GetValueOrDefault(operation.Name) ?? throw new InvalidOperationException($"Nobody said what to answer to {operation.Name}.");
        return new(next.Count > 1 ? next.Dequeue() : next.Peek());
    }
}
