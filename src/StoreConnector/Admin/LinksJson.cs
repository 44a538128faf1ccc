using System.Text.Json;
using StoreConnector.Core.Stores;

namespace StoreConnector.Admin;

/// <summary>Where a store's messages may lead, as the API shows it.</summary>
/// <param name="Hosts">Hosts of the shop beside the platform's own.</param>
internal sealed record LinksModel(IReadOnlyList<string> Hosts)
{
    private const string Allowed = "at most 10 host names of the shop, for example [\"shop.example.com\"]";

    public static LinksModel Of(LinkSettings settings) => new(settings.Hosts);

    /// <summary>Lays what was sent over what is saved.</summary>
    public static LinkSettings Apply(JsonBody body, LinkSettings saved)
    {
        if (body.Field("hosts") is not { } sent) { return saved; }

        var hosts = sent.ValueKind == JsonValueKind.Array ? sent.EnumerateArray().Select(Host).ToList() : null;
        if (hosts is null || hosts.Count > LinkSettings.MaxHosts || hosts.Contains(null))
        {
            body.Refuse("hosts", sent, Allowed);
            return saved;
        }

        return saved with { Hosts = [.. hosts.OfType<string>().Distinct().Order(StringComparer.Ordinal)] };
    }

    private static string? Host(JsonElement item) =>
        item.ValueKind == JsonValueKind.String && JsonBody.TextOf(item)?.Trim().ToLowerInvariant() is { } host
        && host.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(host) == UriHostNameType.Dns ? host : null;
}
