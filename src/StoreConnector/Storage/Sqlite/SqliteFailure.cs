using Microsoft.Data.Sqlite;

namespace StoreConnector.Storage.Sqlite;

/// <summary>Says in one plain sentence what failed and what to do.</summary>
internal static class SqliteFailure
{
    public static StorageUnavailableException Explain(Exception failure, string file) =>
        new(failure is SqliteException sqlite ? Sentence(sqlite, file) : $"{file}: {failure.Message}", failure);

    // The codes are SQLite's primary result codes: https://www.sqlite.org/rescode.html
    private static string Sentence(SqliteException failure, string file) => failure.SqliteErrorCode switch
    {
        5 or 6 => $"{file} is in use by another program: close what has it open.",
        13 => $"The disk that holds {file} is full: make room.",
        11 or 26 => $"{file} is damaged or not a database: restore a backup, or move the file away to begin anew.",
        3 or 8 or 14 => $"{file} cannot be written: check that its folder exists and that this user may write there.",
        10 => $"The disk that holds {file} does not answer properly: check the disk ({failure.Message}).",
        _ => $"{file}: {failure.Message}",
    };
}
