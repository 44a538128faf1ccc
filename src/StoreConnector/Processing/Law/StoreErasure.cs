using System.Text;
using StoreConnector.Core.Events;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Processing.Shopify;
using StoreConnector.Storage;

namespace StoreConnector.Processing.Law;

/// <summary>
/// Forgets a store with all its installations. First it is marked, and nobody finds it any more; then whoever was at
/// work on it is waited for; then the rows in shared tables go, a page at a time, then its own table, then its receipts
/// become anonymous, and the record, which leads to the rest, goes last. A crash anywhere is made good by the message
/// that comes again: the record stands until everything else is gone.
/// </summary>
internal sealed class StoreErasure(
    StoreRegistry stores, ITables tables, IQueues queues, SharedRows shared, GivenUp givenUp, Receipts receipts,
    IShopAdmin shops, TimeProvider clock)
{
    /// <summary>
    /// Whoever found the store before it was marked has ended by then: as long as a send is one handler's.
    /// </summary>
    public static readonly TimeSpan Settling = MessageSender.ClaimLease;

    /// <summary>
    /// An installation that nobody took away, and that is younger than this when the request comes, was made after the
    /// one that is meant: the platform asks no earlier than this after the farewell. Source: shopify.dev, privacy law
    /// compliance, shop/redact: "48 hours after a store owner uninstalls your app".
    /// </summary>
    public static readonly TimeSpan AsksAfter = TimeSpan.FromHours(48);

    /// <summary>When a shop that did not say whether it still has us is asked again.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromHours(1);

    /// <summary>Goes on with one request. It is done when its receipt says so.</summary>
    public async Task RunAsync(ShopEventMessage message, StoreErased asked, CancellationToken cancel)
    {
        if (asked.Domain is not { } domain) { return; } // Written before the domain was: nothing leads from it.

        var all = asked.StoreId is null ? await stores.InstallationsAsync(Platform.Shopify, domain, cancel)
            : await stores.ReadAsync(asked.StoreId, cancel) is { } one ? [one] : [];
        var meant = all.Where(s => asked.StoreId is null ? IsMeant(s, asked.At) : !s.IsActive).ToList();
        foreach (var store in meant.Where(s => s.IsActive).ToList())
        {
            switch (await IsInstalledAsync(store, cancel))
            {
                case true: meant.Remove(store); break;
                case null: await AgainAsync(message, asked, clock.GetUtcNow() + AskAgain, cancel); return;
                default: break;
            }
        }

        if (meant.Count == 0)
        {
            await receipts.DoneAsync(domain, message.Event.Id, all.Count == 0 ? "Everything of the shop was erased."
                : asked.StoreId is not null ? "The store was connected again before, and stays."
                : "Nothing older is left; the newer installation stays.", cancel);
            return;
        }

        var now = clock.GetUtcNow();
        foreach (var store in meant) { await stores.BeginErasureAsync(store.Id, now, cancel); }

        var ready = meant.Max(s => s.ErasingSince ?? now) + Settling;
        if (ready > now)
        {
            await AgainAsync(message, asked, ready, cancel);
            return;
        }

        if (await shared.ForgetAsync([.. meant.Select(s => s.Id)], asked.Cursor, cancel) is { } cursor)
        {
            await AgainAsync(message, asked with { Cursor = cursor }, null, cancel);
            return;
        }

        foreach (var store in meant) { await EraseAsync(store, cancel); }

        await receipts.DoneAsync(domain, message.Event.Id, all.Count == meant.Count
            ? "Everything of the shop was erased." : "Earlier installations were erased; a newer one stays.", cancel);
    }

    /// <summary>
    /// Whether a shop whose farewell we never heard still lets us in: then the request is an old one, sent again by who
    /// knows whom, for a signature has no date. Null when the shop did not say.
    /// </summary>
    private async ValueTask<bool?> IsInstalledAsync(Store store, CancellationToken cancel) =>
        await shops.AskAsync(store.Id, AdminOperations.CurrentAppInstallation, null, cancel) switch
        {
            AdminAnswer.SignedOut => false,
            AdminAnswer.Unavailable => null,
            _ => true,
        };

    private static bool IsMeant(Store store, DateTimeOffset at) => store.ErasingSince is not null
        || (store.InstalledAt <= at && (!store.IsActive || store.InstalledAt <= at - AsksAfter));

    private async ValueTask EraseAsync(Store store, CancellationToken cancel)
    {
        var name = Encoding.UTF8.GetBytes($"\"{store.Id}\"");
        await givenUp.ForgetAsync(body => body.Span.IndexOf(name) >= 0, cancel);
        await tables.DropAsync(StoreRegistry.TableOf(store.Id), cancel);
        await receipts.ForgetStoreAsync(store.Domain, store.Id, cancel);
        await stores.RemoveAsync(store, cancel);
    }

    private async ValueTask AgainAsync(
        ShopEventMessage message, StoreErased asked, DateTimeOffset? at, CancellationToken cancel)
    {
        var queue = await queues.OpenAsync(Queues.ShopEvents, cancel);
        var next = message with { Event = message.Event with { Body = asked } };
        await queue.SendAsync([new(Queues.Write(next), at)], cancel);
    }
}
