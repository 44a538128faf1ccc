using System.Globalization;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce.Api;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>
/// Codes in a WooCommerce site: each is a coupon of its own, used once, bound to no address, for a coupon bound to one
/// falls out of a cart whose address is not known yet. WooCommerce checks nothing of a coupon (an amount that is no
/// number becomes 0.00): the settings were checked before. Source: measured on WooCommerce 10.5.0.
/// </summary>
internal sealed class WooCoupons(WooAdmin admin) : ICouponShop
{
    private const string Resource = "wc/v3/coupons", Taken = "woocommerce_rest_coupon_code_already_exists";

    /// <inheritdoc/>
    public Platform Platform => Platform.WooCommerce;

    /// <inheritdoc/>
    public int LargestLot => WooApi.PageSize;

    /// <summary>WooCommerce has no discount of many codes: nothing is asked.</summary>
    public ValueTask<(string? Id, Minting Minting)> OpenAsync(
        StoreContext store, CouponDiscount discount, CartCoupon coupon, CancellationToken cancel) =>
        new((discount.Id, new Minting.Made([])));

    /// <inheritdoc/>
    public async ValueTask<Minting> MakeAsync(StoreContext store, CouponDiscount discount, CouponLot lot,
        CartCoupon coupon, CancellationToken cancel)
    {
        var batch = new WooBatch { Create = [.. lot.Codes.Select(code => Input(code, discount, coupon))] };
        var answer = await admin.AskAsync(store.Store.Id, batch.Of(Resource), cancel);
        if (answer is not WooAnswer.Done { Json: var said }) { return No(answer); }

        var (items, made) = (WooBatch.Read(said), new List<(string, string)>());
        foreach (var (code, item) in lot.Codes.Zip(items))
        {
            if (item is { Error: null, Id: > 0 }) { made.Add((code, Text(item.Id))); }
            else if (item.Error == Taken)
            {
                // Of a call whose answer was lost: which it is has to be looked up.
                var looked = await FindAsync(store, code, cancel);
                if (looked.No is { } no) { return no; }

                if (looked.Id is { } id) { made.Add((code, id)); }
            }
        }

        if (made.Count > 0) { return new Minting.Made(made); }

        var why = items is [{ Error: { } error }, ..] ? error : "without a reason";
        return new Minting.No($"WooCommerce made no coupon ({why}).", MayPass: false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryClearAsync(
        StoreContext store, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        foreach (var some in ids.Select(id => long.Parse(id, CultureInfo.InvariantCulture)).Chunk(WooApi.PageSize))
        {
            var gone = await admin.AskAsync(
                store.Store.Id, new WooBatch { Delete = some }.Of(Resource), cancel);
            if (gone is not WooAnswer.Done) { return false; } // One that somebody removed is an error of that item.
        }

        return true;
    }

    /// <summary>The coupon that has a code, if it is one of ours: it works once.</summary>
    private async ValueTask<(string? Id, Minting.No? No)> FindAsync(
        StoreContext store, string code, CancellationToken cancel)
    {
        var answer = await admin.AskAsync(store.Store.Id,
            WooCall.Get(Resource, ("code", code), ("_fields", "id,code,usage_limit")), cancel);
        if (WooApi.ItemsOf(answer) is not { } found)
        {
            return (null, No(answer));
        }

        var mine = found.Select(c => new Payload(c)).FirstOrDefault(c => c["usage_limit"].Quantity == 1
            && string.Equals(c["code"].Text, code, StringComparison.OrdinalIgnoreCase));
        return (mine["id"].Id is { } id ? Text(id) : null, null);
    }

    private static Dictionary<string, object> Input(string code, CouponDiscount discount, CartCoupon coupon)
    {
        var amount = coupon.Unique!.PercentOff ?? coupon.Unique.AmountOff!.Value;
        return new()
        {
            ["code"] = code,
            ["discount_type"] = coupon.Unique.PercentOff is null ? "fixed_cart" : "percent",
            ["amount"] = amount.ToString(CultureInfo.InvariantCulture),
            ["usage_limit"] = 1,
            ["individual_use"] = true, // As in Shopify: it adds to no other.
            // Only with the Z: date_expires_gmt is ignored without a word.
            ["date_expires"] = discount.EndsAt.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["description"] = "Made by StoreConnector for one cart reminder.",
        };
    }

    private static Minting.No No(WooAnswer answer) => answer switch
    {
        WooAnswer.Unavailable(var why) => new(why, MayPass: true),
        WooAnswer.Broken(_, var why) => new(why, MayPass: true),
        WooAnswer.Refused { Code: var code } => new($"WooCommerce refused the coupons ({code}).", MayPass: false),
        WooAnswer.Denied(var why) => new(why, MayPass: false),
        WooAnswer.Forbidden(var why) => new(why, MayPass: false),
        WooAnswer.SignedOut => new("The site no longer takes our key: connect it again.", MayPass: false),
        _ => new("WooCommerce's answer has no coupons in it.", MayPass: false),
    };

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
