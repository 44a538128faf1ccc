namespace StoreConnector.Core.Messages;

/// <summary>
/// How the fields of a template are made: text, nested fields or lists of fields; what is missing has no key, so that
/// its block closes up.
/// </summary>
internal static class ViewFields
{
    /// <summary>A flag that is set: flags are text too, for a template only asks whether they are there.</summary>
    public const string Yes = "1";

    /// <summary>The fields that have a value.</summary>
    public static Dictionary<string, object?> Of(params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        var present = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            if (value is not null) { present.Add(name, value); }
        }

        return present;
    }

    /// <summary>The same fields with those of <paramref name="more"/>.</summary>
    public static Dictionary<string, object?> And(
        this Dictionary<string, object?> fields, IEnumerable<KeyValuePair<string, object?>> more)
    {
        foreach (var (name, value) in more) { fields.Add(name, value); }

        return fields;
    }

    /// <summary>A link as it is written, if a person may be led there.</summary>
    public static string? Link(Uri? uri) => MessageLink.IsLink(uri) ? MessageLink.Text(uri!) : null;

    /// <summary>A picture's address as it is written, if a mail program would fetch it.</summary>
    public static string? Picture(Uri? uri) => MessageLink.IsPicture(uri) ? MessageLink.Text(uri!) : null;
}
