using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace StoreConnector.Tests.Acceptance;

/// <summary>
/// The real service in a process of its own, on a free port of this machine. The one place that knows which life it is:
/// the tests take its address and key, and never look inside.
/// </summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    public const string OperatorKey = "acceptance-operator-key-5f1c27e9d04b";
    public const string ShopifySecret = "acceptance-shopify-secret-93ab61";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly StringBuilder log = new();
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task output, errors;

    private ServiceProcess(Process process)
    {
        this.process = process;
        (output, errors) = (ListenAsync(process.StandardOutput), ListenAsync(process.StandardError));
    }

    /// <summary>Where it answers.</summary>
    public Uri Address => listening.Task.Result;

    /// <summary>All it has said, on both streams.</summary>
    public string Log { get { lock (log) { return log.ToString(); } } }

    public bool IsAlive => !process.HasExited;

    /// <summary>Its number on this machine.</summary>
    public int Id => process.Id;

    /// <summary>Its working set, in bytes.</summary>
    public long Memory { get { process.Refresh(); return process.WorkingSet64; } }

    /// <summary>Processor time it has used.</summary>
    public TimeSpan Busy { get { process.Refresh(); return process.TotalProcessorTime; } }

    /// <summary>Starts it on a folder and waits until it listens.</summary>
    /// <param name="speed">How fast its clock runs.</param>
    public static async Task<ServiceProcess> StartAsync(string folder, double speed = 1, params string[] settings)
    {
        var service = Begin(folder, speed, settings);
        var first = await Task.WhenAny(service.listening.Task, service.process.WaitForExitAsync(), Task.Delay(Patience));
        if (first == service.listening.Task) { return service; }

        var said = service.Log;
        await service.DisposeAsync();
        throw new InvalidOperationException($"The service did not start: {said}");
    }

    /// <summary>Starts it where it is expected to refuse.</summary>
    /// <returns>Its exit code and all it said.</returns>
    public static async Task<(int Code, string Said)> RefusedAsync(string folder)
    {
        await using var service = Begin(folder, 1, []);
        var code = await service.ExitAsync();
        return (code, service.Log);
    }

    /// <summary>SIGKILL: nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await ExitAsync();
    }

    /// <summary>SIGTERM, as an operator or a container stops it.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {process.Id}"]);
        await kill.WaitForExitAsync();
        return await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) { await KillAsync(); }

        process.Dispose();
    }

    private static ServiceProcess Begin(string folder, double speed, string[] settings)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        start.ArgumentList.Add("--urls=http://127.0.0.1:0");
        start.ArgumentList.Add($"--Storage:Path={Path.Combine(folder, "data")}");
        if (speed > 1) { start.ArgumentList.Add(FormattableString.Invariant($"--Clock:Speed={speed}")); }

        foreach (var setting in settings) { start.ArgumentList.Add(setting); }

        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Operator__Key"] = OperatorKey;
        start.Environment["Shopify__ClientSecret"] = ShopifySecret;
        return new(Process.Start(start)!);
    }

    private async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        await Task.WhenAll(output, errors).WaitAsync(limit.Token);
        return process.ExitCode;
    }

    private async Task ListenAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            lock (log) { log.AppendLine(line); }

            if (Listening().Match(line) is { Success: true } match) { listening.TrySetResult(new(match.Groups[1].Value)); }
        }
    }

    [GeneratedRegex(@"Listening on (http://127\.0\.0\.1:[0-9]+)")]
    private static partial Regex Listening();
}
