using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.Shopify;

/// <summary>
/// Makes codes in a Shopify shop: one discount for each stretch of time, and lots of codes in it that grow with use.
/// Each step is written down before the shop is asked, so that a message that comes again goes on where it was. Source:
/// shopify.dev, discountCodeBasicCreate, discountRedeemCodeBulkAdd (2026-10).
/// </summary>
internal sealed class CouponMint(IStoreDirectory stores, IShopAdmin admin, IQueue imports, TimeProvider clock)
    : IImportHandler, INightly
{
    /// <summary>The smallest and the largest lot; the shop takes no more at once.</summary>
    public const int SmallestLot = 25, LargestLot = 250;

    /// <summary>How long the shop gets to make a lot, and to come back when it did not answer.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5), Later = TimeSpan.FromMinutes(2);

    /// <summary>Without what reads like another: no 0 and O, no 1, I and L.</summary>
    private const string Letters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    private const string Tomorrow = "tomorrow";

    private const int CodeLength = 10; // 31^10: nobody guesses one.

    /// <inheritdoc/>
    public string Import => CouponPool.Import;

    /// <summary>
    /// Codes of today and of tomorrow stand ready, so that the first message of a stretch finds its own.
    /// </summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var store in await stores.ActiveAsync(Platform.Shopify, cancel))
        {
            if (store.Store.AbandonedCart is { Mode: AutomationMode.Live, Coupon.Unique: not null })
            {
                await imports.SendAsync([.. new[] { "", Tomorrow }.Select(when => new QueueSend(
                    Queues.Write(new ImportMessage(1, store.Store.Id, Import, when))))], cancel);
            }
        }
    }

    /// <inheritdoc/>
    public async Task HandleAsync(ImportMessage message, CancellationToken cancel)
    {
        if (await stores.FindAsync(message.StoreId, cancel) is not { Store: { IsActive: true } } store) { return; }

        var cart = store.Store.AbandonedCart;
        if (store.Store.Platform != Platform.Shopify || cart is not { Mode: AutomationMode.Live, Coupon: { } coupon }
            || coupon.Unique is not { } unique)
        {
            return;
        }

        var stretch = CouponStretch.Of(AbandonedCart.Name, coupon, unique,
            clock.GetUtcNow() + TimeSpan.FromDays(message.After == Tomorrow ? 1 : 0));
        var (discount, etag) = await CouponPool.ReadAsync(store, stretch.Id, cancel);
        if (discount is null)
        {
            discount = new(stretch.Id, stretch.EndsAt, NewCode(coupon.Code));
            etag = await CouponPool.TrySaveAsync(store, discount, null, [], cancel);
        }

        if (etag is null) { return; } // Another copy does the same.

        var step = discount.DiscountId is null ? MakeAsync(store, discount, etag, coupon, unique, cancel)
            : discount.Lot is { } lot ? FinishAsync(store, discount, etag, lot, cancel)
            : BeginLotAsync(store, discount, etag, coupon, cancel);
        if (await step is { } wait)
        {
            await imports.SendAsync([new(Queues.Write(message), clock.GetUtcNow() + wait)], cancel);
        }
    }

    /// <returns>When to go on; null when there is nothing left to do.</returns>
    private async Task<TimeSpan?> MakeAsync(StoreContext store, CouponDiscount discount, string etag,
        CartCoupon coupon, UniqueCoupon unique, CancellationToken cancel)
    {
        var answer = await admin.AskAsync(store.Store.Id, AdminOperations.DiscountBasicCreate, new Dictionary<string,
            object?> { ["discount"] = Input(store, discount, coupon, unique) }, cancel);
        if (answer is AdminAnswer.Refused { Errors: var errors } && errors.Any(e => e.Code == "TAKEN"))
        {
            // Ours, of a call whose answer was lost: nobody else has a code of that much chance.
            answer = await admin.AskAsync(store.Store.Id, AdminOperations.DiscountByCode,
                new Dictionary<string, object?> { ["code"] = discount.FirstCode }, cancel);
        }

        var id = answer is AdminAnswer.Done { Data: var data }
            ? Text(data, "discountCodeBasicCreate", "codeDiscountNode", "id")
                ?? Text(data, "codeDiscountNodeByCode", "id") : null;
        if (id is null) { return await NoteAsync(store, discount, etag, answer, cancel); }

        var made = discount with { DiscountId = id, Made = 1, Why = null };
        await CouponPool.TrySaveAsync(store, made, etag, [discount.FirstCode], cancel);
        return TimeSpan.Zero;
    }

    private static Dictionary<string, object?> Input(
        StoreContext store, CouponDiscount discount, CartCoupon coupon, UniqueCoupon unique) => new()
    {
        ["title"] = string.Create(CultureInfo.InvariantCulture,
            $"Cart reminders until {discount.EndsAt:yyyy-MM-dd}: {coupon.English ?? coupon.Arabic}"),
        ["code"] = discount.FirstCode,
        ["startsAt"] = store.Store.InstalledAt.ToString("O", CultureInfo.InvariantCulture), // In the past for sure.
        ["endsAt"] = discount.EndsAt.ToString("O", CultureInfo.InvariantCulture),
        ["context"] = new Dictionary<string, object?> { ["all"] = "ALL" },
        // Of each code, as far as the manual can be read: "the maximum number of times the discount can be redeemed" is
        // shown per code in the shop's admin. Not tried on a live shop.
        ["usageLimit"] = 1,
        ["appliesOncePerCustomer"] = true,
        ["customerGets"] = new Dictionary<string, object?>
        {
            ["items"] = new Dictionary<string, object?> { ["all"] = true },
            ["value"] = unique.PercentOff is { } percent
                ? new Dictionary<string, object?> { ["percentage"] = percent / 100 }
                : new Dictionary<string, object?>
                {
                    ["discountAmount"] = new Dictionary<string, object?>
                    {
                        ["amount"] = unique.AmountOff!.Value.ToString(CultureInfo.InvariantCulture),
                        ["appliesOnEachItem"] = false,
                    },
                },
        },
    };

    private async Task<TimeSpan?> BeginLotAsync(
        StoreContext store, CouponDiscount discount, string etag, CartCoupon coupon, CancellationToken cancel)
    {
        if (await CouponPool.CountAsync(store, discount.Id, CouponPool.Low, cancel) > CouponPool.Low) { return null; }

        var size = Math.Clamp(discount.Made, SmallestLot, LargestLot);
        var lot = new CouponLot([.. Enumerable.Range(0, size).Select(_ => NewCode(coupon.Code))], null, 0);
        etag = await CouponPool.TrySaveAsync(store, discount with { Lot = lot }, etag, [], cancel) ?? "";
        return etag.Length == 0 ? null : await FinishAsync(store, discount with { Lot = lot }, etag, lot, cancel);
    }

    /// <summary>Hands the lot over, once as far as we know; then looks whether it is done.</summary>
    private async Task<TimeSpan?> FinishAsync(
        StoreContext store, CouponDiscount discount, string etag, CouponLot lot, CancellationToken cancel)
    {
        if (lot.JobId is null)
        {
            var answer = await admin.AskAsync(store.Store.Id, AdminOperations.DiscountCodesAdd,
                new Dictionary<string, object?>
                {
                    ["id"] = discount.DiscountId,
                    ["codes"] = lot.Codes.Select(c => new Dictionary<string, object?> { ["code"] = c }).ToList(),
                }, cancel);
            var job = answer is AdminAnswer.Done { Data: var data }
                ? Text(data, "discountRedeemCodeBulkAdd", "bulkCreation", "id") : null;
            if (job is null) { return await NoteAsync(store, discount, etag, answer, cancel); }

            await CouponPool.TrySaveAsync(store, discount with { Lot = lot with { JobId = job }, Why = null }, etag, [],
                cancel);
            return Soon;
        }

        var looked = await admin.AskAsync(store.Store.Id, AdminOperations.DiscountCodesStatus,
            new Dictionary<string, object?> { ["id"] = lot.JobId }, cancel);
        if (looked is not AdminAnswer.Done { Data: var said }) { return await NoteAsync(store, discount, etag, looked,
            cancel); }

        if (!said.TryGetProperty("discountRedeemCodeBulkCreation", out var creation)
            || creation.ValueKind != JsonValueKind.Object)
        {
            // The shop no longer knows the work: a lot that was never heard of is given up, its codes are promised to
            // nobody.
            await CouponPool.TrySaveAsync(store, discount with { Lot = null }, etag, [], cancel);
            return Soon;
        }

        return !creation.GetProperty("done").GetBoolean() ? Soon
            : await KeepAsync(store, discount, etag, lot, Good(creation, lot), cancel);
    }

    /// <summary>The codes that the shop has now: those it made, and those it had from a call that was lost.</summary>
    private static List<string> Good(JsonElement creation, CouponLot lot)
    {
        var bad = creation.GetProperty("codes").GetProperty("nodes").EnumerateArray()
            .Where(n => n.GetProperty("discountRedeemCode").ValueKind == JsonValueKind.Null
                && !n.GetProperty("errors").EnumerateArray().Any(e => Text(e, "code") == "TAKEN"))
            .Select(n => n.GetProperty("code").GetString()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. lot.Codes.Where(c => !bad.Contains(c))];
    }

    /// <summary>A hundred at a time, each with the note of how far it is: a code is put in once.</summary>
    private static async Task<TimeSpan?> KeepAsync(StoreContext store, CouponDiscount discount, string etag,
        CouponLot lot, List<string> codes, CancellationToken cancel)
    {
        for (var kept = lot.Kept; ;)
        {
            var next = codes.Skip(kept).Take(CouponPool.MaxKept).ToList();
            kept += next.Count;
            var isAll = kept >= codes.Count;
            discount = discount with
            {
                Made = discount.Made + next.Count, Lot = isAll ? null : lot with { Kept = kept },
            };
            if (await CouponPool.TrySaveAsync(store, discount, etag, next, cancel) is not { } saved) { return null; }

            if (isAll) { return null; }

            etag = saved;
        }
    }

    /// <summary>What keeps codes from being made stands with the discount; what may pass is tried again.</summary>
    private static async Task<TimeSpan?> NoteAsync(
        StoreContext store, CouponDiscount discount, string etag, AdminAnswer answer, CancellationToken cancel)
    {
        var why = answer switch
        {
            AdminAnswer.Refused { Errors: var errors } => "Shopify refused the discount: "
                + string.Join("; ", errors.Select(e => e.Message).Distinct()),
            AdminAnswer.Denied denied => denied.Why,
            AdminAnswer.Unavailable unavailable => unavailable.Why,
            AdminAnswer.SignedOut => "We are no longer signed in at the shop: open the app in Shopify once.",
            AdminAnswer.Wrong wrong => wrong.Why,
            _ => "Shopify's answer has no discount in it.",
        };
        if (discount.Why != why)
        {
            await CouponPool.TrySaveAsync(store, discount with { Why = why }, etag, [], cancel);
        }

        return answer is AdminAnswer.Unavailable ? Later : null;
    }

    private static string NewCode(string prefix) =>
        (prefix.Length == 0 || prefix[^1] is '-' or '_' ? prefix : prefix + "-")
            + RandomNumberGenerator.GetString(Letters, CodeLength);

    private static string? Text(JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) { return null; }
        }

        return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
    }
}
