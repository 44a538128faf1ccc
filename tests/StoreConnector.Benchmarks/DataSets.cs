using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace StoreConnector.Benchmarks;

/// <summary>One line of a basket.</summary>
internal sealed record Line(string Person, long Product, DateTimeOffset At, int Quantity);

/// <summary>Reads the public data sets.</summary>
internal static class DataSets
{
    /// <summary>Supermarket baskets of 100 customers; an item is a product segment, without quantities.</summary>
    /// <param name="department">Only the items of this SETTORE, or all.</param>
    public static List<Line> Coop(string folder, string? department)
    {
        var wanted = department is null ? null : Items(Path.Combine(folder, "coop_categories_map.csv"), department);
        return [.. Rows(Path.Combine(folder, "coop100.csv.gz"), ',')
            .Select(f => new Line(f[0], long.Parse(f[2], CultureInfo.InvariantCulture), Instant(f[1]), 1))
            .Where(l => wanted is null || wanted.Contains(l.Product))];
    }

    /// <summary>A gift wholesaler's invoices, without cancellations and without those of nobody in particular.</summary>
    public static List<Line> OnlineRetail(string folder)
    {
        var codes = new Dictionary<string, long>(StringComparer.Ordinal);
        var lines = new List<Line>();
        foreach (var f in Rows(Path.Combine(folder, "online_retail.csv.gz"), ','))
        {
            var quantity = int.Parse(f[3], CultureInfo.InvariantCulture);
            if (f[0].StartsWith('C') || f[6].Length == 0 || quantity <= 0) { continue; }

            if (!codes.TryGetValue(f[1], out var product)) { codes[f[1]] = product = codes.Count + 1; }

            lines.Add(new(f[6], product, Instant(f[4]), quantity));
        }

        return lines;
    }

    private static HashSet<long> Items(string path, string department)
    {
        var rows = File.ReadLines(path, Encoding.Latin1).Select(l => l.Split(';')).ToList();
        var sector = Array.IndexOf(rows[0], "SETTORE");
        return [.. rows.Skip(1).Where(r => r[sector] == department)
            .Select(r => long.Parse(r[0], CultureInfo.InvariantCulture))];
    }

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static IEnumerable<List<string>> Rows(string path, char separator)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            while (line.Count(c => c == '"') % 2 == 1) { line += "\n" + reader.ReadLine(); } // a quoted line break

            yield return Fields(line, separator);
        }
    }

    private static List<string> Fields(string line, char separator)
    {
        var fields = new List<string>();
        var (text, quoted) = (new StringBuilder(), false);
        foreach (var c in line)
        {
            if (c == '"') { quoted = !quoted; }
            else if (c == separator && !quoted) { fields.Add(text.ToString()); text.Clear(); }
            else { text.Append(c); }
        }

        fields.Add(text.ToString());
        return fields;
    }
}
