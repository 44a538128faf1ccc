using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StoreConnector.Platforms.WooCommerce.Api;

/// <summary>
/// Makes a call's request, with the key shown in the site's way. Each attempt is dated and signed anew.
/// </summary>
internal static class WooRequests
{
    /// <summary>The request.</summary>
    /// <param name="access">Where, and by which right.</param>
    /// <param name="call">What.</param>
    /// <param name="siteNow">What the site's clock shows: a signature more than 15 minutes off is refused.</param>
    public static HttpRequestMessage Make(WooAccess access, WooCall call, DateTimeOffset siteNow)
    {
        List<(string Name, string Value)> query = access.IsPlain
            ? [("rest_route", "/" + call.Path), .. call.Query] : [.. call.Query];
        var route = access.IsPlain ? access.Site : new Uri(access.Site, "wp-json/" + call.Path);
        if (access.Way == WooWay.OAuth) { Sign(access, call.Method, route, query, siteNow); }
        else if (access.Way == WooWay.Query)
        {
            query.AddRange([("consumer_key", access.Key), ("consumer_secret", access.Secret)]);
        }

        var text = string.Join('&', query.Select(p => $"{Encode(p.Name)}={Encode(p.Value)}"));
        var request = new HttpRequestMessage(call.Method, new Uri(route, text.Length == 0 ? "" : "?" + text));
        request.Headers.Accept.ParseAdd("application/json");
        if (access.Way == WooWay.Basic)
        {
            request.Headers.Authorization = new("Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{access.Key}:{access.Secret}")));
        }

        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web))
            {
                Headers = { ContentType = new("application/json") },
            };
        }

        return request;
    }

    /// <summary>
    /// OAuth 1.0a with one leg, in the query. WooCommerce reads it only where PHP believes that it is reached by http,
    /// and then signs its own address as http: so do we. Source: RFC 5849 §3.4; WooCommerce 10.5.0,
    /// class-wc-rest-authentication.php, check_oauth_signature.
    /// </summary>
    private static void Sign(WooAccess access, HttpMethod method, Uri route,
        List<(string Name, string Value)> query, DateTimeOffset siteNow)
    {
        query.AddRange(
        [
            ("oauth_consumer_key", access.Key),
            ("oauth_nonce", RandomNumberGenerator.GetHexString(32, lowercase: true)),
            ("oauth_signature_method", "HMAC-SHA256"),
            ("oauth_timestamp", siteNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ]);
        var authority = route.IsDefaultPort ? route.IdnHost : $"{route.IdnHost}:{route.Port}";
        var parameters = string.Join('&', query.OrderBy(p => p.Name, StringComparer.Ordinal)
            .Select(p => $"{Encode(p.Name)}={Encode(p.Value)}"));
        var text = $"{method.Method}&{Encode($"http://{authority}{route.AbsolutePath}")}&{Encode(parameters)}";
        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(access.Secret + "&"), Encoding.UTF8.GetBytes(text));
        query.Add(("oauth_signature", Convert.ToBase64String(signature)));
    }

    /// <summary>RFC 3986: all but letters, digits and <c>-._~</c>.</summary>
    private static string Encode(string text) => Uri.EscapeDataString(text);
}
