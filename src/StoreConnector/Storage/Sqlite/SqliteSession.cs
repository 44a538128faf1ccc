using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace StoreConnector.Storage.Sqlite;

/// <summary>One connection and its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteStatement> prepared = [];

    private SqliteSession(SqliteConnection connection) => this.connection = connection;

    public sqlite3 Handle => connection.Handle!;

    /// <summary>The last number given out (see <see cref="Next"/>).</summary>
    public long LastNumber { get; set; }

    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    public static SqliteSession Open(string file, SqliteOpenMode mode, string pragmas)
    {
        var source = new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false };
        var connection = new SqliteConnection(source.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute(pragmas);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The next ETag or id, never given before. Only the writer asks, and keeps it on disk (see there).
    /// </summary>
    public long Next() => ++LastNumber;

    /// <summary>Pages written to the WAL since the last call.</summary>
    public long TakePagesWritten()
    {
        // Without a figure nothing would ask for a checkpoint, so one page is the least that is said.
        var code = raw.sqlite3_db_status(Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        return code == raw.SQLITE_OK ? pages : 1;
    }

    /// <summary>A statement ready to be bound; disposing it ends the use and keeps it prepared.</summary>
    public SqliteStatement Use(string sql)
    {
        if (!prepared.TryGetValue(sql, out var statement))
        {
            prepared.Add(sql, statement = new(Handle, sql));
        }

        statement.Dispose(); // Whatever a use that failed has left.
        return statement;
    }

    /// <summary>Runs statements that are not worth preparing.</summary>
    public void Execute(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own constants and numbers; nothing from outside comes this way.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public long Number(string sql)
    {
        using var statement = Use(sql);
        return statement.Step() ? statement.Long(0) : 0;
    }

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
        {
            statement.Close();
        }

        prepared.Clear();
        connection.Dispose();
    }
}
