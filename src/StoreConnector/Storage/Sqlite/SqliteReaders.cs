using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace StoreConnector.Storage.Sqlite;

/// <summary>
/// Read-only connections, lent for one read each. A read runs where it is called: SQLite answers from memory or from
/// one disk read, and a thread switch would cost more. Readers and the writer never wait for one another (WAL).
/// </summary>
internal sealed class SqliteReaders(string file) : IDisposable
{
    /// <summary>Connections kept for the next read; more are opened when needed and closed after it.</summary>
    public const int MaxKept = 16;

    private readonly ConcurrentBag<SqliteSession> free = [];
    private volatile bool closed;

    public T Read<T>(Func<SqliteSession, T> work)
    {
        RefuseWhenClosed();
        SqliteSession? db = null;
        try
        {
            db = free.TryTake(out var kept)
                ? kept
                : SqliteSession.Open(file, SqliteOpenMode.ReadOnly, SqliteSchema.ReaderPragmas);
            return work(db);
        }
        catch (SqliteException failure)
        {
            db?.Dispose(); // Do not lend again what failed once.
            db = null;
            throw SqliteFailure.Explain(failure, file);
        }
        finally
        {
            GiveBack(db);
        }
    }

    public void Dispose()
    {
        closed = true;
        while (free.TryTake(out var db))
        {
            db.Dispose();
        }
    }

    private void GiveBack(SqliteSession? db)
    {
        if (db is null)
        {
            return;
        }

        if (!closed && free.Count < MaxKept)
        {
            free.Add(db);
        }
        else
        {
            db.Dispose();
        }

        if (closed) // It may have been closed between the two lines above.
        {
            Dispose();
        }
    }

    private void RefuseWhenClosed()
    {
        if (closed)
        {
            throw new StorageUnavailableException($"{file} is being closed.");
        }
    }
}
