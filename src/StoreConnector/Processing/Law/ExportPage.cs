using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace StoreConnector.Processing.Law;

/// <summary>
/// An export for people: the same document, each object a list, each list of objects a table. It shows whatever the
/// document holds, so that nothing can be in one and not in the other.
/// </summary>
internal static class ExportPage
{
    /// <summary>What the page needs of a browser, and nothing else.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Style =
        "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#222}"
        + "h2{margin:2rem 0 .5rem;font-size:1.15rem}dl{margin:0}dt{font-weight:600;margin-top:.4rem}"
        + "dd{margin:0 0 0 1rem}table{border-collapse:collapse;width:100%;margin:.3rem 0}"
        + "th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:start;vertical-align:top;"
        + "overflow-wrap:anywhere}th{background:#f3f3f3}p{white-space:pre-wrap;margin:0}";

    /// <summary>The whole page.</summary>
    /// <param name="export">The document.</param>
    public static string Html(ReadOnlyMemory<byte> export)
    {
        using var json = JsonDocument.Parse(export);
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append("<meta name=\"robots\" content=\"noindex\"><meta name=\"referrer\" content=\"no-referrer\">")
            .Append("<title>What is kept of a person</title><style>").Append(Style)
            .Append("</style></head><body><h1>What is kept of a person</h1>");
        foreach (var part in json.RootElement.EnumerateObject())
        {
            page.Append("<h2>").Append(Words(part.Name)).Append("</h2>");
            Show(page, part.Value);
        }

        return page.Append("</body></html>").ToString();
    }

    private static void Show(StringBuilder page, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: ShowFields(page, value); break;
            case JsonValueKind.Array when value.GetArrayLength() == 0: page.Append("<p>None.</p>"); break;
            case JsonValueKind.Array: ShowList(page, value); break;
            case JsonValueKind.Null: page.Append("<p>–</p>"); break;
            default: page.Append("<p dir=\"auto\">").Append(Text(value)).Append("</p>"); break;
        }
    }

    private static void ShowFields(StringBuilder page, JsonElement value)
    {
        page.Append("<dl>");
        foreach (var field in value.EnumerateObject().Where(f => f.Value.ValueKind != JsonValueKind.Null))
        {
            page.Append("<dt>").Append(Words(field.Name)).Append("</dt><dd>");
            Show(page, field.Value);
            page.Append("</dd>");
        }

        page.Append("</dl>");
    }

    /// <summary>A table of what all items have; a plain list of plain values.</summary>
    private static void ShowList(StringBuilder page, JsonElement list)
    {
        var items = list.EnumerateArray().ToList();
        page.Append("<table>");
        if (items.TrueForAll(i => i.ValueKind == JsonValueKind.Object))
        {
            List<string> columns = [.. items.SelectMany(i => i.EnumerateObject())
                .Where(f => f.Value.ValueKind != JsonValueKind.Null).Select(f => f.Name).Distinct()];
            page.Append("<tr>");
            foreach (var column in columns) { page.Append("<th>").Append(Words(column)).Append("</th>"); }

            page.Append("</tr>");
            foreach (var item in items)
            {
                page.Append("<tr>");
                foreach (var column in columns) { Cell(page, item.TryGetProperty(column, out var v) ? v : default); }

                page.Append("</tr>");
            }
        }
        else
        {
            foreach (var item in items)
            {
                page.Append("<tr>");
                Cell(page, item);
                page.Append("</tr>");
            }
        }

        page.Append("</table>");
    }

    private static void Cell(StringBuilder page, JsonElement value)
    {
        page.Append("<td>");
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)) { Show(page, value); }

        page.Append("</td>");
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.String => WebUtility.HtmlEncode(value.GetString()!),
        _ => WebUtility.HtmlEncode(value.GetRawText()),
    };

    /// <summary><c>productsLookedAt</c> as people write it.</summary>
    private static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c)) { words.Append(' '); }

            words.Append(words.Length == 0 ? char.ToUpper(c, CultureInfo.InvariantCulture)
                : char.ToLower(c, CultureInfo.InvariantCulture));
        }

        return WebUtility.HtmlEncode(words.ToString());
    }
}
