using Azure.Identity;
using StoreConnector.Storage.Azure;

namespace StoreConnector.Hosting;

/// <summary>Which engine keeps everything.</summary>
internal abstract record EngineSettings
{
    private const int MaxPrefix = 20;

    /// <summary>The embedded database, in the folder of <c>Storage:Path</c>.</summary>
    public sealed record Sqlite : EngineSettings;

    /// <summary>Azure tables and queues, shared by all copies of the service.</summary>
    /// <param name="Prefix">Begins the names of all tables and queues.</param>
    public sealed record Azure(AzureAccount Account, string Prefix) : EngineSettings;

    /// <param name="isFunctions">Whether the Functions host started us: its triggers read Azure's queues.</param>
    /// <exception cref="BrokenSettingException">One of the settings cannot be.</exception>
    public static EngineSettings Read(IConfiguration all, bool isFunctions) =>
        Text(all["Storage:Engine"])?.ToLowerInvariant() switch
        {
            "azure" => ReadAzure(all),
            null when isFunctions => ReadAzure(all),
            null or "sqlite" when !isFunctions => new Sqlite(),
            "sqlite" => throw new BrokenSettingException(
                "Storage:Engine Sqlite does not work under the Functions host, which reads Azure's queues; use Azure."),
            _ => throw new BrokenSettingException(
                $"Storage:Engine '{all["Storage:Engine"]}' is unknown; use Sqlite or Azure."),
        };

    private static Azure ReadAzure(IConfiguration all) => new(ReadAccount(all), ReadPrefix(all["Storage:Prefix"]));

    /// <summary>
    /// What was set for us goes before what was set for the Functions host, and a connection string before a name.
    /// </summary>
    private static AzureAccount ReadAccount(IConfiguration all)
    {
        foreach (var (text, name) in new[] { ("Storage:ConnectionString", "Storage:AccountName"),
            ("AzureWebJobsStorage", "AzureWebJobsStorage:accountName") })
        {
            if (Text(all[text]) is { } connection) { return Parse(text, connection); }

            if (Text(all[name]) is { } account)
            {
                return Identified(name, account, ReadClientId(all));
            }
        }

        throw new BrokenSettingException("Storage:Engine Azure wants an account: set Storage:ConnectionString, or "
            + "Storage:AccountName to use an identity.");
    }

    private static AzureAccount Parse(string key, string connection)
    {
        try
        {
            return AzureAccount.Parse(connection);
        }
        catch (FormatException e)
        {
            throw new BrokenSettingException($"{key} is no connection string of a storage account: {e.Message}.");
        }
    }

    /// <summary>Which identity, when there are several: as the Functions host was told, or Azure's libraries.</summary>
    internal static string? ReadClientId(IConfiguration all) =>
        Text(all["AzureWebJobsStorage:clientId"]) ?? Text(all["AZURE_CLIENT_ID"]);

    private static AzureAccount Identified(string key, string account, string? clientId)
    {
        var isName = account.Length is >= 3 and <= 24
            && account.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
        return isName ? AzureAccount.Of(account, new DefaultAzureCredential(
                new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId }))
            : throw new BrokenSettingException($"{key} '{account}' is no storage account's name: 3 to 24 of a–z 0–9.");
    }

    private static string ReadPrefix(string? text)
    {
        var prefix = Text(text) ?? "sc";
        return prefix.Length <= MaxPrefix && prefix[0] is >= 'a' and <= 'z'
            && prefix.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) ? prefix
            : throw new BrokenSettingException(
                $"Storage:Prefix '{prefix}' cannot be; use up to {MaxPrefix} of a–z 0–9, a letter first.");
    }

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
