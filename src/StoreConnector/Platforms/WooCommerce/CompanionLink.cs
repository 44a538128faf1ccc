using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>
/// The companion's way back to a cart: signed, good for a while, without anything of a person. Source:
/// docs/woocommerce-companion.md, "What is signed".
/// </summary>
internal static class CompanionLink
{
    /// <summary>How long after its last change a site keeps a cart. Source: docs/woocommerce-companion.md.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    private const int TokenDigits = 32;

    /// <summary>
    /// The link to a cart; null for a token that is none of the companion's, which a site would refuse.
    /// </summary>
    /// <param name="home">The site's home: ends with a slash.</param>
    /// <param name="token">The companion's name of the cart.</param>
    /// <param name="until">From that second on it is worth nothing.</param>
    /// <param name="secret">What the companion and we share.</param>
    public static Uri? To(Uri home, string token, DateTimeOffset until, string secret)
    {
        if (token.Length != TokenDigits || !token.All(char.IsAsciiHexDigitLower)) { return null; }

        var end = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(
            Encoding.ASCII.GetBytes(secret), Encoding.ASCII.GetBytes($"storeconnector-recovery\n{token}\n{end}"));
        return new(home, $"?storeconnector_cart={token}&exp={end}&sig={Base64Url.EncodeToString(signature)}");
    }
}
