using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace StoreConnector.Storage.Sqlite;

/// <summary>
/// Moves the WAL into the file on a thread and connection of its own. The long part (PASSIVE) runs beside the writer;
/// only then, for the little that came meanwhile, the writer is kept out and the WAL emptied. A busy writer would
/// otherwise stay ahead of it forever and the WAL grow without bound.
/// </summary>
internal sealed class SqliteCheckpointer : IDisposable
{
    /// <summary>Bytes written to the WAL that start a pass.</summary>
    public const long PassBytes = 8 * 1024 * 1024;

    /// <summary>Bytes in the WAL at which it is emptied.</summary>
    public const long EmptyBytes = 64 * 1024 * 1024;

    /// <summary>Without a commit for this long the WAL is emptied.</summary>
    private static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(2);

    /// <summary>At the latest after this long it is emptied: erased data must not outlive its erasure there.</summary>
    private static readonly TimeSpan EmptyAfter = TimeSpan.FromMinutes(1);

    private readonly SqliteSession db;
    private readonly Lock gate;
    private readonly Lock pass = new();
    private readonly ILogger logger;
    private readonly SemaphoreSlim due = new(0, 1);
    private readonly Thread thread;
    private long inWal;
    private long sincePass;
    private long commits;
    private long emptiedAt = TimeProvider.System.GetTimestamp();
    private volatile bool stopping;

    /// <param name="db">The checkpointer's own session; it is closed with it.</param>
    /// <param name="gate">Keeps the writer out.</param>
    /// <param name="logger">Hears of passes that failed.</param>
    public SqliteCheckpointer(SqliteSession db, Lock gate, ILogger logger)
    {
        (this.db, this.gate, this.logger) = (db, gate, logger);
        thread = new(Loop) { IsBackground = true, Name = "SQLite checkpointer" };
        thread.Start();
    }

    /// <summary>The writer says what it wrote.</summary>
    public void Written(long pages)
    {
        if (pages == 0)
        {
            return;
        }

        Interlocked.Increment(ref commits);
        Interlocked.Add(ref inWal, pages);
        if (Interlocked.Add(ref sincePass, pages) * SqliteSchema.PageSize >= PassBytes && due.CurrentCount == 0)
        {
            due.Release();
        }
    }

    /// <summary>
    /// Moves everything into the file and empties the WAL. False when readers or an operator's shell held it.
    /// </summary>
    public bool TryEmpty()
    {
        lock (pass)
        {
            Pass(raw.SQLITE_CHECKPOINT_PASSIVE);
            lock (gate)
            {
                if (!Pass(raw.SQLITE_CHECKPOINT_TRUNCATE))
                {
                    return false;
                }

                Interlocked.Exchange(ref inWal, 0);
                emptiedAt = TimeProvider.System.GetTimestamp();
                return true;
            }
        }
    }

    /// <summary>Ends the thread and empties the WAL. The writer must have ended.</summary>
    public void Dispose()
    {
        stopping = true;
        Interlocked.Exchange(ref sincePass, 0);
        try
        {
            due.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is about to look anyway.
        }

        thread.Join();
        Guarded(() => TryEmpty());
        db.Dispose();
        due.Dispose();
    }

    private void Loop()
    {
        var seen = 0L;
        while (!stopping)
        {
            var asked = due.Wait(IdleAfter);
            var now = Interlocked.Read(ref commits);
            var idle = now == seen;
            seen = now;
            if (!stopping)
            {
                Guarded(() => Look(asked, idle));
            }
        }
    }

    private void Look(bool asked, bool idle)
    {
        var pages = Interlocked.Read(ref inWal);
        var old = TimeProvider.System.GetElapsedTime(emptiedAt) >= EmptyAfter;
        if (pages > 0 && (idle || old || pages * SqliteSchema.PageSize >= EmptyBytes))
        {
            TryEmpty();
        }
        else if (asked)
        {
            lock (pass)
            {
                Pass(raw.SQLITE_CHECKPOINT_PASSIVE);
            }
        }
    }

    private bool Pass(int mode)
    {
        Interlocked.Exchange(ref sincePass, 0);
        var code = raw.sqlite3_wal_checkpoint_v2(db.Handle, "main", mode, out _, out _);
        if (code is not (raw.SQLITE_OK or raw.SQLITE_BUSY))
        {
            SqliteException.ThrowExceptionForRC(code, db.Handle);
        }

        return code == raw.SQLITE_OK;
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (SqliteException failure)
        {
            // Nothing is lost: it stays in the WAL, and the next pass tries again.
            SqliteLog.CheckpointFailed(logger, failure);
        }
    }
}

internal static partial class SqliteLog
{
    [LoggerMessage(3101, LogLevel.Warning, "The write-ahead log cannot be moved into the file; it grows until it can")]
    public static partial void CheckpointFailed(ILogger logger, Exception failure);

    [LoggerMessage(3102, LogLevel.Warning, "A dropped table is not wholly removed yet; the next start goes on")]
    public static partial void RemovalInterrupted(ILogger logger, Exception failure);
}
