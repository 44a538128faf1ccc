using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace StoreConnector.Storefront;

/// <summary>An address of the public internet: a proxy's own, or this machine's, proves nothing of anybody.</summary>
internal static class PublicIp
{
    // RFC 1918, RFC 6598, RFC 3927, RFC 1122; RFC 4193 and RFC 4291 for IPv6.
    private static readonly IPNetwork[] Private =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.168.0.0/16", "::/127", "fc00::/7", "fe80::/10",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Reads one; text that is none, and an address that is nobody's, is refused.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? address)
    {
        address = null;
        if (text is not { Length: <= 45 } || !IPAddress.TryParse(text, out var ip)) { return false; }

        ip = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
        if (ip.AddressFamily == AddressFamily.InterNetworkV6) { ip = new IPAddress(ip.GetAddressBytes()); } // no zone

        address = Array.Exists(Private, network => network.Contains(ip)) ? null : ip.ToString();
        return address is not null;
    }
}
