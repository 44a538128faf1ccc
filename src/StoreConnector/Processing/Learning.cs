using StoreConnector.Core.Automations;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>
/// Learns each store's figures from its log: how often products are bought again, and what an order is worth. It reads
/// orders only, keeps the newest version of each, and writes nothing but the figures: a repeat does no harm.
/// </summary>
internal sealed class Learning(StoreRegistry registry, IStoreDirectory stores, StoreFigureTable figures,
    TimeProvider clock)
    : INightly
{
    /// <summary>How far back it looks: as long as the log is kept.</summary>
    public const int Days = 396;

    /// <summary>Figures this young are left as they are.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromHours(23);

    /// <summary>Orders below this many say nothing of what an order is worth.</summary>
    public const int MinOrders = 10;

    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var registered in await registry.ListAsync(cancel))
        {
            if (registered.Store.IsActive && await stores.FindAsync(registered.Store.Id, cancel) is { } store)
            {
                await LearnAsync(store, cancel);
            }
        }
    }

    /// <summary>Learns one store's figures, unless they are fresh.</summary>
    public async ValueTask LearnAsync(StoreContext store, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if ((await figures.ReadAsync(store, cancel)).LearnedAt > now - Fresh) { return; }

        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var past = new PastOrders();
        for (var day = today.AddDays(-Days); day <= today; day = day.AddDays(1))
        {
            await foreach (var (_, happened) in EventLog.ReadDayAsync(store.Customers.Table, day, cancel))
            {
                if (happened is not null) { past.Add(happened); } // One that cannot be read must not end the reading.
            }
        }

        await figures.WriteAsync(store, past.Figures(store.Store.Currency, now), cancel);
    }

    /// <summary>The newest version of each order, and who placed it as far as orders say.</summary>
    private sealed class PastOrders
    {
        private readonly Dictionary<long, (Order Order, string Person)> orders = [];
        private readonly Dictionary<string, string> accounts = new(StringComparer.Ordinal);

        public void Add(StoreEvent happened)
        {
            var account = Stored(happened, AliasKind.Account);
            var email = Stored(happened, AliasKind.Email);
            if (account is not null && email is not null) { accounts[email] = account; }

            if (happened.Body is not OrderChanged { Order: var order }
                || (orders.TryGetValue(order.Id, out var known) && known.Order.Version > order.Version)) { return; }

            orders[order.Id] = (order, account ?? email ?? happened.Id);
        }

        public StoreFigures Figures(string currency, DateTimeOffset now)
        {
            var placed = orders.Values.Where(o => o.Order.Status == OrderStatus.Placed).ToList();
            var purchases = placed.SelectMany(o => o.Order.Lines.Select(l => l.ProductId).OfType<long>().Distinct(),
                (o, product) => new Purchase(accounts.GetValueOrDefault(o.Person, o.Person), product,
                    o.Order.PlacedAt));
            var totals = placed.Select(o => o.Order.Total).Where(t => t?.Currency == currency && t.Amount > 0)
                .Select(t => t!.Amount).Order().ToList();
            return new(totals.Count < MinOrders ? null : new Money(totals[totals.Count / 2], currency),
                ReplenishmentModel.Learn(purchases, now), now);
        }

        private static string? Stored(StoreEvent happened, AliasKind kind) =>
            happened.Aliases.FirstOrDefault(a => a.Kind == kind)?.Stored;
    }
}
