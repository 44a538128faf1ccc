using System.Text.Json;
using StoreConnector.Processing;

namespace StoreConnector.Hosting.Functions;

/// <summary>
/// The life under the Azure Functions host, as its custom handler: the host reads the queues and keeps the timers, and
/// calls <c>POST /{function}</c> for each message and tick. Everything else comes by the function <c>Http</c>, path and
/// all, to the same endpoints as ever. Each function has its <c>function.json</c> beside this file.
/// </summary>
internal static partial class FunctionsSetup
{
    /// <summary>What may be under way when the host stops waiting, which kills the process: below its
    /// <c>functionTimeout</c>.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    /// <summary>The largest call of the host's: a message in base64 and what is told of it.</summary>
    private const int MaxCall = 256 * 1024;

    /// <summary>The functions that are called for a message, with their queues.</summary>
    public static IReadOnlyList<(string Function, string Queue)> Triggered { get; } =
    [
        ("ShopEvents", Queues.ShopEvents), ("WakeUps", Queues.WakeUps), ("ProductChanges", Queues.ProductChanges),
        ("Imports", Queues.Imports),
    ];

    /// <exception cref="BrokenSettingException">The triggers listen to other queues than ours.</exception>
    public static void MapFunctions(this WebApplication app, ServiceSettings settings)
    {
        CheckTriggers(app.Configuration["FUNCTIONS_APP_ROOT_PATH"] ?? "", (EngineSettings.Azure)settings.Engine);
        var host = app.MapGroup("").ExcludeFromDescription().AddEndpointFilter(OnlyTheHostAsync);
        foreach (var (function, queue) in Triggered)
        {
            host.MapPost($"/{function}", (HttpRequest request, MessageRunner runner, ILogger<MessageRunner> log) =>
                HandleAsync(request, function, queue, runner, log));
        }

        host.MapPost("/Sweep", (ISweeper sweeper) => TickAsync(sweeper.SweepAsync));
        host.MapPost("/Nightly", (INightly nightly) => TickAsync(nightly.RunAsync));
    }

    /// <summary>A prefix that was set here and not published there would leave every message lying.</summary>
    private static void CheckTriggers(string folder, EngineSettings.Azure engine)
    {
        foreach (var (function, queue) in Triggered)
        {
            var file = Path.Combine(folder, function, "function.json");
            var name = $"{engine.Prefix}-{queue}";
            if (File.Exists(file) && !File.ReadAllText(file).Contains($"\"{name}\"", StringComparison.Ordinal))
            {
                throw new BrokenSettingException($"{file} does not listen to the queue '{name}' of "
                    + "Storage:Prefix: publish with --prefix, or set Storage:Prefix to what was published.");
            }
        }
    }

    private static async Task<IResult> HandleAsync(
        HttpRequest request, string function, string queue, MessageRunner runner, ILogger log)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        Envelope envelope;
        try
        {
            using var call = await JsonDocument.ParseAsync(request.Body, cancellationToken: deadline.Token);
            envelope = Envelope.Read(call.RootElement);
        }
        catch (JsonException e)
        {
            NoEnvelope(log, function, e.GetType().Name);
            return Results.Json(new { error = "That is no envelope of the Functions host." }, statusCode: 400);
        }

        return await runner.RunAsync(queue, envelope.Body, envelope.Id, envelope.Dequeues, deadline.Token)
            ? Done() : Results.Json(new { error = "The message failed; the log has the reason." }, statusCode: 500);
    }

    private static async Task<IResult> TickAsync(Func<CancellationToken, Task> work)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await work(deadline.Token); // What it throws is a 500: the host logs it, the next tick begins where this did.
        return Done();
    }

    /// <summary>The smallest success: an empty answer would hang the host until its time-out kills us.</summary>
    private static IResult Done() => Results.Json(new { });

    /// <summary>
    /// The function <c>Http</c> takes every path from outside, these too. The host's own calls name the address we
    /// listen on; what it passes on keeps the caller's Host, and has headers that the caller cannot take away.
    /// </summary>
    private static async ValueTask<object?> OnlyTheHostAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (!IsTheHost(request)) { return Results.NotFound(); }

        if (context.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is
            { IsReadOnly: false } limit) { limit.MaxRequestBodySize = MaxCall; }

        return await next(context);
    }

    private static bool IsTheHost(HttpRequest request) =>
        request.Host.Host is "127.0.0.1" or "localhost" && request.Host.Port == request.HttpContext.Connection.LocalPort
        && !request.Headers.ContainsKey("x-ms-invocation-id") && !request.Headers.ContainsKey("X-Forwarded-For")
        && !request.Headers.ContainsKey("DISGUISED-HOST");

    [LoggerMessage(4101, LogLevel.Warning, "Function {Function} was called with what is no envelope ({Kind})")]
    private static partial void NoEnvelope(ILogger log, string function, string kind);
}
