using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace StoreConnector.Demo;

/// <summary>
/// The real service in a process of its own: Development, a fresh folder, a fast clock, a loopback port. It knows
/// nothing of being shown.
/// </summary>
internal sealed partial class ServiceProcess : IDisposable
{
    /// <summary>From the start of the process to the start of the story, on the machine's clock.</summary>
    private static readonly TimeSpan Overture = TimeSpan.FromSeconds(4.5);

    /// <summary>How long it may take to get ready, on the machine's clock.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Settings of the person's own shell would reach the service as well.</summary>
    private static readonly string[] Foreign =
        ["ASPNETCORE_", "DOTNET_URLS", "DOTNET_ENVIRONMENT", "Storage_", "Shopify_", "Operator_", "Channels_", "Clock_",
            "PublicUrl", "Logging_", "Kestrel_", "AzureWebJobsStorage", "FUNCTIONS_"];

    private readonly Process process;
    private readonly StreamWriter log;
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string lastWords = "";

    private ServiceProcess(Process process, string folder)
    {
        (this.process, Folder) = (process, folder);
        log = new(Path.Combine(folder, "service.log")) { AutoFlush = true };
    }

    /// <summary>Its data, its key and its log.</summary>
    public string Folder { get; }

    /// <summary>Starts it and waits until it answers.</summary>
    /// <exception cref="DemoException">It did not start; the message is its own last line.</exception>
    public static async Task<(ServiceProcess Service, Uri Url)> StartAsync(
        DemoOptions options, string shopifySecret, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("storeconnector-demo-").FullName;
        var service = new ServiceProcess(new() { StartInfo = Describe(options, folder, shopifySecret) }, folder);
        try
        {
            return (service, await service.BeginAsync(cancel));
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    /// <summary>Waits for its end.</summary>
    public Task WaitAsync(CancellationToken cancel) => process.WaitForExitAsync(cancel);

    /// <summary>Stops it at once: what it acknowledged is on disk, so nothing is lost by that.</summary>
    public void Dispose()
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (InvalidOperationException)
        {
            // It never started, or has ended by itself.
        }

        process.Dispose();
        lock (log) { log.Dispose(); }
    }

    private static ProcessStartInfo Describe(DemoOptions options, string folder, string shopifySecret)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { options.Service },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        var keys = start.Environment.Keys
            .Where(key => Array.Exists(Foreign, f => key.StartsWith(f, StringComparison.OrdinalIgnoreCase))).ToList();
        foreach (var key in keys) { start.Environment.Remove(key); }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = FormattableString.Invariant($"http://127.0.0.1:{options.Port}");
        start.Environment["Storage__Path"] = folder;
        start.Environment["Shopify__ClientSecret"] = shopifySecret;
        start.Environment["Clock__Speed"] = options.Speed.ToString(CultureInfo.InvariantCulture);
        start.Environment["Clock__Start"] = (ServiceTime.StoryBegins - Overture * options.Speed).ToString("O");
        return start;
    }

    private async Task<Uri> BeginAsync(CancellationToken cancel)
    {
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => listening.TrySetException(new DemoException("The service ended."));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return await listening.Task.WaitAsync(Patience, cancel);
        }
        catch (TimeoutException)
        {
            throw new DemoException($"The service did not get ready in {Patience.TotalSeconds} s.");
        }
        catch (DemoException)
        {
            await process.WaitForExitAsync(cancel); // Its last line has come by then.
            throw new DemoException(lastWords.Length > 0 ? lastWords : "The service ended without a word.");
        }
    }

    private void Hear(string? line)
    {
        if (line is null) { return; }

        lock (log)
        {
            if (log.BaseStream is { CanWrite: true }) { log.WriteLine(line); }
        }

        if (line.Length > 0) { lastWords = line; }

        if (Address().Match(line) is { Success: true } match) { listening.TrySetResult(new(match.Groups[1].Value)); }
    }

    [GeneratedRegex(@"Listening on (http://127\.0\.0\.1:[0-9]+)")]
    private static partial Regex Address();
}
