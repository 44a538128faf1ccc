using System.Diagnostics;
using System.Text.RegularExpressions;
using StoreConnector.Storage.Azure;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

[assembly: AssemblyFixture(typeof(Azurite))]

namespace StoreConnector.Tests.Fakes;

/// <summary>
/// Microsoft's stand-in for Azure Storage: one for all tests, on free ports, in memory, started by the first who asks
/// and ended with the tests. Each asker takes names of its own.
/// </summary>
public sealed partial class Azurite : IAsyncDisposable
{
    private const string Name = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static int last;

    private readonly Lazy<Task<string>> started;
    private Process? process;

    public Azurite() => started = new(StartAsync);

    /// <summary>A prefix that nobody else has.</summary>
    public static string NewPrefix() => $"t{Environment.ProcessId}x{Interlocked.Increment(ref last)}";

    /// <summary>Its connection string; starts it when it does not run yet.</summary>
    public Task<string> ConnectionStringAsync() => started.Value;

    internal async Task<AzureAccount> AccountAsync() => AzureAccount.Parse(await ConnectionStringAsync());

    public async ValueTask DisposeAsync()
    {
        if (process is null) { return; }

        if (!process.HasExited) { process.Kill(entireProcessTree: true); }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<string> StartAsync()
    {
        var program = Path.Combine(Repo.Root, "tests", "tools", "node_modules", "azurite", "dist", "src", "azurite.js");
        Assert.True(File.Exists(program), "Azurite is not installed. Run: npm ci --prefix tests/tools");
        var start = new ProcessStartInfo("node",
        [
            program, "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent",
            "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();

        var ports = new Dictionary<string, string>();
        using var limit = new CancellationTokenSource(Patience);
        while (ports.Count < 3)
        {
            var line = await process.StandardOutput.ReadLineAsync(limit.Token)
                ?? throw new InvalidOperationException("Azurite ended before it listened.");
            if (Listening().Match(line) is { Success: true } match) { ports[match.Groups[1].Value] = match.Groups[2].Value; }
        }

        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        return $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};"
            + string.Concat(ports.Select(p => $"{p.Key}Endpoint={p.Value}/{Name};"));
    }

    [GeneratedRegex("(Blob|Queue|Table) service is successfully listening at (http://127.0.0.1:[0-9]+)")]
    private static partial Regex Listening();
}
