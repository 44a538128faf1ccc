using System.Globalization;
using StoreConnector.Channels;
using StoreConnector.Platforms.Shopify;

namespace StoreConnector.Hosting;

/// <summary>A setting that the service cannot start with. The message is the one line that its operator
/// reads.</summary>
internal sealed class BrokenSettingException(string message) : Exception(message);

/// <summary>The settings, read once at the start: a value of its type is a good one.</summary>
/// <param name="Engine">Which engine keeps everything.</param>
/// <param name="FunctionsPort">Where the Functions host wants us to listen; null when it did not start us.</param>
/// <param name="Path">
/// Folder of the embedded engine and of a key made here; it exists and can be written. Null when nothing is kept there.
/// </param>
/// <param name="PublicUrl">How the outside reaches us; null when it was not set.</param>
/// <param name="Shopify">Our app there.</param>
/// <param name="OperatorKey">The key that was set; null when none was.</param>
/// <param name="KeySecrets">
/// What the keys of secrets at rest are encrypted under, the newest first; none leaves them plain.
/// </param>
/// <param name="Clock">The clock the service lives by.</param>
/// <param name="Vendors">How vendors are reached.</param>
internal sealed record ServiceSettings(
    EngineSettings Engine, int? FunctionsPort, string? Path, Uri? PublicUrl, ShopifyApp Shopify,
    string? OperatorKey, IReadOnlyList<string> KeySecrets, ServiceClock Clock, VendorSettings Vendors)
{
    /// <summary>Where it listens when nothing else is said.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5188";

    /// <summary>The fastest clock: an hour in a tenth of a second.</summary>
    private const double MaxSpeed = 36_000;

    /// <summary>Reads them all.</summary>
    /// <exception cref="BrokenSettingException">One of them cannot be.</exception>
    public static ServiceSettings Read(IConfiguration all, bool isDevelopment)
    {
        CheckUrls(all["urls"]);
        var port = ReadFunctionsPort(all);
        var engine = EngineSettings.Read(all, port is not null);
        var key = Known("Operator:Key", Blank(all["Operator:Key"]));
        if (port is not null && key is null)
        {
            throw new BrokenSettingException("Operator:Key must be set under the Functions host: all copies share it.");
        }

        var path = engine is EngineSettings.Sqlite || key is null ? ReadPath(all["Storage:Path"]) : null;
        return new(engine, port, path, ReadPublicUrl(all), ReadShopify(all), key, ReadKeySecrets(all),
            ReadClock(all, isDevelopment), ReadVendors(all, isDevelopment));
    }

    /// <summary>Set by the host for the process it starts; the second name is the older one.</summary>
    private static int? ReadFunctionsPort(IConfiguration all)
    {
        var text = Blank(all["FUNCTIONS_CUSTOMHANDLER_PORT"]) ?? Blank(all["FUNCTIONS_HTTPWORKER_PORT"]);
        return text is null ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                && port is > 0 and <= 65535 ? port
            : throw new BrokenSettingException($"FUNCTIONS_CUSTOMHANDLER_PORT '{text}' is no port.");
    }

    private static void CheckUrls(string? urls)
    {
        const StringSplitOptions Tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var url in (urls ?? "").Split(';', Tidy))
        {
            if (!IsListeningAddress(url))
            {
                throw new BrokenSettingException(
                    $"ASPNETCORE_URLS '{url}' is no address to listen on; for example {DefaultUrl}.");
            }
        }
    }

    private static bool IsListeningAddress(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme is "http" or "https" && address.PathBase.Length == 0
                && (address.IsUnixPipe || address.Port is >= 0 and <= 65535);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string ReadPath(string? text)
    {
        var path = Blank(text) ?? "./data";
        try
        {
            path = System.IO.Path.GetFullPath(path);
            MakeFolder(path);
            var trial = System.IO.Path.Combine(path, $".trial-{Environment.ProcessId}");
            File.WriteAllText(trial, "");
            File.Delete(trial);
            return path;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BrokenSettingException($"Storage:Path '{path}' cannot be written: {FirstLine(e.Message)}");
        }
    }

    /// <summary>A folder that is made here holds customers' data: its owner alone may look in.</summary>
    private static void MakeFolder(string path)
    {
        const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows()) { Directory.CreateDirectory(path); }
        else { Directory.CreateDirectory(path, Mine); }
    }

    /// <summary>App Service and Functions say by which name they are known.</summary>
    private static Uri? ReadPublicUrl(IConfiguration all)
    {
        var own = Blank(all["WEBSITE_HOSTNAME"]) is { } name ? $"https://{name}" : null;
        if ((Blank(all["PublicUrl"]) ?? own) is not { } value) { return null; }

        return Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url is { PathAndQuery: "/", Fragment: "", UserInfo: "" } ? url
            : throw new BrokenSettingException(
                $"PublicUrl '{value}' cannot be; use scheme and host alone, for example https://connect.example.com.");
    }

    private static VendorSettings ReadVendors(IConfiguration all, bool isDevelopment)
    {
        var usual = new VendorSettings();
        return new()
        {
            Twilio = ReadBase(all, "Twilio:BaseUrl") ?? usual.Twilio,
            SendGrid = ReadBase(all, "SendGrid:BaseUrl") ?? usual.SendGrid,
            AllowsPrivateHosts = isDevelopment,
        };
    }

    /// <summary>Credentials go there: https, but for this very machine.</summary>
    private static Uri? ReadBase(IConfiguration all, string key)
    {
        if (Blank(all[key]) is not { } value) { return null; }

        return Uri.TryCreate(value, UriKind.Absolute, out var url) && url is { Query: "", Fragment: "", UserInfo: "" }
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)) ? url
            : throw new BrokenSettingException($"{key} '{value}' cannot be; use https and a host.");
    }

    private static ShopifyApp ReadShopify(IConfiguration all) => new(Blank(all["Shopify:ClientId"]),
        ReadSeveral(all.GetSection("Shopify:ClientSecret")), ReadBase(all, "Shopify:BaseUrl"));

    private static string[] ReadKeySecrets(IConfiguration all)
    {
        const int Short = 16;
        var secrets = ReadSeveral(all.GetSection("Storage:KeySecret"));
        return Array.TrueForAll(secrets, s => s.Length >= Short) ? secrets
            : throw new BrokenSettingException(
                $"Storage:KeySecret is too short; use {Short} characters of chance or more.");
    }

    /// <summary>One, or several while they are changed: <c>Key</c>, <c>Key:0</c>, <c>Key:1</c> …</summary>
    private static string[] ReadSeveral(IConfigurationSection section)
    {
        var secrets = section.GetChildren().Select(c => c.Value).Prepend(section.Value);
        return [.. secrets.Select(Blank).Select(s => Known(section.Path, s)).OfType<string>()
            .Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// App Service leaves a reference as it stands when it cannot be followed: who knows the vault's name would know
    /// the secret.
    /// </summary>
    private static string? Known(string key, string? secret) =>
        secret?.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase) is not true ? secret
            : throw new BrokenSettingException($"{key} is a reference to a vault that could not be followed: see "
                + "that the secret is there and that the app's identity may read it.");

    private static ServiceClock ReadClock(IConfiguration all, bool isDevelopment)
    {
        var text = Blank(all["Clock:Speed"]);
        var (start, since) = (ReadInstant(all, "Clock:Start"), ReadInstant(all, "Clock:Since"));
        if (!isDevelopment && (text is not null || start is not null || since is not null))
        {
            throw new BrokenSettingException(
                "Clock:Speed, Clock:Start and Clock:Since are for ASPNETCORE_ENVIRONMENT=Development only.");
        }

        var speed = 1.0;
        return text is null || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out speed)
            && speed is >= 1 and <= MaxSpeed) ? new(start, speed, since)
            : throw new BrokenSettingException($"Clock:Speed '{text}' cannot be; use a number from 1 to {MaxSpeed}.");
    }

    private static DateTimeOffset? ReadInstant(IConfiguration all, string key) => Blank(all[key]) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant
        : throw new BrokenSettingException(
            $"{key} '{text}' cannot be; use an instant, for example 2026-11-23T09:00:00Z.");

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string FirstLine(string text) => text.ReplaceLineEndings("\n").Split('\n')[0];
}
