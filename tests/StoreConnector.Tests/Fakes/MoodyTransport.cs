using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace StoreConnector.Tests.Fakes;

/// <summary>What becomes of one attempt of a request.</summary>
internal abstract record Mood
{
    /// <summary>It goes as ever.</summary>
    public sealed record Fine : Mood;

    /// <summary>It never leaves.</summary>
    /// <param name="Then">What others do meanwhile.</param>
    public sealed record Deaf(Func<Task>? Then = null) : Mood;

    /// <summary>It is applied, and the answer is lost.</summary>
    /// <param name="Then">What others do meanwhile.</param>
    public sealed record Mute(Func<Task>? Then = null) : Mood;

    /// <summary>It is not applied, and answered.</summary>
    public sealed record Says(int Status, string Code, string Body = "", string Type = "application/json") : Mood;

    /// <summary>It is not applied, and nobody answers ever.</summary>
    public sealed record Silent : Mood;
}

/// <summary>The way to Azure on a bad day. Attempts by method take the moods that were set for it, then they are fine.</summary>
/// <param name="real">How they leave; null: they must not.</param>
internal sealed class MoodyTransport(HttpPipelineTransport? real) : HttpPipelineTransport
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Mood>> moods = new();
    private readonly HttpPipelineTransport inner = real ?? new HttpClientTransport();

    public MoodyTransport() : this(new HttpClientTransport())
    {
    }

    /// <summary>Every attempt: its method and address.</summary>
    public ConcurrentQueue<(string Method, Uri Address, string Headers)> Attempts { get; } = new();

    /// <summary>The most rows of a page: the server may always answer with fewer than asked for.</summary>
    public int? PageSize { get; set; }

    /// <summary>Sets what becomes of the next attempts with this method.</summary>
    public void Next(string method, params Mood[] these)
    {
        foreach (var mood in these) { moods.GetOrAdd(method, _ => new()).Enqueue(mood); }
    }

    public int Count(string method) => Attempts.Count(a => a.Method == method);

    public override Request CreateRequest() => inner.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException("The service waits for nobody.");

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        var method = message.Request.Method.Method;
        if (PageSize is { } size)
        {
            message.Request.Uri.Query = System.Text.RegularExpressions.Regex.Replace(
                message.Request.Uri.Query, @"\$top=\d+", string.Create(CultureInfo.InvariantCulture, $"$$top={size}"));
        }

        Attempts.Enqueue((method, message.Request.Uri.ToUri(), string.Join('\n', message.Request.Headers)));
        switch (moods.TryGetValue(method, out var queue) && queue.TryDequeue(out var mood) ? mood : new Mood.Fine())
        {
            case Mood.Says says:
                message.Response = new Said(says, message.Request);
                return;
            case Mood.Silent:
                await Task.Delay(Timeout.Infinite, message.CancellationToken);
                return;
            case Mood.Deaf deaf:
                await (deaf.Then?.Invoke() ?? Task.CompletedTask);
                throw new IOException("The request did not leave.");
            case Mood.Mute mute:
                await inner.ProcessAsync(message);
                await (mute.Then?.Invoke() ?? Task.CompletedTask);
                throw new IOException("The answer was lost.");
            default:
                Assert.NotNull(real);
                await inner.ProcessAsync(message);
                return;
        }
    }

    private sealed class Said(Mood.Says says, Request request) : Response
    {
        private readonly Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase)
        {
            ["x-ms-error-code"] = says.Code, ["Content-Type"] = IsOfQueue(request) && says.Body.Length == 0 ? "application/xml" : says.Type,
        };

        public override int Status => says.Status;

        public override string ReasonPhrase => says.Code;

        public override Stream? ContentStream { get; set; } = new MemoryStream(Encoding.UTF8.GetBytes(says.Body.Length > 0 ? says.Body
            : IsOfQueue(request) ? $"<?xml version=\"1.0\"?><Error><Code>{says.Code}</Code><Message>It is so.</Message></Error>"
            : "{\"odata.error\":{\"code\":\"" + says.Code + "\",\"message\":{\"lang\":\"en-US\",\"value\":\"It is so.\"}}}"));

        public override string ClientRequestId { get; set; } = request.ClientRequestId;

        private static bool IsOfQueue(Request request) =>
            !request.Headers.TryGetValue("Accept", out var accept) || !accept!.Contains("odata", StringComparison.Ordinal);

        public override void Dispose() => ContentStream?.Dispose();

        protected override bool ContainsHeader(string name) => headers.ContainsKey(name);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => headers.Select(h => new HttpHeader(h.Key, h.Value));

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) => headers.TryGetValue(name, out value);

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = headers.TryGetValue(name, out var value) ? [value] : null;
            return values is not null;
        }
    }
}
