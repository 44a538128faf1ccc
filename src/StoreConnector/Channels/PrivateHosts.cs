using System.Net;
using System.Net.Sockets;

namespace StoreConnector.Channels;

/// <summary>
/// Addresses that a merchant's server cannot have: this machine's, a private network's, a cloud's own. Whoever types a
/// host would make the service call them from inside. Source: IANA's special-purpose address registries.
/// </summary>
internal static class PrivateHosts
{
    private static readonly IPNetwork[] Inside =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16",
            "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Whether an address is not one of the public network.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        var real = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(Inside, network => network.Contains(real));
    }

    /// <summary>Whether a host leads to such an address, by any of those that it has.</summary>
    /// <exception cref="SocketException">It has none.</exception>
    public static async ValueTask<bool> LeadsInsideAsync(string host, CancellationToken cancel) =>
        (await Dns.GetHostAddressesAsync(host, cancel)).Any(IsPrivate);
}
