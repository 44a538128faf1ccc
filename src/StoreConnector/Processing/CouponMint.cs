using System.Diagnostics;
using System.Security.Cryptography;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Storage;

namespace StoreConnector.Processing;

/// <summary>
/// Makes codes in a shop beforehand, in lots that grow with use, for each stretch of time. Each step is written down
/// before the shop is asked, so that a message that comes again goes on where it was. One chain of messages waits for
/// the shop, however many sends want codes meanwhile: who saved the wait comes back, all others leave.
/// </summary>
internal sealed class CouponMint(
    IStoreDirectory stores, IEnumerable<ICouponShop> shops, IQueue imports, TimeProvider clock)
    : IImportHandler, INightly
{
    /// <summary>The smallest lot; the largest is the shop's.</summary>
    public const int SmallestLot = 25;

    /// <summary>Before the shop is asked again: it works; it did not answer; it said no.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(5), Later = TimeSpan.FromMinutes(2),
        AfterNo = TimeSpan.FromHours(1);

    /// <summary>The clocks of two copies may differ by that much without the chain ending.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    /// <summary>Without what reads like another: no 0 and O, no 1, I and L.</summary>
    private const string Letters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    private const string Tomorrow = "tomorrow";

    private const int CodeLength = 10; // 31^10: nobody guesses one.

    /// <inheritdoc/>
    public string Import => CouponPool.Import;

    /// <summary>
    /// Codes of today and of tomorrow stand ready, so that the first message of a stretch finds its own; those of
    /// stretches that are over go.
    /// </summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var shop in shops)
        {
            foreach (var store in await stores.ActiveAsync(shop.Platform, cancel))
            {
                await ClearAsync(shop, store, cancel);
                if (store.Store.AbandonedCart is not { Mode: AutomationMode.Live, Coupon.Unique: not null })
                {
                    continue;
                }

                await imports.SendAsync([.. new[] { "", Tomorrow }.Select(when => new QueueSend(
                    Queues.Write(new ImportMessage(1, store.Store.Id, Import, when))))], cancel);
            }
        }
    }

    /// <inheritdoc/>
    public async Task HandleAsync(ImportMessage message, CancellationToken cancel)
    {
        if (await stores.FindAsync(message.StoreId, cancel) is not { Store: { IsActive: true } } store
            || store.Store.AbandonedCart is not { Mode: AutomationMode.Live, Coupon: { Unique: { } unique } coupon }
            || shops.FirstOrDefault(s => s.Platform == store.Store.Platform) is not { } shop)
        {
            return;
        }

        var now = clock.GetUtcNow();
        var stretch = CouponStretch.Of(AbandonedCart.Name, coupon, unique,
            now + TimeSpan.FromDays(message.After == Tomorrow ? 1 : 0));
        var (discount, etag) = await CouponPool.ReadAsync(store, stretch.Id, cancel);
        if (discount is null)
        {
            discount = new(stretch.Id, stretch.EndsAt, NewCode(coupon.Code));
            etag = await CouponPool.TrySaveAsync(store, discount, null, [], cancel);
        }

        if (etag is null || discount.NotBefore > now) { return; } // Somebody else does the same, or comes back for it.

        await new Turn(shop, store, coupon, message, imports, clock, cancel).GoAsync(discount, etag);
    }

    private async ValueTask ClearAsync(ICouponShop shop, StoreContext store, CancellationToken cancel)
    {
        foreach (var (discount, free) in await CouponPool.EndedAsync(store, clock.GetUtcNow(), cancel))
        {
            string[] ids = [.. free.Select(f => f.Id).Where(id => id.Length > 0)];
            if (ids.Length > 0 && !await shop.TryClearAsync(store, ids, cancel)) { return; } // The next night, then.

            await CouponPool.DropAsync(store, discount, free, cancel);
        }
    }

    private static string NewCode(string prefix) =>
        (prefix.Length == 0 || prefix[^1] is '-' or '_' ? prefix : prefix + "-")
            + RandomNumberGenerator.GetString(Letters, CodeLength);

    /// <summary>What one message does.</summary>
    private sealed class Turn(
        ICouponShop shop, StoreContext store, CartCoupon coupon, ImportMessage message, IQueue imports,
        TimeProvider clock, CancellationToken cancel)
    {
        public async Task GoAsync(CouponDiscount discount, string etag)
        {
            if (discount.DiscountId is null)
            {
                var (id, opened) = await shop.OpenAsync(store, discount, coupon, cancel);
                if (id is null || opened is not Minting.Made(var first))
                {
                    await NoteAsync(discount, etag, opened);
                    return;
                }

                discount = discount with { DiscountId = id, Made = first.Count, Why = null };
                if (await CouponPool.TrySaveAsync(store, discount, etag, first, cancel) is not { } saved) { return; }

                etag = saved;
            }

            if (discount.Lot is null)
            {
                var free = await CouponPool.CountAsync(store, discount.Id, CouponPool.Low, cancel);
                if (free > CouponPool.Low) { return; }

                var size = Math.Clamp(discount.Made, SmallestLot, shop.LargestLot);
                discount = discount with
                {
                    Lot = new([.. Enumerable.Range(0, size).Select(_ => NewCode(coupon.Code))], null, 0),
                };
                if (await CouponPool.TrySaveAsync(store, discount, etag, [], cancel) is not { } saved) { return; }

                etag = saved;
            }

            await FinishAsync(discount, etag, discount.Lot!);
        }

        /// <summary>Hands the lot over, once as far as we know; then looks whether it is done.</summary>
        private async Task FinishAsync(CouponDiscount discount, string etag, CouponLot lot)
        {
            switch (await shop.MakeAsync(store, discount, lot, coupon, cancel))
            {
                case Minting.Made(var codes): await KeepAsync(discount with { Why = null }, etag, lot, codes); break;
                case Minting.Pending(var job):
                    await WaitAsync(discount with { Lot = lot with { JobId = job }, Why = null }, etag, Soon);
                    break;
                case Minting.Unheard: await WaitAsync(discount with { Lot = null }, etag, Soon); break;
                case var other: await NoteAsync(discount, etag, other); break;
            }
        }

        /// <summary>As many at a time as a write takes, each with the note of how far it is: a code is put in
        /// once.</summary>
        private async Task KeepAsync(
            CouponDiscount discount, string etag, CouponLot lot, IReadOnlyList<(string Code, string Id)> codes)
        {
            for (var (kept, version) = (lot.Kept, etag); ;)
            {
                var next = codes.Skip(kept).Take(CouponPool.MaxKept).ToList();
                kept += next.Count;
                var isAll = kept >= codes.Count;
                discount = discount with
                {
                    Made = discount.Made + next.Count, Lot = isAll ? null : lot with { Kept = kept },
                };
                var saved = await CouponPool.TrySaveAsync(store, discount, version, next, cancel);
                if (saved is null || isAll) { return; }

                version = saved;
            }
        }

        /// <summary>
        /// What keeps codes from being made stands with the discount; what may pass is tried again, and all else when
        /// somebody wants a code after a while.
        /// </summary>
        private async Task NoteAsync(CouponDiscount discount, string etag, Minting minting)
        {
            if (minting is not Minting.No(var why, var mayPass)) { throw new UnreachableException(minting.ToString()); }

            if (mayPass) { await WaitAsync(discount with { Why = why }, etag, Later); }
            else
            {
                await CouponPool.TrySaveAsync(store,
                    discount with { Why = why, NotBefore = clock.GetUtcNow() + AfterNo }, etag, [], cancel);
            }
        }

        /// <summary>Queued before it is saved: a crash between costs a message too many, not the chain.</summary>
        private async Task WaitAsync(CouponDiscount discount, string etag, TimeSpan wait)
        {
            var at = clock.GetUtcNow() + wait;
            await imports.SendAsync([new(Queues.Write(message), at)], cancel);
            await CouponPool.TrySaveAsync(store, discount with { NotBefore = at - Slack }, etag, [], cancel);
        }
    }
}
