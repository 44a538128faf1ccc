using Microsoft.Extensions.Primitives;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Telemetry;

namespace StoreConnector.Storefront;

/// <summary>What became of a post of the pixel.</summary>
internal enum VisitOutcome
{
    /// <summary>Its events are queued.</summary>
    Queued,

    /// <summary>Left aside without a word: who made it up learns nothing.</summary>
    Dropped,

    /// <summary>Too many: to be told, so that an honest pixel stops for a while.</summary>
    Limited,
}

/// <summary>
/// The door for what shoppers' browsers tell of their visits, by our web pixel. Anybody can knock: everything is
/// bounded, nothing is logged, and what is believed stands in <see cref="ShopifyVisit"/>.
/// </summary>
internal sealed class ShopifyVisits(
    StoreRegistry stores, IQueues queues, StorefrontLimits limits, TimeProvider clock)
{
    /// <summary>Takes one post.</summary>
    /// <param name="headers">Its headers.</param>
    /// <param name="address">The browser's address of the internet; null when only a proxy's is known.</param>
    /// <param name="body">Its bytes, at most <see cref="ShopifyVisit.MaxBytes"/>.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="StorageUnavailableException">It may not be acknowledged.</exception>
    public async ValueTask<VisitOutcome> TakeAsync(
        IHeaderDictionary headers, string? address, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        if (address is not null && !limits.Addresses.TryTake(address)) { return VisitOutcome.Limited; }

        if (Visitor.IsProgram(headers.UserAgent.ToString()) || !ShopifyVisit.TryRead(body, out var visit)
            || await stores.FindByDomainAsync(Platform.Shopify, visit.Shop, cancel) is not
                { Store: { IsActive: true } store } || !IsOfShop(headers.Origin, store))
        {
            return VisitOutcome.Dropped;
        }

        if (!limits.Stores.TryTake(store.Id) || !limits.Browsers.TryTake($"{store.Id} {visit.Browser.Value}"))
        {
            return VisitOutcome.Limited;
        }

        QueueSend[] sends = [.. visit.Events(clock.GetUtcNow())
            .Select(e => new QueueSend(Queues.Write(new ShopEventMessage(1, store.Id, e))))];
        var queue = await queues.OpenAsync(Queues.ShopEvents, cancel);
        await queue.SendAsync(sends, cancel);
        Signals.Queued(Queues.ShopEvents, sends.Length);
        return VisitOutcome.Queued;
    }

    /// <summary>
    /// Whether a page of the shop sent it, as browsers say: a page elsewhere cannot make its visitors' browsers speak
    /// for the shop. [?] The strict sandbox of web pixels is expected to have no origin (<c>null</c>); that was not
    /// tried against Shopify, so the shop's own hosts are taken too. Programs can claim any.
    /// </summary>
    internal static bool IsOfShop(StringValues origins, Store store) => origins is [{ } origin]
        && (origin == "null" || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Scheme == "https"
            && origin == from.GetLeftPart(UriPartial.Authority) && from.IsDefaultPort
            && (IsHost(from.IdnHost, store.Domain) || store.Links.Hosts.Any(host => IsHost(from.IdnHost, host)))));

    private static bool IsHost(string host, string own) => host.Equals(own, StringComparison.OrdinalIgnoreCase)
        || host.Equals("www." + own, StringComparison.OrdinalIgnoreCase)
        || own.Equals("www." + host, StringComparison.OrdinalIgnoreCase);
}
