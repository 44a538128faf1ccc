using System.Globalization;
using System.Text.Json;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify.Api;

namespace StoreConnector.Processing.Shopify;

/// <summary>
/// Codes in a Shopify shop: one discount for each stretch, and lots of codes in it. Source: shopify.dev,
/// discountCodeBasicCreate, discountRedeemCodeBulkAdd (2026-10).
/// </summary>
internal sealed class ShopifyCoupons(IShopAdmin admin) : ICouponShop
{
    /// <inheritdoc/>
    public Platform Platform => Platform.Shopify;

    /// <inheritdoc/>
    public int LargestLot => AdminOperations.MaxCodes;

    /// <inheritdoc/>
    public async ValueTask<(string? Id, Minting Minting)> OpenAsync(
        StoreContext store, CouponDiscount discount, CartCoupon coupon, CancellationToken cancel)
    {
        var answer = await admin.AskAsync(store.Store.Id, AdminOperations.DiscountBasicCreate, new Dictionary<string,
            object?> { ["discount"] = Input(store, discount, coupon, coupon.Unique!) }, cancel);
        if (answer is AdminAnswer.Refused { Errors: var errors } && errors.Any(e => e.Code == "TAKEN"))
        {
            // Ours, of a call whose answer was lost: nobody else has a code of that much chance.
            answer = await admin.AskAsync(store.Store.Id, AdminOperations.DiscountByCode,
                new Dictionary<string, object?> { ["code"] = discount.FirstCode }, cancel);
        }

        var id = answer is AdminAnswer.Done { Data: var data }
            ? Text(data, "discountCodeBasicCreate", "codeDiscountNode", "id")
                ?? Text(data, "codeDiscountNodeByCode", "id") : null;
        return id is null ? (null, No(answer)) : (id, new Minting.Made([(discount.FirstCode, "")]));
    }

    /// <inheritdoc/>
    public ValueTask<Minting> MakeAsync(StoreContext store, CouponDiscount discount, CouponLot lot, CartCoupon coupon,
        CancellationToken cancel) =>
        lot.JobId is { } job ? LookAsync(store, lot, job, cancel) : AddAsync(store, discount, lot, cancel);

    /// <summary>Codes here belong to a discount, which ends by itself and is one line to the merchant.</summary>
    public ValueTask<bool> TryClearAsync(StoreContext store, IReadOnlyList<string> ids, CancellationToken cancel) =>
        new(true);

    private async ValueTask<Minting> AddAsync(
        StoreContext store, CouponDiscount discount, CouponLot lot, CancellationToken cancel)
    {
        var answer = await admin.AskAsync(store.Store.Id, AdminOperations.DiscountCodesAdd,
            new Dictionary<string, object?>
            {
                ["id"] = discount.DiscountId,
                ["codes"] = lot.Codes.Select(c => new Dictionary<string, object?> { ["code"] = c }).ToList(),
            }, cancel);
        var job = answer is AdminAnswer.Done { Data: var data }
            ? Text(data, "discountRedeemCodeBulkAdd", "bulkCreation", "id") : null;
        return job is null ? No(answer) : new Minting.Pending(job);
    }

    private async ValueTask<Minting> LookAsync(
        StoreContext store, CouponLot lot, string job, CancellationToken cancel)
    {
        var looked = await admin.AskAsync(store.Store.Id, AdminOperations.DiscountCodesStatus,
            new Dictionary<string, object?> { ["id"] = job }, cancel);
        if (looked is not AdminAnswer.Done { Data: var said }) { return No(looked); }

        if (!said.TryGetProperty("discountRedeemCodeBulkCreation", out var creation)
            || creation.ValueKind != JsonValueKind.Object)
        {
            return new Minting.Unheard();
        }

        return creation.GetProperty("done").GetBoolean() ? new Minting.Made(Good(creation, lot))
            : new Minting.Pending(job);
    }

    /// <summary>The codes that the shop has now: those it made, and those it had from a call that was lost.</summary>
    private static List<(string, string)> Good(JsonElement creation, CouponLot lot)
    {
        var bad = creation.GetProperty("codes").GetProperty("nodes").EnumerateArray()
            .Where(n => n.GetProperty("discountRedeemCode").ValueKind == JsonValueKind.Null
                && !n.GetProperty("errors").EnumerateArray().Any(e => Text(e, "code") == "TAKEN"))
            .Select(n => n.GetProperty("code").GetString()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. lot.Codes.Where(c => !bad.Contains(c)).Select(c => (c, ""))];
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

    private static Minting.No No(AdminAnswer answer) => new(answer switch
    {
        AdminAnswer.Refused { Errors: var errors } => "Shopify refused the discount: "
            + string.Join("; ", errors.Select(e => e.Message).Distinct()),
        AdminAnswer.Denied denied => denied.Why,
        AdminAnswer.Unavailable unavailable => unavailable.Why,
        AdminAnswer.SignedOut => "We are no longer signed in at the shop: open the app in Shopify once.",
        AdminAnswer.Wrong wrong => wrong.Why,
        _ => "Shopify's answer has no discount in it.",
    }, answer is AdminAnswer.Unavailable);

    private static string? Text(JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) { return null; }
        }

        return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
    }
}
