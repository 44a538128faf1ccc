using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace StoreConnector.Tests.Fakes;

/// <summary>One function as its folder describes it.</summary>
internal sealed record HostedFunction(string Name, string Type, string? Queue, string? Schedule);

/// <summary>
/// The Azure Functions host as a custom handler meets it, by its contract: reads <c>host.json</c> and every
/// <c>function.json</c> of a published folder; starts the executable with the host's environment; asks <c>GET /</c> until
/// something answers; passes HTTP through; posts an envelope for each queue message and tick; takes a 2xx with a JSON
/// object for success, an empty one for a hang; delivers failures again with a higher count, and gives them up to
/// <c>…-poison</c>; starts a worker that died anew. Times are shorter than the host's; a lease is renewed as there.
/// </summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6); // The host's: ten minutes.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1); // The host's: visibilityTimeout.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100); // The host's: up to maxPollingInterval.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly HttpClient caller = new(new SocketsHttpHandler { AllowAutoRedirect = true }) { Timeout = TimeSpan.FromMinutes(2) };
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> loops = [];
    private readonly StringBuilder log = new();
    private readonly string folder;
    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly double speed;
    private readonly JsonElement config;
    private FrontDoor front = null!;
    private Process? worker;
    private volatile TaskCompletionSource<Uri> up = NotYet();

    private FunctionsHost(string folder, IReadOnlyDictionary<string, string> settings, double speed)
    {
        (this.folder, this.settings, this.speed) = (folder, settings, speed);
        config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "host.json"))).RootElement;
        Functions = [.. Directory.EnumerateFiles(folder, "function.json", SearchOption.AllDirectories).Select(ReadFunction)];
    }

    public IReadOnlyList<HostedFunction> Functions { get; }

    /// <summary>Where the outside reaches the app.</summary>
    public Uri Address => front.Address;

    /// <summary>Calls that were answered in a way that hangs the host; there must be none.</summary>
    public ConcurrentQueue<string> Hangs { get; } = new();

    /// <summary>Calls by function, with whether they succeeded.</summary>
    public ConcurrentQueue<(string Function, bool Succeeded)> Calls { get; } = new();

    /// <summary>The storage calls the host itself made for queue triggers.</summary>
    public int QueueCalls => queueCalls;

    private int queueCalls;

    /// <summary>How long the first start took, from the process to its first answer.</summary>
    public TimeSpan ColdStart { get; private set; }

    /// <summary>All the worker has said.</summary>
    public string Log { get { lock (log) { return log.ToString(); } } }

    /// <summary>Calls a worker's own address, past the front.</summary>
    public Uri Worker => Reached ?? throw new InvalidOperationException("No worker runs.");

    /// <param name="folder">Where <c>func start</c> would run.</param>
    /// <param name="settings">The app's settings.</param>
    /// <param name="speed">How fast timers run.</param>
    public static async Task<FunctionsHost> StartAsync(
        string folder, IReadOnlyDictionary<string, string> settings, double speed = 1)
    {
        var host = new FunctionsHost(folder, settings, speed);
        host.front = await FrontDoor.OpenAsync(() => host.Reached, request =>
        {
            var id = Guid.NewGuid().ToString();
            request.Headers.TryAddWithoutValidation("X-Azure-Functions-InvocationId", id);
            request.Headers.TryAddWithoutValidation("X-Azure-Functions-HostVersion", "4.1046.0.0");
            request.Headers.Remove("x-ms-invocation-id");
            request.Headers.TryAddWithoutValidation("x-ms-invocation-id", id);
        });
        host.ColdStart = await host.StartWorkerAsync();
        host.loops.Add(Task.Run(host.KeepAliveAsync));
        host.loops.AddRange(host.Functions.Where(f => f.Queue is not null).Select(f => Task.Run(() => host.ListenAsync(f))));
        host.loops.AddRange(host.Functions.Where(f => f.Schedule is not null).Select(f => Task.Run(() => host.TickAsync(f))));
        return host;
    }

    /// <summary>SIGKILL, as the host stops a worker: no word of warning. Ends when another answers.</summary>
    public async Task KillWorkerAsync()
    {
        var next = up = NotYet();
        worker!.Kill();
        await next.Task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(loops).WaitAsync(Patience).ContinueWith(_ => { }, TaskScheduler.Default);
        up = NotYet();
        if (worker is { HasExited: false }) { worker.Kill(); }

        worker?.Dispose();
        await front.DisposeAsync();
        caller.Dispose();
        stop.Dispose();
    }

    /// <summary>Where the worker answers; null while none does.</summary>
    private Uri? Reached => up.Task is { IsCompletedSuccessfully: true } task ? task.Result : null;

    private static TaskCompletionSource<Uri> NotYet() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static HostedFunction ReadFunction(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        var trigger = json.RootElement.GetProperty("bindings").EnumerateArray()
            .Single(b => b.GetProperty("type").GetString()!.EndsWith("Trigger", StringComparison.Ordinal));
        return new(Path.GetFileName(Path.GetDirectoryName(file))!, trigger.GetProperty("type").GetString()!,
            Text(trigger, "queueName"), Text(trigger, "schedule"));

        static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private async Task<TimeSpan> StartWorkerAsync()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();

        var description = config.GetProperty("customHandler").GetProperty("description");
        var start = new ProcessStartInfo(Path.Combine(folder, description.GetProperty("defaultExecutablePath").GetString()!))
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var argument in description.GetProperty("arguments").EnumerateArray()) { start.ArgumentList.Add(argument.GetString()!); }

        start.Environment.Remove("ASPNETCORE_URLS");
        foreach (var (name, value) in settings) { start.Environment[name] = value; }

        var text = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = text;
        start.Environment["FUNCTIONS_HTTPWORKER_PORT"] = text;
        start.Environment["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"] = Guid.NewGuid().ToString();
        start.Environment["FUNCTIONS_HTTPWORKER_ID"] = Guid.NewGuid().ToString();
        start.Environment["FUNCTIONS_APP_ROOT_PATH"] = folder;
        start.Environment["PublicUrl"] = front.Address.ToString();

        var begun = Stopwatch.GetTimestamp();
        worker = Process.Start(start)!;
        _ = ListenToAsync(worker.StandardOutput);
        _ = ListenToAsync(worker.StandardError);
        var root = new Uri($"http://127.0.0.1:{text}/");
        while (Stopwatch.GetElapsedTime(begun) < Patience)
        {
            if (worker.HasExited) { throw new InvalidOperationException($"The worker ended with {worker.ExitCode}: {Log}"); }

            try
            {
                using var answer = await caller.GetAsync(root, stop.Token); // Any answer will do.
                up.TrySetResult(root);
                return Stopwatch.GetElapsedTime(begun);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(25, stop.Token);
            }
        }

        throw new TimeoutException($"The worker did not answer: {Log}");
    }

    private async Task ListenToAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            lock (log) { log.AppendLine(line); }
        }
    }

    private async Task KeepAliveAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await worker!.WaitForExitAsync(stop.Token);
                if (up.Task.IsCompleted) { up = NotYet(); } // Else it was killed, and somebody waits for the next.
                await StartWorkerAsync();
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task TickAsync(HostedFunction function)
    {
        var every = TimeSpan.FromMinutes(function.Schedule!.StartsWith("0 * ", StringComparison.Ordinal) ? 1 : 60) / speed;
        while (!stop.IsCancellationRequested)
        {
            await CallAsync(function, """
                {"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}},
                 "Metadata":{"sys":{"MethodName":"%","UtcNow":"2026-11-22T01:02:04.123Z","RandGuid":"24ad4c06-24ad-4e5b-8294-3da9714877e9"}}}
                """.Replace("%", function.Name, StringComparison.Ordinal));
            try { await Task.Delay(every < Poll ? Poll : every, stop.Token); }
            catch (OperationCanceledException) { return; }
        }
    }

    private async Task ListenAsync(HostedFunction function)
    {
        var queues = config.GetProperty("extensions").GetProperty("queues");
        var batch = queues.GetProperty("batchSize").GetInt32();
        using var room = new SemaphoreSlim(batch + queues.GetProperty("newBatchThreshold").GetInt32());
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        var queue = new QueueClient(settings["AzureWebJobsStorage"], function.Queue, options);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await room.WaitAsync(stop.Token);
                room.Release();
                var answer = await queue.ReceiveMessagesAsync(Math.Min(batch, room.CurrentCount), Lease, stop.Token);
                if (answer.Value.Length > 0) { Interlocked.Increment(ref queueCalls); } // Looking in vain is nobody's cost.
                foreach (var message in answer.Value)
                {
                    await room.WaitAsync(stop.Token);
                    _ = DeliverAsync(queue, function, message).ContinueWith(_ => room.Release(), TaskScheduler.Default);
                }

                if (answer.Value.Length == 0) { await Task.Delay(Poll, stop.Token); }
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                await queue.CreateIfNotExistsAsync();
            }
            catch (Exception e) when (e is OperationCanceledException or RequestFailedException or ObjectDisposedException)
            {
                if (stop.IsCancellationRequested) { return; }
            }
        }
    }

    private async Task DeliverAsync(QueueClient queue, HostedFunction function, QueueMessage message)
    {
        var receipt = message.PopReceipt;
        var call = CallAsync(function, EnvelopeOf(message));
        while (await Task.WhenAny(call, Task.Delay(Lease / 2)) != call) // Renewed while it runs.
        {
            receipt = (await queue.UpdateMessageAsync(message.MessageId, receipt, visibilityTimeout: Lease)).Value.PopReceipt;
        }

        Interlocked.Increment(ref queueCalls);
        var most = config.GetProperty("extensions").GetProperty("queues").GetProperty("maxDequeueCount").GetInt32();
        if (!await call && message.DequeueCount < most)
        {
            await queue.UpdateMessageAsync(message.MessageId, receipt, visibilityTimeout: RetryAfter);
            return;
        }

        if (!await call)
        {
            var poison = new QueueClient(settings["AzureWebJobsStorage"], function.Queue + "-poison",
                new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
            await poison.CreateIfNotExistsAsync();
            await poison.SendMessageAsync(message.Body); // The body alone: no reason, a new id.
        }

        await queue.DeleteMessageAsync(message.MessageId, receipt);
    }

    /// <summary>Byte for byte as the host writes it with <c>dataType: binary</c>.</summary>
    public static string EnvelopeOf(QueueMessage message) => string.Create(CultureInfo.InvariantCulture,
        $$$$"""{"Data":{"msg":"{{{{Convert.ToBase64String(message.Body)}}}}"},"Metadata":{"DequeueCount":"{{{{message.DequeueCount}}}}","ExpirationTime":"2026-11-29T01:02:03+00:00","Id":"\"{{{{message.MessageId}}}}\"","InsertionTime":"{{{{message.InsertedOn:yyyy-MM-ddTHH:mm:ss}}}}+00:00","NextVisibleTime":"2026-11-22T01:12:03+00:00","PopReceipt":"\"AgAAAAMAAAAAAAAAAgtnj8x+1QE=\"","sys":{"MethodName":"F","UtcNow":"2026-11-22T01:02:04.123Z","RandGuid":"24ad4c06-24ad-4e5b-8294-3da9714877e9"}}}""");

    /// <summary>One invocation, judged by the host's rules.</summary>
    public async Task<bool> CallAsync(HostedFunction function, string envelope)
    {
        var succeeded = false;
        try
        {
            // While a worker is started anew, new invocations wait for it.
            var to = await up.Task.WaitAsync(Patience);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(to, function.Name))
            {
                Content = new StringContent(envelope, Encoding.UTF8, "application/json"),
            };
            request.Headers.TransferEncodingChunked = true;
            request.Headers.TryAddWithoutValidation("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
            request.Headers.TryAddWithoutValidation("X-Azure-Functions-HostVersion", "4.1046.0.0");
            request.Headers.TryAddWithoutValidation("User-Agent", "Azure-Functions-Host/4.1046.0.0");
            using var answer = await caller.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            succeeded = answer.IsSuccessStatusCode && IsObject(function, answer, body);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or TimeoutException)
        {
            // Nobody was there, or the connection was refused or broke off: a failure.
        }

        Calls.Enqueue((function.Name, succeeded));
        return succeeded;
    }

    private bool IsObject(HostedFunction function, HttpResponseMessage answer, string body)
    {
        if (body.Length == 0 || body == "null")
        {
            Hangs.Enqueue($"{function.Name}: {(int)answer.StatusCode} with '{body}'");
            return false;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && answer.Content.Headers.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.Ordinal);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
