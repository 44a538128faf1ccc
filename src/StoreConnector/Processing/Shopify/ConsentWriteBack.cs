using System.Globalization;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.Shopify;

/// <summary>
/// Writes noes that were said to us into the shop, so that Shopify's own senders know them. Only ever a no: a yes that
/// we heard is proven with us alone. It waits a little first, for a no can be taken back on the page that took it.
/// Source: shopify.dev, customerEmailMarketingConsentUpdate, customerSmsMarketingConsentUpdate (2026-10).
/// </summary>
internal sealed class ConsentWriteBack(
    IStoreDirectory stores, Merges merges, IShopAdmin admin, IQueue imports, TimeProvider clock)
    : IImportHandler, IUntoldNoes
{
    /// <summary>How long a no may be taken back before the shop hears of it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>When a shop that did not answer is asked again.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(15);

    /// <inheritdoc/>
    public string Import => "consents";

    /// <inheritdoc/>
    public ValueTask TellAsync(StoreContext store, string customerKey, CancellationToken cancel) =>
        QueueAsync(new(1, store.Store.Id, Import, customerKey), Grace, cancel);

    /// <inheritdoc/>
    public async Task HandleAsync(ImportMessage message, CancellationToken cancel)
    {
        if (await stores.FindAsync(message.StoreId, cancel) is not { Store.IsActive: true } store) { return; }

        var key = await merges.ResolveAsync(store, message.After, cancel);
        if ((await store.Customers.ReadHeadAsync(key, cancel)).Head is not Head.Live { State: var state }) { return; }

        var records = await store.Customers.ReadContactsAsync(
            Core.Automations.AbandonedCart.CartFacts.ContactsOf(state), cancel, null);
        foreach (var contact in UntoldNoes.Of(store.Store, state, records.GetValueOrDefault))
        {
            var at = UntoldNoes.At(records[contact])!.Value;
            if (await TellAsync(store, state.AccountId!.Value, contact.Channel, cancel) is AdminAnswer.Unavailable)
            {
                await QueueAsync(message, Later, cancel);
                return;
            }

            // Also what the shop refused: it would refuse it again. Here the no counts either way.
            await store.Customers.UpdateContactAsync(
                store.Customers.Hash(contact), c => c.WithToldPlatform(at), cancel);
        }
    }

    private ValueTask<AdminAnswer> TellAsync(
        StoreContext store, long accountId, Channel channel, CancellationToken cancel)
    {
        var (operation, name) = channel == Channel.Email ? (AdminOperations.EmailConsentUpdate, "emailMarketingConsent")
            : (AdminOperations.SmsConsentUpdate, "smsMarketingConsent");
        return admin.AskAsync(store.Store.Id, operation, new Dictionary<string, object?>
        {
            ["input"] = new Dictionary<string, object?>
            {
                ["customerId"] = string.Create(CultureInfo.InvariantCulture, $"gid://shopify/Customer/{accountId}"),
                [name] = new Dictionary<string, object?> { ["marketingState"] = "UNSUBSCRIBED" },
            },
        }, cancel);
    }

    private ValueTask QueueAsync(ImportMessage message, TimeSpan wait, CancellationToken cancel) =>
        imports.SendAsync([new(Queues.Write(message), clock.GetUtcNow() + wait)], cancel);
}
