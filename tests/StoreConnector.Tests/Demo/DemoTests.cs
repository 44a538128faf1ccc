using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Demo;

/// <summary>
/// The demonstration as a person sees it: real processes, HTTP over loopback, a fast clock. It checks every fate
/// against the service itself, so here its word is enough.
/// </summary>
[Collection(Alone.Name)]
[Trait("Speed", "slow")]
public sealed class DemoTests : IDisposable
{
    /// <summary>Far above what it takes; a loaded machine may double that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly string Executable = Path.Combine(
        Repo.Root, "src", "StoreConnector.Demo", "bin",
        typeof(DemoTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration, "net10.0",
        "StoreConnector.Demo.dll");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_fate_comes_as_told()
    {
        var (code, output, errors) = await RunAsync("--speed", "3600");

        Assert.True(code == 0, $"exit {code}: {errors}\n{output}");
        Assert.Empty(errors);
        foreach (var who in new[] { "Layla", "Sara", "Omar", "Dina", "Mariam", "Nora", "Yusuf", "Karim", "Salma", "Hana" })
        {
            Assert.Contains($"  yes  {who} ", output, StringComparison.Ordinal);
        }

        Assert.Contains("reminder 2 to layla@example.com", output, StringComparison.Ordinal);
        Assert.DoesNotContain("reminder 2 to nora@example.com", output, StringComparison.Ordinal);
        Assert.Contains("skip (already-bought)", output, StringComparison.Ordinal);
        Assert.Contains("skip (no-permission)", output, StringComparison.Ordinal);
        Assert.Contains("401  his consent, forged", output, StringComparison.Ordinal);
        Assert.Contains("سلتك في", output, StringComparison.Ordinal);
        Assert.Contains("price drop to yusuf@example.com", output, StringComparison.Ordinal);
        Assert.Contains("time to reorder to karim@example.com", output, StringComparison.Ordinal);
        Assert.Contains("wait until Tue 05:00 (quiet-hours)", output, StringComparison.Ordinal);
        Assert.Contains("skip (price-rose)", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output); // No colours where nobody sees them.
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (code, output, errors) = await RunAsync("--port", $"{((IPEndPoint)taken.LocalEndpoint).Port}");

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains("is taken", Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_argument_is_told_in_one_line()
    {
        var (code, _, errors) = await RunAsync("--speed", "fast");

        Assert.Equal(1, code);
        Assert.Contains("Use: ./run --demo", Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Executable, "--service", typeof(Program).Assembly.Location, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["TMPDIR"] = folder.Path;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) { process.Kill(entireProcessTree: true); }
        }
    }
}
