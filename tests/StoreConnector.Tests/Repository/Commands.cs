using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace StoreConnector.Tests.Repository;

/// <summary>Programs that a test starts and waits for.</summary>
internal static class Commands
{
    /// <summary>A publish on a busy machine takes its time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Runs it to its end, with nothing of a build server's left behind: it would hold the output open.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(Info(folder, program, arguments))!;
        using var limit = new CancellationTokenSource(Patience);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        try { await process.WaitForExitAsync(limit.Token); }
        finally { if (!process.HasExited) { process.Kill(entireProcessTree: true); } }

        return (process.ExitCode, await output + await errors);
    }

    /// <summary>What it must do to succeed; its output.</summary>
    public static async Task<string> SucceedAsync(string folder, string program, params string[] arguments)
    {
        var (code, output) = await RunAsync(folder, program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{output}");
        return output;
    }

    /// <summary>Starts a service, waits for its first answer to <c>GET /</c>, lets <paramref name="look"/> look, and ends it.</summary>
    /// <param name="environment">The whole of its environment.</param>
    public static async Task ServeAsync(
        string folder, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, Uri address,
        Func<HttpClient, Task> look)
    {
        var info = Info(folder, command[0], [.. command.Skip(1)]);
        info.Environment.Clear();
        foreach (var (name, value) in environment) { info.Environment[name] = value; }

        using var process = Process.Start(info)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            using var http = new HttpClient { BaseAddress = address };
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            while (!await AnswersAsync(http, limit.Token))
            {
                if (process.HasExited) { Assert.Fail($"It ended with {process.ExitCode}: {await output}{await errors}"); }
                await Task.Delay(25, limit.Token);
            }

            await look(http);
        }
        finally
        {
            if (!process.HasExited) { process.Kill(entireProcessTree: true); }
            await process.WaitForExitAsync();
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> AnswersAsync(HttpClient http, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.GetAsync("/", cancel);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static ProcessStartInfo Info(string folder, string program, string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        info.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        info.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        info.Environment["UseSharedCompilation"] = "false";
        info.Environment.Remove("CI"); // Then paths are mapped away, which has nothing to do with what is tested.
        return info;
    }
}
