using System.Security.Cryptography;
using System.Text;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>A code that one message alone may promise.</summary>
/// <param name="Code">As the shop knows it.</param>
/// <param name="Until">It works until then.</param>
internal sealed record DrawnCode(string Code, DateTimeOffset Until);

/// <summary>Where a message's own code comes from.</summary>
internal interface ICouponPool
{
    /// <summary>
    /// The code of one send: the same however often it is asked for. Null when there is none: then none is promised.
    /// </summary>
    ValueTask<DrawnCode?> DrawAsync(
        StoreContext store, string automation, string sendId, CartCoupon coupon, DateTimeOffset now,
        CancellationToken cancel);
}

/// <summary>Codes that no shop knows, for messages that nobody gets.</summary>
internal sealed class ExampleCodes : ICouponPool
{
    private const string Code = "XXXXXXXXXX";

    /// <inheritdoc/>
    public ValueTask<DrawnCode?> DrawAsync(
        StoreContext store, string automation, string sendId, CartCoupon coupon, DateTimeOffset now,
        CancellationToken cancel) => new(Of(coupon, now) is { Until: { } until } shown
            ? new DrawnCode(shown.Code, until) : null);

    /// <summary>The coupon as a message would show it; one without codes of their own is itself.</summary>
    public static CartCoupon? Of(CartCoupon? coupon, DateTimeOffset now) => coupon?.Unique is not { } unique ? coupon
        : coupon with { Code = coupon.Code + Code, Until = now + unique.ValidFor };
}

/// <summary>
/// Which codes are used at an instant: those of one discount in the shop. A discount has one end for all its codes, so
/// there is a new one for each stretch of time; another offer is another one at once.
/// </summary>
/// <param name="Id">Names it: of the automation, the offer and the stretch.</param>
/// <param name="EndsAt">
/// When its codes stop to work: the offer's own time after the last message that may promise one.
/// </param>
internal sealed record CouponStretch(string Id, DateTimeOffset EndsAt)
{
    /// <summary>The longest stretch: what a code may work longer than was asked for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>The one that holds an instant.</summary>
    public static CouponStretch Of(string automation, CartCoupon coupon, UniqueCoupon unique, DateTimeOffset now)
    {
        var length = unique.ValidFor < Longest ? unique.ValidFor : Longest;
        var number = now.UtcTicks / length.Ticks;
        var offer = FormattableString.Invariant(
            $"{coupon.Code}|{unique.PercentOff}|{unique.AmountOff}|{unique.ValidFor.Ticks}");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(offer)))[..8];
        return new(FormattableString.Invariant($"{automation}.{hash}.{number:D8}"),
            new DateTimeOffset((number + 1) * length.Ticks, TimeSpan.Zero) + unique.ValidFor);
    }
}

/// <summary>What the shop has for one stretch.</summary>
/// <param name="Id">Which.</param>
/// <param name="EndsAt">When its codes stop to work.</param>
/// <param name="FirstCode">The code it was made with: by it the discount is found again.</param>
internal sealed record CouponDiscount(string Id, DateTimeOffset EndsAt, string FirstCode)
{
    /// <summary>The shop's id of what the codes belong to; null until it is made.</summary>
    public string? DiscountId { get; init; }

    /// <summary>Codes that are being made in the shop.</summary>
    public CouponLot? Lot { get; init; }

    /// <summary>How many codes it has had.</summary>
    public int Made { get; init; }

    /// <summary>Why there are no more; null while nothing is wrong.</summary>
    public string? Why { get; init; }

    /// <summary>Until then the shop is not asked: somebody comes back for it, or it said no. Null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}

/// <summary>Codes on their way into the shop, written down before it is asked: a lost answer is asked about.</summary>
/// <param name="Codes">They.</param>
/// <param name="JobId">The shop's id of the work; null before it answered.</param>
/// <param name="Kept">How many of them are in the pool already.</param>
internal sealed record CouponLot(IReadOnlyList<string> Codes, string? JobId, int Kept);

/// <summary>A code that nobody got.</summary>
/// <param name="Key">Its row.</param>
/// <param name="Id">The shop's id of it; empty where it has none.</param>
internal sealed record FreeCode(string Key, string Id);

/// <summary>
/// Codes that work once, made in the shop beforehand: partition <c>coupons</c> of the store's table with a row for each
/// discount, each free code and each send that has one (which says nothing of a person, and leads to nobody). A code
/// leaves the free ones in the same write that gives it to a send, so no two messages promise the same.
/// </summary>
internal sealed class CouponPool(IQueue imports) : ICouponPool
{
    /// <summary>The import that makes more: see <see cref="ImportMessage"/>.</summary>
    public const string Import = "coupons";

    /// <summary>When this few are left, more are made.</summary>
    public const int Low = 10;

    private const int MaxTries = 5, Look = 20;

    /// <summary>
    /// Stretches looked at in a night: one for each day there is at most, so that none is left behind.
    /// </summary>
    private const int MaxEnded = 200;

    /// <summary>
    /// How long the codes of a stretch lie that is over: whoever is late must find out what happened.
    /// </summary>
    private static readonly TimeSpan Mourned = TimeSpan.FromDays(7);

    private const string Partition = "coupons", Free = "free-", Drawn = "drawn-", Discount = "discount-";

    /// <inheritdoc/>
    public async ValueTask<DrawnCode?> DrawAsync(
        StoreContext store, string automation, string sendId, CartCoupon coupon, DateTimeOffset now,
        CancellationToken cancel)
    {
        if (coupon.Unique is not { } unique) { return null; }

        var table = store.Customers.Table;
        var stretch = CouponStretch.Of(automation, coupon, unique, now);
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            var mine = await table.ReadAsync(Partition, Drawn + sendId, cancel);
            if (mine is not null && Json.Read<DrawnCode>(mine.Value, "a drawn code") is var drawn
                && drawn.Until >= now + unique.ValidFor)
            {
                return drawn;
            }

            var free = await FreeAsync(table, stretch.Id, Look, cancel);
            if (free.Count <= Low) { await WantAsync(store, cancel); }

            if (free.Count == 0) { return null; }

            var row = free[Random.Shared.Next(free.Count)]; // Two senders seldom meet.
            var next = new DrawnCode(row.Key[(row.Key.LastIndexOf('.') + 1)..], stretch.EndsAt);
            var bytes = Json.Write(next);
            if (await table.TryWriteAsync(Partition, [new TableWrite.Delete(row.Key, row.ETag),
                mine is null ? new TableWrite.Insert(Drawn + sendId, bytes)
                    : new TableWrite.Replace(Drawn + sendId, bytes, mine.ETag)], cancel))
            {
                return next;
            }
        }

        return null; // Others were always faster: a message without a code is better than none.
    }

    /// <summary>Asks for more codes, where the store's settings want any.</summary>
    public ValueTask WantAsync(StoreContext store, CancellationToken cancel) =>
        imports.SendAsync([new(Queues.Write(new ImportMessage(1, store.Store.Id, Import, "")))], cancel);

    /// <summary>What the shop has for a stretch, and the version to save against.</summary>
    public static async ValueTask<(CouponDiscount? Discount, string? ETag)> ReadAsync(
        StoreContext store, string stretch, CancellationToken cancel) =>
        await store.Customers.Table.ReadAsync(Partition, Discount + stretch, cancel) is { } row
            ? (Json.Read<CouponDiscount>(row.Value, "a discount"), row.ETag) : (null, null);

    /// <summary>Saves a discount, with codes that are free from now on, in one write.</summary>
    /// <param name="free">At most <see cref="MaxKept"/>, each with the shop's id of it.</param>
    /// <returns>The new version; null when another writer came first.</returns>
    public static async ValueTask<string?> TrySaveAsync(StoreContext store, CouponDiscount discount, string? etag,
        IEnumerable<(string Code, string Id)> free, CancellationToken cancel)
    {
        var (key, bytes) = (Discount + discount.Id, Json.Write(discount));
        List<TableWrite> batch =
            [etag is null ? new TableWrite.Insert(key, bytes) : new TableWrite.Replace(key, bytes, etag)];
        batch.AddRange(free.Select(
            f => new TableWrite.Put(FreeKey(discount.Id, f.Code), Encoding.ASCII.GetBytes(f.Id))));
        return await store.Customers.Table.TryWriteAsync(Partition, batch, cancel)
            ? (await store.Customers.Table.ReadAsync(Partition, key, cancel))?.ETag : null;
    }

    /// <summary>Stretches whose codes no longer work, with up to a write's fill of codes that nobody got.</summary>
    public static async ValueTask<IReadOnlyList<(CouponDiscount Discount, IReadOnlyList<FreeCode> Free)>> EndedAsync(
        StoreContext store, DateTimeOffset now, CancellationToken cancel)
    {
        var table = store.Customers.Table;
        var rows = await table.RangeAsync(Partition, Discount, Discount[..^1] + ".", MaxEnded, cancel);
        var ended = new List<(CouponDiscount, IReadOnlyList<FreeCode>)>();
        foreach (var discount in rows.Select(r => Json.Read<CouponDiscount>(r.Value, "a discount")))
        {
            if (discount.EndsAt + Mourned > now) { continue; }

            var free = await FreeAsync(table, discount.Id, MaxKept, cancel);
            ended.Add((discount, [.. free.Select(r => new FreeCode(r.Key, Encoding.ASCII.GetString(r.Value.Span)))]));
        }

        return ended;
    }

    /// <summary>Forgets codes of a stretch that is over, and the stretch with the last of them.</summary>
    public static async ValueTask DropAsync(StoreContext store, CouponDiscount discount, IReadOnlyList<FreeCode> free,
        CancellationToken cancel)
    {
        List<TableWrite> batch = [.. free.Select(f => new TableWrite.Delete(f.Key))];
        if (free.Count < MaxKept) { batch.Add(new TableWrite.Delete(Discount + discount.Id)); }

        await store.Customers.Table.TryWriteAsync(Partition, batch, cancel);
    }

    /// <summary>The most codes of one save.</summary>
    public const int MaxKept = ITable.MaxBatch - 1;

    /// <summary>How many codes are free, up to one more than <paramref name="most"/>.</summary>
    public static async ValueTask<int> CountAsync(StoreContext store, string stretch, int most,
        CancellationToken cancel) => (await FreeAsync(store.Customers.Table, stretch, most + 1, cancel)).Count;

    private static ValueTask<IReadOnlyList<TableRow>> FreeAsync(
        ITable table, string stretch, int most, CancellationToken cancel) =>
        table.RangeAsync(Partition, FreeKey(stretch, ""), $"{Free}{stretch}:", most, cancel);

    private static string FreeKey(string stretch, string code) => $"{Free}{stretch}.{code}";
}
