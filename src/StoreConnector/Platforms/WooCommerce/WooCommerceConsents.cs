using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms.WooCommerce;

/// <summary>
/// Reads the ticks that an order carries in its metadata. An empty box says nothing: it neither gives nor takes back.
/// The companion's boxes count by their proof alone: WooCommerce shows them to staff who edit an order, too, and a tick
/// of theirs is nobody's permission. A proof that was taken back is a withdrawal, with its own time.
/// </summary>
internal static class WooCommerceConsents
{
    private const string Source = "checkout", BlockPrefix = "_wc_other/", CompanionPrefix = "_wc_other/storeconnector/";

    /// <summary>
    /// At most one consent per channel; the companion's own, which has the words and the time, before a bare tick.
    /// </summary>
    /// <param name="body">The order.</param>
    /// <param name="begunAt">
    /// The time of a tick that names none: when the order was begun. Not when it changed last: the same tick comes with
    /// every later change of the order and must not undo a withdrawal in between.
    /// </param>
    /// <param name="phones">Reads the number that agreed.</param>
    public static IEnumerable<ConsentChanged> Read(Payload body, DateTimeOffset begunAt, Phones phones)
    {
        if (WooCommercePeople.AddressPhone(body["billing"], phones) is { } number
            && Find(body, "_sc_sms_consent", "/sms-consent", Contact.Of(number), begunAt) is { } sms)
        {
            yield return sms;
        }

        if (WooCommercePeople.Email(body["billing"]["email"]) is { } address
            && Find(body, "_sc_email_consent", "/email-consent", Contact.Of(address), begunAt) is { } email)
        {
            yield return email;
        }
    }

    private static ConsentChanged? Find(
        Payload body, string companionKey, string blockSuffix, Contact contact, DateTimeOffset begunAt) =>
        Companion(WooCommerceOrders.Meta(body, companionKey), contact, begunAt)
        ?? (IsTicked(body, blockSuffix)
            ? new ConsentChanged(contact, ConsentState.Given, OptInLevel.Single, begunAt, Source, null)
            : null);

    /// <summary>
    /// The companion's record: <c>{"v":1,"at":…,"ip":…,"text":…}</c>, as text, with <c>"withdrawn":true</c> once the
    /// box was emptied; <c>at</c> is when, then. The IP address is not kept.
    /// </summary>
    private static ConsentChanged? Companion(Payload meta, Contact contact, DateTimeOffset begunAt)
    {
        if (meta.IsObject) { return Said(meta, contact, begunAt); }
        if (meta.Text is not ['{', ..] text) { return null; }

        try
        {
            using var document = JsonDocument.Parse(text, Payload.Options);
            return Said(new(document.RootElement), contact, begunAt);
        }
        catch (JsonException)
        {
            return null; // Another plugin's hand was in it: no proof, so no permission.
        }
    }

    private static ConsentChanged? Said(Payload record, Contact contact, DateTimeOffset begunAt) =>
        record["v"].IsPresent || record["at"].IsPresent
            ? new(contact, record["withdrawn"].IsTrue ? ConsentState.Withdrawn : ConsentState.Given, OptInLevel.Single,
                record["at"].Time ?? begunAt, Source, Wording.Cut(record["text"].Text, Wording.MaxConsentText))
            : null;

    /// <summary>
    /// The block checkout's field <c>namespace/sms-consent</c> of somebody else, which WooCommerce keeps as "1" or "0".
    /// </summary>
    private static bool IsTicked(Payload body, string suffix) => body["meta_data"].Items.LastOrDefault(meta =>
        meta["key"].Text is { } key && key.StartsWith(BlockPrefix, StringComparison.Ordinal)
        && !key.StartsWith(CompanionPrefix, StringComparison.Ordinal)
        && key.EndsWith(suffix, StringComparison.Ordinal))["value"].IsTrue;
}
