using System.Text;

namespace StoreConnector.Processing;

/// <summary>One record of a table in text.</summary>
/// <param name="Line">The line that it begins on, from 1.</param>
/// <param name="Fields">At most <see cref="CsvReader.MaxFields"/>; null when it cannot be read.</param>
internal sealed record CsvRecord(int Line, IReadOnlyList<string>? Fields);

/// <summary>
/// Reads comma-, semicolon- or tab-separated text, record by record: quoted fields may hold separators, line ends and
/// doubled quotes. Source: RFC 4180; the separator is the one that the first line has most of.
/// </summary>
internal sealed class CsvReader(TextReader text)
{
    /// <summary>The most fields of one record; more cannot be read.</summary>
    public const int MaxFields = 500;

    /// <summary>The longest record, in characters; a longer one cannot be read.</summary>
    public const int MaxRecord = 64 * 1024;

    private static readonly char[] Separators = [',', ';', '\t'];

    private int line;
    private char separator;

    /// <summary>The next record; null at the end. Empty lines are passed over.</summary>
    public async ValueTask<CsvRecord?> ReadAsync(CancellationToken cancel)
    {
        while (await text.ReadLineAsync(cancel) is { } first)
        {
            var begin = ++line;
            if (string.IsNullOrWhiteSpace(first)) { continue; }

            if (separator == default) { separator = SeparatorOf(first); }

            var record = new StringBuilder(first);
            var isTooLong = first.Length > MaxRecord;
            while (IsOpen(record) && !isTooLong && await text.ReadLineAsync(cancel) is { } next)
            {
                line++;
                record.Append('\n').Append(next);
                isTooLong = record.Length > MaxRecord;
            }

            return new(begin, isTooLong ? null : Split(record.ToString()));
        }

        return null;
    }

    private static char SeparatorOf(string first) =>
        Separators.MaxBy(c => first.Count(other => other == c));

    /// <summary>Whether a quote is open at its end: quotes come in pairs, also within a field.</summary>
    private static bool IsOpen(StringBuilder record)
    {
        var open = false;
        foreach (var chunk in record.GetChunks())
        {
            foreach (var c in chunk.Span) { open ^= c == '"'; }
        }

        return open;
    }

    /// <summary>The fields; null when a quote is never closed, or there are too many.</summary>
    private List<string>? Split(string record)
    {
        var fields = new List<string>();
        var (field, isQuoted, isOpen) = (new StringBuilder(), false, false);
        for (var at = 0; at < record.Length; at++)
        {
            var c = record[at];
            if (isOpen && c == '"' && at + 1 < record.Length && record[at + 1] == '"') { field.Append(record[at++]); }
            else if (c == '"' && (isOpen || (field.Length == 0 && !isQuoted))) { (isOpen, isQuoted) = (!isOpen, true); }
            else if (c == separator && !isOpen)
            {
                fields.Add(field.ToString());
                (isQuoted, _) = (false, field.Clear());
            }
            else { field.Append(c); }
        }

        fields.Add(field.ToString());
        return isOpen || fields.Count > MaxFields ? null : fields;
    }
}
