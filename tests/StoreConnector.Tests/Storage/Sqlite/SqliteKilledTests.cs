using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using StoreConnector.Storage;
using StoreConnector.Storage.Sqlite;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Storage.Sqlite;

/// <summary>
/// A second process that writes, and is killed (SIGKILL, as the Functions host does it) in the middle.
/// </summary>
public sealed class SqliteKilledTests
{
    private const string FolderVariable = "STORECONNECTOR_TESTS_WRITE_UNTIL_KILLED";

    [Fact]
    public async Task A_killed_process_leaves_all_it_acknowledged_and_a_folder_that_opens()
    {
        using var folder = new TemporaryFolder();
        using var writer = Start(folder.Path);
        var last = -1;
        while (last < 200 && await writer.StandardOutput.ReadLineAsync() is { } line)
        {
            last = int.Parse(line, CultureInfo.InvariantCulture);
        }

        Assert.Throws<StorageUnavailableException>(() => SqliteEngine.Open(folder.Path, TimeProvider.System));
        writer.Kill();
        foreach (var line in (await writer.StandardOutput.ReadToEndAsync()).Split('\n')[..^1])
        {
            last = int.Parse(line, CultureInfo.InvariantCulture); // The part behind the last line end may be cut.
        }

        await writer.WaitForExitAsync();
        await using var engine = SqliteEngine.Open(folder.Path, TimeProvider.System);
        var table = await ((ITables)engine).OpenAsync("table", default);
        Assert.True(last >= 200, "The writer wrote.");
        for (var n = 0; n <= last; n++)
        {
            Assert.NotNull(await table.ReadAsync("p", Key(n), default));
        }
    }

    /// <summary>
    /// The tests' own program is the second process. Its main is made by xUnit, so this comes before it; no other
    /// thread may run code of this module meanwhile, hence nothing is awaited.
    /// </summary>
    [ModuleInitializer]
    internal static void WriteUntilKilled()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { } folder)
        {
            return;
        }

        ITables engine = SqliteEngine.Open(folder, TimeProvider.System);
        var table = engine.OpenAsync("table", default).AsTask().GetAwaiter().GetResult();
        for (var n = 0; n < 1_000_000; n++)
        {
            var batch = new[] { new TableWrite.Insert(Key(n), new byte[n % 3000]) };
            if (table.TryWriteAsync("p", batch, default).AsTask().GetAwaiter().GetResult())
            {
                Console.WriteLine(n);
            }
        }

        Environment.Exit(1);
    }

    private static Process Start(string folder)
    {
        var program = Path.ChangeExtension(
            typeof(SqliteKilledTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        start.Environment[FolderVariable] = folder;
        return Process.Start(start)!;
    }

    private static string Key(int n) => $"r{n.ToString(CultureInfo.InvariantCulture)}";
}
