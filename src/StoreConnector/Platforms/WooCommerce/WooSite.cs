using System.Diagnostics.CodeAnalysis;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>The home of a WooCommerce site, as a merchant types it and as the site says it.</summary>
internal static class WooSite
{
    /// <summary>The longest address, in characters.</summary>
    public const int MaxLength = 200;

    private const int HttpsPort = 443, OtherHttpsPort = 8443;

    /// <summary>
    /// Reads one: https and a name, perhaps a folder; nothing else. What comes out ends with a slash.
    /// </summary>
    /// <param name="text">With or without <c>https://</c>.</param>
    /// <param name="isLenient">Development: http, numbers for a name and any port will do.</param>
    /// <param name="site">In lower case as far as that is the same.</param>
    public static bool TryParse(string? text, bool isLenient, [NotNullWhen(true)] out Uri? site)
    {
        site = null;
        if (text?.Trim() is not { Length: > 0 and <= MaxLength } typed) { return false; }

        var full = typed.Contains("://", StringComparison.Ordinal) ? typed : "https://" + typed;
        if (!Uri.TryCreate(full, UriKind.Absolute, out var read)
            || read is not { Query: "", Fragment: "", UserInfo: "" } || !IsReachable(read, isLenient)) { return false; }

        site = new UriBuilder(read.Scheme, read.IdnHost.ToLowerInvariant(), read.Port,
            read.AbsolutePath.TrimEnd('/') + "/").Uri;
        return true;
    }

    /// <summary>
    /// Whether the home that a site names is that one. By the name, the port and the folder: behind some proxies a site
    /// believes that it is reached by http.
    /// </summary>
    public static bool IsHome(Uri site, string? home) =>
        Uri.TryCreate(home, UriKind.Absolute, out var named)
        && string.Equals(named.IdnHost, site.IdnHost, StringComparison.OrdinalIgnoreCase)
        && (named.IsDefaultPort ? site.IsDefaultPort : named.Port == site.Port)
        && named.AbsolutePath.TrimEnd('/') == site.AbsolutePath.TrimEnd('/');

    private static bool IsReachable(Uri read, bool isLenient) => isLenient
        ? read.Scheme is "https" or "http"
        : read.Scheme == Uri.UriSchemeHttps && read.HostNameType == UriHostNameType.Dns
            && read.IdnHost.Contains('.', StringComparison.Ordinal) && read.Port is HttpsPort or OtherHttpsPort;
}
