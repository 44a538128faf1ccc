using StoreConnector.Core.Values;

namespace StoreConnector.Core.Events;

/// <summary>How we came to hear of an event.</summary>
public enum EventOrigin
{
    /// <summary>The platform told us as it happened.</summary>
    Webhook,

    /// <summary>
    /// Read from the platform's history. May close a cart, never opens an occasion past its freshness.
    /// </summary>
    Import,

    /// <summary>
    /// Said to us: by the person on a page of ours or by text, or by the merchant through the API. Its proof is kept
    /// where it was said.
    /// </summary>
    Own,

    /// <summary>
    /// Told by a shopper's browser, which nobody signed: it may show interest and tie the browser itself, nothing else.
    /// </summary>
    Browser,
}

/// <summary>One thing that happened in a store, in our own form, whatever the platform called it.</summary>
/// <param name="Id">
/// The delivery's id, the same each time the same delivery arrives: Shopify's webhook id, or the hash of hook and body
/// for WooCommerce (whose own delivery id is not unique), and a suffix when one delivery holds several events.
/// </param>
/// <param name="HappenedAt">When it happened in the store, as the platform says.</param>
/// <param name="ReceivedAt">
/// When we received it; fixed at intake, so that a redelivery from our own queue keeps it.
/// </param>
/// <param name="Origin">How we heard of it.</param>
/// <param name="Aliases">Every alias it names, at most <see cref="MaxAliases"/>, no two the same.</param>
/// <param name="Contacts">
/// Every address it names, at most <see cref="MaxContacts"/>; also those that identify nobody.
/// </param>
/// <param name="Body">What happened.</param>
public sealed record StoreEvent(
    string Id,
    DateTimeOffset HappenedAt,
    DateTimeOffset ReceivedAt,
    EventOrigin Origin,
    IReadOnlyList<Alias> Aliases,
    IReadOnlyList<Contact> Contacts,
    EventBody Body)
{
    /// <summary>Aliases kept of one event.</summary>
    public const int MaxAliases = 8;

    /// <summary>Addresses kept of one event.</summary>
    public const int MaxContacts = 8;

    /// <summary>The largest event, in bytes of its JSON.</summary>
    public const int MaxBytes = 40 * 1024;
}
