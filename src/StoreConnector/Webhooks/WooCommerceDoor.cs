using System.Security.Cryptography;
using System.Text;
using StoreConnector.Core.Values;
using StoreConnector.Storage;

namespace StoreConnector.Webhooks;

/// <summary>
/// The door for one topic of one WooCommerce site, named by the token in its path. The site never delivers twice and
/// disables a hook after seven failures, so whatever is signed is answered 200. Source: WOOCOMMERCE.md §3.
/// </summary>
internal sealed class WooCommerceDoor(
    StoreRegistry stores, WebhookIntake intake, TimeProvider clock, ILogger<WooCommerceDoor> log)
{
    /// <summary>Takes one delivery.</summary>
    public async Task<Receipt> ReceiveAsync(
        string hookToken, IHeaderDictionary headers, Stream body, long? length, CancellationToken cancel)
    {
        try
        {
            return await stores.FindHookAsync(hookToken, cancel) is { } hook
                ? await ReceiveAsync(hook, headers, body, length, cancel) : new Receipt.UnknownStore();
        }
        catch (StorageUnavailableException e)
        {
            log.DeliveryNotStored("WooCommerce", "-", e.Message);
            return new Receipt.CannotStore();
        }
    }

    private async Task<Receipt> ReceiveAsync(
        StoreHook hook, IHeaderDictionary headers, Stream body, long? length, CancellationToken cancel)
    {
        using var signature = new BodySignature([Encoding.UTF8.GetBytes(hook.Secret)]);
        var read = await BodyReader.ReadAsync(body, length, signature, cancel);
        if (read is BodyRead.TooLong) { return new Receipt.TooLong(); }

        if (IsPing(headers, read)) { return new Receipt.Ping(); }

        if (!signature.Matches(headers["X-WC-Webhook-Signature"] is [{ } one] ? one : null))
        {
            log.WooCommerceRefused(hook.StoreId, hook.Topic);
            return new Receipt.Unverified("the signature does not match");
        }

        var incoming = Incoming.Of(
            Platform.WooCommerce, DeliveryId(hook, read), hook.Topic, triggeredAt: null, clock.GetUtcNow(), read);
        return await intake.TakeAsync(hook.StoreId, incoming, cancel);
    }

    /// <summary>The site's own delivery id is not unique within a second, and a delivery is "the state now": its bytes are its id.</summary>
    private static string DeliveryId(StoreHook hook, BodyRead read)
    {
        var bytes = read switch { BodyRead.Whole w => w.Bytes, BodyRead.Head h => h.Bytes, _ => default };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(hook.Token));
        hash.AppendData(bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Exactly the knock that a site makes while a hook is created: no header of WooCommerce's, no signature.</summary>
    private static bool IsPing(IHeaderDictionary headers, BodyRead read)
    {
        const string Form = "webhook_id=";
        return read is BodyRead.Whole { Bytes.Length: > 11 and <= 30 } whole
            && headers.ContentType is [{ } type]
            && type.Split(';')[0].Trim().Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            && !headers.Keys.Any(k => k.StartsWith("X-WC-", StringComparison.OrdinalIgnoreCase))
            && Encoding.Latin1.GetString(whole.Bytes.Span) is var text && text.StartsWith(Form, StringComparison.Ordinal)
            && text.AsSpan(Form.Length).IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
