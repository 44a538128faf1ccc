using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace StoreConnector.Storage.Sqlite;

/// <summary>
/// The embedded engine: tables and queues in one file, <c>storeconnector.db</c>, of one folder that one process has
/// open. What was acknowledged is on disk (WAL, synchronous FULL); what is removed is zeroed (secure_delete).
/// </summary>
internal sealed class SqliteEngine : ITables, IQueues, IAsyncDisposable
{
    /// <summary>The file's name.</summary>
    public const string FileName = "storeconnector.db";

    /// <summary>Rows that one step of removing a dropped table takes, so that others can write in between.</summary>
    private const int RemovedAtOnce = 64;

    private readonly string file;
    private readonly FileStream folderLock;
    private readonly SqliteWriter writer;
    private readonly SqliteCheckpointer checkpointer;
    private readonly SqliteReaders readers;
    private readonly TimeProvider clock;
    private readonly TimeProvider machine;
    private readonly ILogger logger;
    private readonly ConcurrentDictionary<string, SqliteQueue> queues = new(StringComparer.Ordinal);
    private Task removal = Task.CompletedTask;
    private int disposed;

    private SqliteEngine(
        string file, FileStream folderLock, SqliteSession db, SqliteSession checkpoints, Clocks clocks, ILogger logger)
    {
        (this.file, this.folderLock, this.logger) = (file, folderLock, logger);
        (clock, machine) = clocks;
        readers = new(file);
        SqliteCheckpointer? told = null;
        writer = new(db, file, pages => told?.Written(pages));
        told = checkpointer = new(checkpoints, writer.Gate, logger);
    }

    /// <summary>Opens the folder, making it and the file when they do not exist.</summary>
    /// <param name="folder">Where the file is. On a disk of this machine: WAL needs shared memory.</param>
    /// <param name="clock">The service's clock, for when messages become visible.</param>
    /// <param name="machine">The clock of leases; null is the machine's.</param>
    /// <param name="maxBytes">The largest the file may become; null is as large as the disk.</param>
    /// <param name="logger">Hears what went wrong in the background.</param>
    /// <exception cref="StorageUnavailableException">One sentence: what is wrong and what to do.</exception>
    public static SqliteEngine Open(
        string folder, TimeProvider clock, TimeProvider? machine = null,
            long? maxBytes = null, ILogger<SqliteEngine>? logger = null)
    {
        var file = Path.Combine(Path.GetFullPath(folder), FileName);
        var folderLock = Lock(folder);
        SqliteSession? db = null;
        try
        {
            db = SqliteSchema.Open(file);
            if (maxBytes is { } most)
            {
                db.Execute($"PRAGMA max_page_count = {most / SqliteSchema.PageSize}");
            }

            var checkpoints = SqliteSession.Open(file, SqliteOpenMode.ReadWrite, SqliteSchema.CheckpointPragmas);
            var engine = new SqliteEngine(file, folderLock, db, checkpoints, new(clock, machine ?? TimeProvider.System),
                logger ?? NullLogger<SqliteEngine>.Instance);
            engine.removal = engine.RemoveDroppedAsync(); // A drop may have been interrupted.
            return engine;
        }
        catch (Exception failure)
        {
            db?.Dispose();
            folderLock.Dispose();
            if (failure is SqliteException)
            {
                throw SqliteFailure.Explain(failure, file);
            }

            throw;
        }
    }

    async ValueTask<ITable> ITables.OpenAsync(string name, CancellationToken cancel)
    {
        Limits.CheckTableName(name);
        cancel.ThrowIfCancellationRequested();
        if (!readers.Read(db => Exists(db, name)))
        {
            await writer.RunAsync(0, db =>
                db.Use("INSERT OR IGNORE INTO tables (id, name) VALUES (?1, ?2)").Bind(db.Next()).Bind(name).Run(),
                    cancel);
        }

        return new SqliteTable(name, file, readers, writer);
    }

    /// <summary>
    /// The table is gone at once; its rows follow in small steps, and are gone on return. What a crash or a cancelled
    /// call leaves is removed by the next drop or start.
    /// </summary>
    public async ValueTask DropAsync(string name, CancellationToken cancel)
    {
        Limits.CheckTableName(name);
        await writer.RunAsync(0, db => db.Use("UPDATE tables SET name = NULL WHERE name = ?1").Bind(name).Run(),
            cancel);
        while (await writer.RunAsync(0, RemoveSome, cancel))
        {
            // Each step is a request among others.
        }
    }

    async ValueTask<IQueue> IQueues.OpenAsync(string name, CancellationToken cancel)
    {
        Limits.CheckQueueName(name);
        if (queues.TryGetValue(name, out var known))
        {
            return known;
        }

        var id = await writer.RunAsync(0, db => QueueId(db, name), cancel);
        return queues.GetOrAdd(name, new SqliteQueue(id, readers, writer, clock, machine));
    }

    /// <summary>
    /// Moves all that was written into the file and empties the WAL, so that what was erased is nowhere. It happens by
    /// itself when nothing is written, and at least each minute. False when a long read kept it from the last part.
    /// </summary>
    public bool TryCheckpoint() => checkpointer.TryEmpty();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }

        await Task.Run(() =>
        {
            writer.Dispose(); // Finishes what waits.
            readers.Dispose(); // Before the last connection that may write, which tidies up behind it.
            checkpointer.Dispose();
        });
        await removal;
        await folderLock.DisposeAsync();
    }

    private static bool Exists(SqliteSession db, string table)
    {
        using var found = db.Use("SELECT 1 FROM tables WHERE name = ?1").Bind(table);
        return found.Step();
    }

    private static long QueueId(SqliteSession db, string name)
    {
        db.Use("INSERT OR IGNORE INTO queues (id, name) VALUES (?1, ?2)").Bind(db.Next()).Bind(name).Run();
        using var found = db.Use("SELECT id FROM queues WHERE name = ?1").Bind(name);
        return found.Step() ? found.Long(0) : throw new InvalidDataException($"The queue '{name}' was not kept.");
    }

    private async Task RemoveDroppedAsync()
    {
        try
        {
            while (await writer.RunAsync(0, RemoveSome, CancellationToken.None))
            {
                // Each step is a request among others.
            }
        }
        catch (StorageUnavailableException failure)
        {
            SqliteLog.RemovalInterrupted(logger, failure);
        }
    }

    /// <returns>False when no dropped table is left.</returns>
    private static bool RemoveSome(SqliteSession db)
    {
        if (db.Number("SELECT id FROM tables WHERE name IS NULL LIMIT 1") is not (not 0 and var table))
        {
            return false;
        }

        var removed = db.Use("""
            DELETE FROM rows WHERE table_id = ?1 AND (part, row) IN
                (SELECT part, row FROM rows WHERE table_id = ?1 LIMIT ?2)
            """).Bind(table).Bind(RemovedAtOnce).Run();
        if (removed < RemovedAtOnce)
        {
            db.Use("DELETE FROM tables WHERE id = ?1").Bind(table).Run();
        }

        return true;
    }

    /// <summary>The operating system lets go of it when the process ends, however it ends.</summary>
    private static FileStream Lock(string folder)
    {
        var path = Path.Combine(Path.GetFullPath(folder), "storeconnector.lock");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException($"The folder {folder} cannot be made: choose another one.", failure);
        }

        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (IsTaken(failure))
        {
            throw new StorageUnavailableException(
                $"The folder {folder} is in use by another StoreConnector: stop that one, or choose another folder.",
                failure);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new StorageUnavailableException(
                $"The folder {folder} cannot be written: check the disk and this user's rights.", failure);
        }
    }

    // Sharing violation on Windows; EAGAIN of flock on Linux, on macOS and BSD.
    private static bool IsTaken(IOException failure) => failure.HResult is unchecked((int)0x80070020) or 11 or 35;

    private sealed record Clocks(TimeProvider Service, TimeProvider Machine);
}
