using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StoreConnector.Admin;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Hosting;

/// <summary>The real process: how it refuses to start, and how it starts the first time.</summary>
[Trait("Speed", "slow")]
public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Storage:Engine", "Azure", "Storage:Engine Azure wants an account")]
    [InlineData("FUNCTIONS_CUSTOMHANDLER_PORT", "50000", "wants an account")]
    [InlineData("Storage:Engine", "Postgres", "'Postgres' is unknown")]
    [InlineData("PublicUrl", "connect.example.com", "PublicUrl")]
    [InlineData("PublicUrl", "https://connect.example.com/path", "PublicUrl")]
    [InlineData("Clock:Speed", "60", "Development")]
    [InlineData("Clock:Start", "2026-11-23T09:00:00Z", "Development")]
    [InlineData("urls", "nonsense", "ASPNETCORE_URLS 'nonsense'")]
    [InlineData("urls", "http://127.0.0.1:99999", "ASPNETCORE_URLS")]
    [InlineData("Storage:Path", "/dev/null/data", "cannot be written")]
    [InlineData("Channels:Email:Provider", "Pigeon", "'Pigeon' is unknown")]
    public async Task A_broken_setting_is_told_in_one_line(string key, string value, string says)
    {
        var (code, output) = await RunAsync($"--{key}={value}");

        Assert.Equal(1, code);
        Assert.Contains(says, Assert.Single(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_clock_is_told_in_Development_too()
    {
        var (code, output) = await RunAsync("--environment=Development", "--Clock:Speed=fast");

        Assert.Equal(1, code);
        Assert.Contains("use a number from 1 to", Assert.Single(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (code, output) = await RunAsync($"--urls=http://{taken.LocalEndpoint}");

        Assert.Equal(1, code);
        Assert.Contains("is taken", Assert.Single(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_made_once_for_its_owners_eyes_only()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), (_, _) =>
        {
            OperatorKey.Load(null, folder.Path);
            return ValueTask.CompletedTask;
        });

        var text = File.ReadAllText(folder.File(OperatorKey.FileName)).Trim();
        Assert.Equal(64, text.Length);
        Assert.Single(Directory.GetFiles(folder.Path));
        Assert.True(OperatorKey.Load(null, folder.Path).Matches(text));
        Assert.False(OperatorKey.Load("another", folder.Path).Matches(text));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File(OperatorKey.FileName)));
        }
    }

    private async Task<(int Code, string[] Output)> RunAsync(params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        start.ArgumentList.Add($"--Storage:Path={folder.File("data")}");
        start.ArgumentList.Add("--urls=http://127.0.0.1:0");
        foreach (var setting in settings) { start.ArgumentList.Add(setting); }

        start.Environment.Remove("ASPNETCORE_ENVIRONMENT");
        start.Environment.Remove("ASPNETCORE_URLS");
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        try { await process.WaitForExitAsync(limit.Token); }
        finally { if (!process.HasExited) { process.Kill(entireProcessTree: true); } }

        var lines = (await output + await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (process.ExitCode, lines);
    }
}
