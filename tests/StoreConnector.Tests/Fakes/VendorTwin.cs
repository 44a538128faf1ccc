using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StoreConnector.Tests.Fakes;

/// <summary>What a twin does with one message that is offered to it.</summary>
internal enum TwinMood
{
    /// <summary>Takes it and says so.</summary>
    Accepts,

    /// <summary>Takes it and hangs up.</summary>
    LosesAnswer,

    /// <summary>Takes it and answers that something went wrong.</summary>
    FailsAfter,

    /// <summary>Takes it and answers yes in words that nobody can read.</summary>
    Mumbles,

    /// <summary>Does not take it: come back later.</summary>
    AsksLater,

    /// <summary>Takes it and never answers.</summary>
    Stalls,
}

/// <summary>A vendor's double on this machine, to test a client of ours against.</summary>
internal interface IVendorTwin : IAsyncDisposable
{
    /// <summary>How often a message was offered, whatever became of it.</summary>
    int Offered { get; }

    /// <summary>The ids of what was taken, in order: what a person would have received.</summary>
    IReadOnlyList<string> Accepted { get; }

    /// <summary>What was taken, as it was sent.</summary>
    IReadOnlyList<string> Bodies { get; }

    /// <summary>What it does with the next messages; with those after them: accepts.</summary>
    void Next(params TwinMood[] moods);

    /// <summary>Begins to listen; until then nobody is there.</summary>
    Task StartAsync();
}

/// <summary>A twin that speaks HTTP: it judges by the vendor's own rules, and by those no specification states.</summary>
internal abstract class VendorTwin : IVendorTwin
{
    private readonly ConcurrentQueue<TwinMood> moods = new();
    private readonly CancellationTokenSource end = new();
    private readonly Lock gate = new();
    private readonly List<TwinMessage> accepted = [];
    private WebApplication? app;
    private int offered;

    /// <summary>Where it listens, or will.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort()}");

    public int Offered => Volatile.Read(ref offered);

    public IReadOnlyList<TwinMessage> Messages
    {
        get
        {
            lock (gate) { return [.. accepted]; }
        }
    }

    public IReadOnlyList<string> Accepted => [.. Messages.Select(m => m.Id)];

    public IReadOnlyList<string> Bodies => [.. Messages.Select(m => m.Body)];

    /// <summary>Refuses every message with this status and body from now on; null: judges again.</summary>
    public (int Status, string Body)? RefusesWith { get; set; }

    /// <summary>What "later" asks for, in seconds.</summary>
    public int RetryAfter { get; set; } = 2;

    public void Next(params TwinMood[] moods)
    {
        foreach (var mood in moods) { this.moods.Enqueue(mood); }
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, Address.Port));
        app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        if (app is not null) { await app.DisposeAsync(); }

        end.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    /// <summary>Whether a request offers a message; else it asks for something.</summary>
    private protected abstract bool IsOffer(HttpRequest request);

    /// <summary>Takes or refuses by the vendor's rules.</summary>
    private protected abstract TwinVerdict Judge(HttpRequest request, string body);

    /// <summary>The answer to a message that was taken.</summary>
    private protected abstract IResult Yes(TwinMessage message);

    /// <summary>The answer to a question.</summary>
    private protected abstract IResult Answer(HttpRequest request, string body);

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var result = IsOffer(context.Request) ? await OfferAsync(context, body) : Answer(context.Request, body);
        if (result is not null) { await result.ExecuteAsync(context); }
    }

    private async Task<IResult?> OfferAsync(HttpContext context, string body)
    {
        Interlocked.Increment(ref offered);
        var mood = moods.TryDequeue(out var next) ? next : TwinMood.Accepts;
        if (mood == TwinMood.AsksLater)
        {
            context.Response.Headers.RetryAfter = RetryAfter.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Results.StatusCode(429);
        }

        if (RefusesWith is var (status, words)) { return Results.Content(words, "application/json", null, status); }

        var verdict = Judge(context.Request, body);
        if (verdict.Message is not { } message) { return verdict.Refusal; }

        lock (gate)
        {
            if (accepted.Find(m => m.RepeatKey is not null && m.RepeatKey == message.RepeatKey) is { } first) { message = first; }
            else { accepted.Add(message); }
        }

        return await AfterAsync(mood, context, message);
    }

    private async Task<IResult?> AfterAsync(TwinMood mood, HttpContext context, TwinMessage message)
    {
        switch (mood)
        {
            case TwinMood.LosesAnswer:
                context.Abort();
                return null;
            case TwinMood.FailsAfter:
                return Results.StatusCode(500);
            case TwinMood.Mumbles:
                return Results.Content("<html>It works!", "text/html", null, 200);
            case TwinMood.Stalls:
                using (var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, end.Token))
                {
                    await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                }

                return null;
            default:
                return Yes(message);
        }
    }
}

/// <summary>A message that a twin took.</summary>
/// <param name="Id">The vendor's.</param>
/// <param name="To">Whom for.</param>
/// <param name="Body">The request's.</param>
/// <param name="RepeatKey">By which the vendor knows a repeat; null where it knows none.</param>
internal sealed record TwinMessage(string Id, string To, string Body, string? RepeatKey = null)
{
    /// <summary>A field of its form, or of its head.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    public DateTimeOffset At { get; init; }
}

/// <summary>What a twin makes of a message: one of both.</summary>
internal sealed record TwinVerdict(TwinMessage? Message, IResult? Refusal)
{
    public static implicit operator TwinVerdict(TwinMessage message) => new(message, null);

    public static TwinVerdict No(IResult refusal) => new(null, refusal);
}
