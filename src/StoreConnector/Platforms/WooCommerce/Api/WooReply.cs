using System.Globalization;
using System.Text.Json;

namespace StoreConnector.Platforms.WooCommerce.Api;

/// <summary>Whether a call may be made again after this reply.</summary>
internal enum WooAgain
{
    /// <summary>The answer stands.</summary>
    Never,

    /// <summary>A question may; a change may have been made.</summary>
    Questions,

    /// <summary>For sure nothing was done.</summary>
    Always,
}

/// <summary>What one request came to.</summary>
/// <param name="Answer">What it is when nobody asks again.</param>
/// <param name="Again">Whether time may mend it.</param>
/// <param name="Asked">How long the site wants us to wait; null when it did not say.</param>
internal sealed record WooReply(WooAnswer Answer, WooAgain Again = WooAgain.Never, TimeSpan? Asked = null)
{
    /// <summary>Whether the site is in trouble and better left alone for a while.</summary>
    public bool IsTrouble => Answer is WooAnswer.Unavailable or WooAnswer.Broken;
}

/// <summary>
/// Reads a reply. WordPress answers an error as <c>{"code","message","data"}</c>; whatever is not such an object, or no
/// JSON, is somebody else's: a firewall, the host, a broken theme. Source: measured on WooCommerce 10.5.0.
/// </summary>
internal static class WooReplies
{
    /// <summary>Of each text that a site sends, so much is kept.</summary>
    private const int MaxText = 300;

    private const string KeyError = "woocommerce_rest_authentication_error", Companion = "storeconnector_";

    private static readonly TimeSpan MaxAsked = TimeSpan.FromHours(1);

    /// <summary>What the reply means.</summary>
    /// <param name="response">Its head.</param>
    /// <param name="body">Its body, whole.</param>
    /// <param name="call">What was asked.</param>
    public static WooReply Read(HttpResponseMessage response, ReadOnlyMemory<byte> body, WooCall call)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400) { return new(Elsewhere(response)); }

        var json = Parse(body);
        if (status is >= 200 and < 300)
        {
            return json is { } said ? new(new WooAnswer.Done(said, Count(response, "X-WP-Total"),
                Count(response, "X-WP-TotalPages")) { SiteNow = response.Headers.Date })
                : new(NotJson(), WooAgain.Questions);
        }

        var code = json is { } error ? Wording.Cut(new Payload(error)["code"].Text, MaxText) : null;
        return code is null ? Stranger(response, status)
            : OfWordPress(response, status, code, new Payload(json!.Value)["message"].Text, call);
    }

    private static WooReply OfWordPress(
        HttpResponseMessage response, int status, string code, string? message, WooCall call) => status switch
        {
            401 when code == KeyError && !call.IsQuestion => new(new WooAnswer.Denied(
                "The key may not change anything: it needs the permission Read/Write.")),
            401 => new(new WooAnswer.SignedOut()),
            // Our own companion's no, with its reason.
            403 when code.StartsWith(Companion, StringComparison.Ordinal) => new(
                new WooAnswer.Refused(status, code, Wording.Cut(message, MaxText) ?? "")),
            403 => new(new WooAnswer.Denied(
                "The key's owner may no longer manage WooCommerce: connect again as administrator or shop manager.")),
            429 => Later(response),
            408 or 500 or (> 501) => new(new WooAnswer.Unavailable($"The site answered {status}."), WooAgain.Questions),
            _ => new(new WooAnswer.Refused(status, code, Wording.Cut(message, MaxText) ?? "")),
        };

    /// <summary>An error that WordPress did not write.</summary>
    private static WooReply Stranger(HttpResponseMessage response, int status) => status switch
    {
        429 => Later(response),
        404 => new(new WooAnswer.Broken(WooTrouble.NoApi,
            "There is no WooCommerce API at that address: is it the site's home, and is WooCommerce switched on?")),
        401 => new(new WooAnswer.Broken(WooTrouble.Firewall, "The site asks for a password of its own before "
            + "WooCommerce is reached: let /wp-json/ through.")),
        408 or >= 500 => new(new WooAnswer.Broken(WooTrouble.Failing,
            $"The site fails or is being repaired: it answered {status} with a page."), WooAgain.Questions),
        _ => new(new WooAnswer.Broken(WooTrouble.Firewall, $"Something in front of the site refused us ({status}): "
            + "let StoreConnector through to /wp-json/ in the firewall or security plugin.")),
    };

    private static WooReply Later(HttpResponseMessage response) =>
        new(new WooAnswer.Unavailable("The site asked to come back later (429)."), WooAgain.Always, Asked(response));

    private static WooAnswer.Broken NotJson() => new(WooTrouble.NotJson,
        "The site answered with something that is no data: a plugin prints into its answers, or a page stands before "
        + "it.");

    /// <summary>Only the host is repeated: an address may carry anything.</summary>
    private static WooAnswer.Broken Elsewhere(HttpResponseMessage response)
    {
        var to = response.Headers.Location is { IsAbsoluteUri: true, IdnHost: { Length: > 0 and <= 200 } host }
            && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-') ? $" to {host}" : " elsewhere";
        return new(WooTrouble.Elsewhere,
            $"The site sends us on{to}, and keys are not carried along: use the address that the site calls its home.");
    }

    private static TimeSpan? Asked(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta < MaxAsked ? delta : MaxAsked,
        { Date: { } date } when response.Headers.Date is { } now => date - now < MaxAsked ? date - now : MaxAsked,
        _ => null,
    };

    private static int? Count(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
        && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>
    /// Null for what is no JSON; a byte order mark before it is the work of some plugin, and no harm.
    /// </summary>
    private static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var text = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
            using var document = JsonDocument.Parse(text, Payload.Options);
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array
                ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
