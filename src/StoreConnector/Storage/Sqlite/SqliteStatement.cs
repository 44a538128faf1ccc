using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace StoreConnector.Storage.Sqlite;

/// <summary>
/// A prepared statement, bound by position. Below ADO.NET because values are <see cref="ReadOnlyMemory{T}"/>, which a
/// parameter object would copy, and because every row of every customer passes here.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 db;
    private readonly sqlite3_stmt statement;
    private int bound;

    public SqliteStatement(sqlite3 db, string sql)
    {
        this.db = db;
        Check(raw.sqlite3_prepare_v2(db, sql, out statement));
    }

    public SqliteStatement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, ++bound, value));
        return this;
    }

    /// <param name="value">Keys and names: ASCII, at most <see cref="ITable.MaxKey"/> + 1 characters.</param>
    public SqliteStatement Bind(string value)
    {
        Span<byte> ascii = stackalloc byte[ITable.MaxKey + 1];
        Check(raw.sqlite3_bind_text(statement, ++bound, ascii[..Encoding.ASCII.GetBytes(value, ascii)]));
        return this;
    }

    public SqliteStatement Bind(ReadOnlyMemory<byte> value)
    {
        // An empty span may have no address, which SQLite would take for NULL.
        Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(statement, ++bound, 0)
            : raw.sqlite3_bind_blob(statement, ++bound, value.Span));
        return this;
    }

    /// <summary>True when there is a row to look at.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code is raw.SQLITE_ROW)
        {
            return true;
        }

        if (code is not raw.SQLITE_DONE)
        {
            Check(code);
        }

        return false;
    }

    /// <summary>Runs to the end and says how many rows changed.</summary>
    public int Run()
    {
        try
        {
            while (Step())
            {
                // A statement that answers nothing ends at once.
            }

            return raw.sqlite3_changes(db);
        }
        finally
        {
            Dispose();
        }
    }

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    /// <summary>Ends this use. What went wrong was said by the step; a reset only repeats it.</summary>
    public void Dispose()
    {
        _ = raw.sqlite3_reset(statement);
        bound = 0;
    }

    public void Close() => statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, db);
        }
    }
}
