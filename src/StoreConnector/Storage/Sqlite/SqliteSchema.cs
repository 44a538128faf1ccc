using Microsoft.Data.Sqlite;

namespace StoreConnector.Storage.Sqlite;

/// <summary>What stands in <c>storeconnector.db</c>, and how it is opened.</summary>
internal static class SqliteSchema
{
    /// <summary>
    /// Counts up when the tables below change. A newer file is refused, an older one is brought up here.
    /// </summary>
    public const int Version = 1;

    /// <summary>
    /// Bytes of a page. A row is kept in its page up to about a quarter of it; what is longer takes pages of its own.
    /// With rows of 1 KiB, pages of 4 KiB made the file three times as large and point reads half as fast; pages of 16
    /// KiB gained little and made the log twice as large.
    /// </summary>
    public const int PageSize = 8192;

    /// <summary>
    /// FULL: a commit is on disk. secure_delete: what is erased is zeroed, not only forgotten. Checkpoints are the
    /// checkpointer's. No busy handler can fire inside this process; the time-out is for an operator's shell.
    /// </summary>
    public static readonly string WriterPragmas = $"""
        PRAGMA busy_timeout = 2000; PRAGMA page_size = {PageSize}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -32768;
        PRAGMA temp_store = MEMORY;
        """;

    /// <summary>It waits briefly, for while it waits for readers the writer waits for it.</summary>
    public const string CheckpointPragmas =
        "PRAGMA busy_timeout = 200; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;";

    public const string ReaderPragmas =
        "PRAGMA busy_timeout = 2000; PRAGMA query_only = ON; PRAGMA cache_size = -4096;";

    /// <summary>
    /// A message's state is 0 leased until, 1 put off until, 2 ready (until 0): the order they are handed out in, so
    /// that a receive reads only what it takes. Bodies stand apart, so that handing out does not write them again.
    /// </summary>
    private const string Tables = """
        CREATE TABLE numbers (reserved INTEGER NOT NULL);
        INSERT INTO numbers VALUES (0);
        CREATE TABLE tables (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
        CREATE TABLE rows (table_id INTEGER NOT NULL, part TEXT NOT NULL, row TEXT NOT NULL, etag INTEGER NOT NULL,
            value BLOB NOT NULL, PRIMARY KEY (table_id, part, row)) WITHOUT ROWID;
        CREATE TABLE queues (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE messages (queue INTEGER NOT NULL, state INTEGER NOT NULL, until INTEGER NOT NULL,
            id INTEGER NOT NULL, dequeues INTEGER NOT NULL, PRIMARY KEY (queue, state, until, id)) WITHOUT ROWID;
        CREATE TABLE poison (queue INTEGER NOT NULL, id INTEGER NOT NULL, poisoned_at INTEGER NOT NULL,
            PRIMARY KEY (queue, id)) WITHOUT ROWID;
        CREATE TABLE bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
        """;

    /// <summary>
    /// One process at a time has the folder, so whoever held these messages is gone: after a crash an acknowledged
    /// delivery must not wait for the end of a lease. Its count stays: what kills the process becomes poison in the
    /// end.
    /// </summary>
    private const string EndLeases = "UPDATE messages SET state = 2, until = 0 WHERE state = 0;";

    /// <summary>Opens the writer's session, making or checking the tables. The folder must be locked.</summary>
    public static SqliteSession Open(string file)
    {
        var db = SqliteSession.Open(file, SqliteOpenMode.ReadWriteCreate, WriterPragmas);
        try
        {
            Prepare(db, file);
            db.LastNumber = db.Number("SELECT reserved FROM numbers");
            db.Execute(EndLeases);
            return db;
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    private static void Prepare(SqliteSession db, string file)
    {
        var version = db.Number("PRAGMA user_version");
        if (version > Version)
        {
            throw new StorageUnavailableException(
                $"{file} was written by a newer StoreConnector (form {version}, this one knows {Version}): "
                + "start the newer one, or restore the backup from before the update.");
        }

        if (version == 0)
        {
            if (db.Number("SELECT count(*) FROM sqlite_schema") > 0)
            {
                throw new StorageUnavailableException(
                    $"{file} is a database of another program: choose another folder, or move the file away.");
            }

            db.Execute($"BEGIN IMMEDIATE; {Tables} PRAGMA user_version = {Version}; COMMIT;");
        }
    }
}
