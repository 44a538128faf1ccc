using System.Text;
using Microsoft.Data.Sqlite;
using StoreConnector.Storage;
using StoreConnector.Storage.Sqlite;
using StoreConnector.Tests.Contracts;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Storage.Sqlite;

public sealed class SqliteTableTests : TableContract, IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SqliteEngine engine;

    public SqliteTableTests() => engine = SqliteEngine.Open(folder.Path, new ManualClock());

    private protected override ITables Tables => engine;

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        folder.Dispose();
    }
}

public sealed class SqliteQueueTests : QueueContract, IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualClock machine = new(new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SqliteEngine engine;

    public SqliteQueueTests() => engine = SqliteEngine.Open(folder.Path, Service, machine);

    private protected override IQueues Queues => engine;

    private protected override Task EndLeasesAsync()
    {
        machine.Advance(Lease);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Leases_do_not_end_by_the_service_clock()
    {
        var queue = await OpenAsync();
        await SendAsync(queue, "one");
        Assert.Single(await TakeAsync(queue));
        Service.Advance(TimeSpan.FromDays(30));
        Assert.Empty(await TakeAsync(queue));
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>What only a file on a disk promises.</summary>
public sealed class SqliteEngineTests : IDisposable
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("lina.haddad@example.com +12025550143");

    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();

    [Fact]
    public async Task What_was_acknowledged_survives_the_death_of_the_process()
    {
        await using var engine = Open(folder.Path);
        var (table, queue) = await OpenBothAsync(engine);
        using var copy = new TemporaryFolder();
        var acknowledged = new List<string>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; n < 25; n++)
            {
                await PutAsync(table, $"r{writer}-{n}", Secret);
                await queue.SendAsync([new(Secret)], default);
                lock (acknowledged)
                {
                    acknowledged.Add($"r{writer}-{n}");
                }
            }
        })));

        // The files of a process that is killed are what they are at that moment.
        foreach (var name in new[] { SqliteEngine.FileName, SqliteEngine.FileName + "-wal" })
        {
            File.Copy(folder.File(name), copy.File(name));
        }

        await using var reborn = Open(copy.Path);
        var (sameTable, sameQueue) = await OpenBothAsync(reborn);
        var rows = await sameTable.RangeAsync("p", "", "~", 1000, default);
        Assert.Equal(acknowledged.Order(StringComparer.Ordinal), rows.Select(row => row.Key));
        var messages = 0;
        while (await sameQueue.ReceiveAsync(32, TimeSpan.FromMinutes(1), default) is { Count: > 0 } some)
        {
            messages += some.Count;
        }

        Assert.Equal(acknowledged.Count, messages);
    }

    [Fact]
    public async Task Reopening_keeps_rows_and_messages_ends_the_leases_of_who_is_gone_and_no_ETag_comes_back()
    {
        string tag;
        await using (var engine = Open(folder.Path))
        {
            var (table, queue) = await OpenBothAsync(engine);
            await PutAsync(table, "r", Secret);
            tag = (await table.ReadAsync("p", "r", default))!.ETag;
            await queue.SendAsync([new(Encoding.UTF8.GetBytes("leased")), new(Secret, clock.Now.AddHours(1))], default);
            Assert.Single(await queue.ReceiveAsync(32, TimeSpan.FromMinutes(1), default));
        }

        Assert.False(File.Exists(folder.File(SqliteEngine.FileName + "-wal")), "Closing empties the log.");
        await using (var engine = Open(folder.Path))
        {
            var (table, queue) = await OpenBothAsync(engine);
            Assert.Equal(tag, (await table.ReadAsync("p", "r", default))!.ETag);
            await PutAsync(table, "r", Secret);
            Assert.NotEqual(tag, (await table.ReadAsync("p", "r", default))!.ETag);
            Assert.Equal(2, Assert.Single(await queue.ReceiveAsync(32, TimeSpan.FromMinutes(1), default)).Dequeues);
            clock.Advance(TimeSpan.FromHours(1));
            Assert.Contains(1, (await queue.ReceiveAsync(32, TimeSpan.FromMinutes(1), default)).Select(m => m.Dequeues));
        }
    }

    [Fact]
    public async Task A_folder_that_is_open_is_refused_in_one_sentence_and_free_again_after()
    {
        await using (Open(folder.Path))
        {
            var refusal = Assert.Throws<StorageUnavailableException>(() => Open(folder.Path));
            Assert.Contains("in use by another StoreConnector", refusal.Message, StringComparison.Ordinal);
        }

        await Open(folder.Path).DisposeAsync();
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        await Open(folder.Path).DisposeAsync();
        Execute("PRAGMA user_version = 99");
        var refusal = Assert.Throws<StorageUnavailableException>(() => Open(folder.Path));
        Assert.Contains("newer StoreConnector", refusal.Message, StringComparison.Ordinal);
        Execute("PRAGMA user_version = 1");
        await Open(folder.Path).DisposeAsync();
    }

    [Fact]
    public void A_database_of_another_program_is_refused()
    {
        Execute("CREATE TABLE theirs (x)");
        var refusal = Assert.Throws<StorageUnavailableException>(() => Open(folder.Path));
        Assert.Contains("another program", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        File.WriteAllText(folder.File(SqliteEngine.FileName), new string('x', 10_000));
        var refusal = Assert.Throws<StorageUnavailableException>(() => Open(folder.Path));
        Assert.Contains("damaged or not a database", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_is_refused()
    {
        File.WriteAllText(folder.File("file"), "");
        var refusal = Assert.Throws<StorageUnavailableException>(() => Open(folder.File("file/folder")));
        Assert.Contains("cannot be made", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_said_to_be_damaged_and_not_read_as_empty()
    {
        await using (var engine = Open(folder.Path))
        {
            var (table, _) = await OpenBothAsync(engine);
            for (var n = 0; n < 200; n++)
            {
                await PutAsync(table, $"r{n:D3}", new byte[1000]);
            }
        }

        using (var file = File.OpenWrite(folder.File(SqliteEngine.FileName)))
        {
            file.Seek(SqliteSchema.PageSize * 12, SeekOrigin.Begin);
            file.Write(Enumerable.Repeat((byte)0xA5, (int)file.Length - (SqliteSchema.PageSize * 12)).ToArray());
        }

        await using var damaged = Open(folder.Path);
        var same = await ((ITables)damaged).OpenAsync("table", default);
        var failure = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await same.RangeAsync("p", "", "~", 1000, default));
        Assert.Contains("damaged", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_fails_the_whole_group_keeps_what_was_there_and_lets_deletes_through()
    {
        await using var engine = SqliteEngine.Open(folder.Path, clock, maxBytes: 7 * 256 * 1024);
        var (table, queue) = await OpenBothAsync(engine);
        await PutAsync(table, "a", new byte[500_000]);
        await PutAsync(table, "b", new byte[500_000]);
        var failure = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await table.TryWriteAsync("p", [new TableWrite.Put("a", Secret), new TableWrite.Put("c", new byte[740_000]),
                new TableWrite.Put("d", new byte[740_000])], default));
        Assert.Contains("full", failure.Message, StringComparison.Ordinal);
        Assert.Equal(500_000, (await table.ReadAsync("p", "a", default))!.Value.Length);
        Assert.Null(await table.ReadAsync("p", "c", default));

        await table.TryWriteAsync("p", [new TableWrite.Delete("a")], default);
        await queue.SendAsync([new(Secret)], default);
        Assert.Single(await queue.ReceiveAsync(1, TimeSpan.FromMinutes(1), default));
    }

    [Fact]
    public async Task What_was_erased_is_nowhere_in_the_files()
    {
        await using var engine = Open(folder.Path);
        var (table, queue) = await OpenBothAsync(engine);
        var dropped = await ((ITables)engine).OpenAsync("dropped", default);
        byte[] large = [.. Enumerable.Repeat(Secret, 1000).SelectMany(bytes => bytes)];
        for (var n = 0; n < 100; n++)
        {
            await PutAsync(table, $"r{n}", n % 10 == 0 ? large : Secret);
            await PutAsync(dropped, $"r{n}", n % 10 == 0 ? large : Secret);
            await queue.SendAsync([new(Secret)], default);
        }

        Assert.True(engine.TryCheckpoint());
        Assert.True(Holds(SqliteEngine.FileName, Secret));
        for (var n = 0; n < 100; n++)
        {
            await table.TryWriteAsync("p",
                [n % 2 == 0 ? new TableWrite.Delete($"r{n}") : new TableWrite.Put($"r{n}", default)], default);
        }

        await ((ITables)engine).DropAsync("dropped", default);
        while (await queue.ReceiveAsync(32, TimeSpan.FromMinutes(1), default) is { Count: > 0 } some)
        {
            foreach (var message in some)
            {
                await queue.DeleteAsync(message, default);
            }
        }

        Assert.True(engine.TryCheckpoint());
        Assert.False(Holds(SqliteEngine.FileName, Secret));
        Assert.False(Holds(SqliteEngine.FileName + "-wal", Secret));
    }

    [Trait("Speed", "slow")]
    [Fact]
    public async Task The_log_does_not_grow_without_bound_under_twenty_thousand_writes()
    {
        await using var engine = Open(folder.Path);
        var (table, _) = await OpenBothAsync(engine);
        var (value, largest) = (new byte[8000], 0L);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; n < 20_000 / 64; n++)
            {
                await table.TryWriteAsync($"p{writer}", [new TableWrite.Put($"r{n % 20}", value)], default);
                if (n % 20 == 0)
                {
                    var length = new FileInfo(folder.File(SqliteEngine.FileName + "-wal")).Length;
                    lock (value)
                    {
                        largest = Math.Max(largest, length);
                    }
                }
            }
        })));
        TestContext.Current.SendDiagnosticMessage($"The largest log was {largest / 1024 / 1024} MiB.");
        Assert.InRange(largest, 1, 2 * SqliteCheckpointer.EmptyBytes);
    }

    [Fact]
    public async Task An_interrupted_drop_goes_on_at_the_next_start()
    {
        await using (var engine = Open(folder.Path))
        {
            var (table, _) = await OpenBothAsync(engine);
            for (var n = 0; n < 300; n++)
            {
                await PutAsync(table, $"r{n}", Secret);
            }
        }

        Execute("UPDATE tables SET name = NULL");
        await using (var engine = Open(folder.Path))
        {
            var (table, _) = await OpenBothAsync(engine);
            Assert.Empty(await table.RangeAsync("p", "", "~", 10, default));
            await ((ITables)engine).DropAsync("other", default); // Returns when nothing dropped is left.
        }

        Assert.False(Holds(SqliteEngine.FileName, Secret));
    }

    [Fact]
    public async Task After_closing_everything_says_so()
    {
        var engine = Open(folder.Path);
        var (table, queue) = await OpenBothAsync(engine);
        var last = Enumerable.Range(0, 50).Select(n => PutAsync(table, $"r{n}", Secret).AsTask()).ToList();
        await engine.DisposeAsync();
        await engine.DisposeAsync();
        Assert.All(await Task.WhenAll(last), Assert.True); // What was asked before is finished.
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await PutAsync(table, "r", Secret));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await table.ReadAsync("p", "r", default));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await queue.SendAsync([new(Secret)], default));
    }

    [Fact]
    public async Task An_empty_receive_writes_nothing()
    {
        await using var engine = Open(folder.Path);
        var (_, queue) = await OpenBothAsync(engine);
        var before = new FileInfo(folder.File(SqliteEngine.FileName + "-wal")).Length;
        for (var n = 0; n < 20; n++)
        {
            Assert.Empty(await queue.ReceiveAsync(32, TimeSpan.FromMinutes(1), default));
        }

        Assert.Equal(before, new FileInfo(folder.File(SqliteEngine.FileName + "-wal")).Length);
    }

    public void Dispose() => folder.Dispose();

    private SqliteEngine Open(string path) => SqliteEngine.Open(path, clock, clock);

    private static async Task<(ITable, IQueue)> OpenBothAsync(SqliteEngine engine) =>
        (await ((ITables)engine).OpenAsync("table", default), await ((IQueues)engine).OpenAsync("queue", default));

    private static ValueTask<bool> PutAsync(ITable table, string key, ReadOnlyMemory<byte> value) =>
        table.TryWriteAsync("p", [new TableWrite.Put(key, value)], default);

    private bool Holds(string name, ReadOnlySpan<byte> bytes)
    {
        var path = folder.File(name);
        if (!File.Exists(path))
        {
            return false;
        }

        // The engine has it open, and its locks are SQLite's own.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.GetBuffer().AsSpan(0, (int)content.Length).IndexOf(bytes) >= 0;
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={folder.File(SqliteEngine.FileName)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
