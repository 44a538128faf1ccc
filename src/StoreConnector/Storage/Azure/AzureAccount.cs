using Azure.Core;

namespace StoreConnector.Storage.Azure;

/// <summary>Which storage account, where its services answer, and how we are let in: a key or an identity.</summary>
internal sealed class AzureAccount
{
    // Azurite's, which everybody knows: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
    private const string DevelopmentName = "devstoreaccount1";
    private const string DevelopmentKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private AzureAccount(string name, Uri tables, Uri queues) => (Name, Tables, Queues) = (name, tables, queues);

    public string Name { get; }

    /// <summary>Where Table storage answers, without a slash at the end.</summary>
    public Uri Tables { get; }

    /// <summary>Where Queue storage answers.</summary>
    public Uri Queues { get; }

    /// <summary>The account's key in base64; null when an identity is used.</summary>
    public string? Key { get; private init; }

    /// <summary>The identity; null when a key is used.</summary>
    public TokenCredential? Identity { get; private init; }

    /// <summary>The account of a connection string with a key, as the portal shows it, or Azurite's own.</summary>
    /// <exception cref="FormatException">It is none. The message says what is missing and holds no part.</exception>
    public static AzureAccount Parse(string connectionString)
    {
        var parts = Split(connectionString);
        if (bool.TryParse(parts.GetValueOrDefault("UseDevelopmentStorage"), out var isDevelopment) && isDevelopment)
        {
            return new(DevelopmentName, Development(10002), Development(10001)) { Key = DevelopmentKey };
        }

        var name = parts.GetValueOrDefault("AccountName");
        var key = parts.GetValueOrDefault("AccountKey");
        if (string.IsNullOrEmpty(name)) { throw new FormatException("it has no AccountName"); }
        if (string.IsNullOrEmpty(key)) { throw new FormatException("it has no AccountKey (signatures are not read)"); }
        if (!Convert.TryFromBase64String(key, new byte[key.Length], out _))
        {
            throw new FormatException("its AccountKey is no base64");
        }

        return new(name, Endpoint(parts, name, "table"), Endpoint(parts, name, "queue")) { Key = key };
    }

    /// <summary>An account that is opened by an identity of this machine's or the signed-in developer's.</summary>
    public static AzureAccount Of(string name, TokenCredential identity) =>
        new(name, new($"https://{name}.table.core.windows.net"), new($"https://{name}.queue.core.windows.net"))
        {
            Identity = identity,
        };

    private static Dictionary<string, string> Split(string connectionString)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2) is not [var name, var value]) { throw new FormatException("a part has no '='"); }

            parts[name.Trim()] = value.Trim();
        }

        return parts;
    }

    private static Uri Endpoint(Dictionary<string, string> parts, string name, string service)
    {
        var said = parts.GetValueOrDefault($"{service}Endpoint");
        var protocol = parts.GetValueOrDefault("DefaultEndpointsProtocol") ?? "https";
        var suffix = parts.GetValueOrDefault("EndpointSuffix") ?? "core.windows.net";
        var text = said?.TrimEnd('/') ?? $"{protocol}://{name}.{service}.{suffix}";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" ? uri
            : throw new FormatException($"its {service} endpoint is no address");
    }

    private static Uri Development(int port) => new($"http://127.0.0.1:{port}/{DevelopmentName}");
}
