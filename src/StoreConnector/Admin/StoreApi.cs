using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>What a merchant's page may do with one store.</summary>
internal static class StoreApi
{
    /// <summary>What a merchant sets: one line each.</summary>
    private static readonly Action<RouteGroupBuilder>[] All =
    [
        new Setting<AbandonedCartSettings, AbandonedCartModel>("/automations/abandoned-cart",
            "The rule for carts that were left", s => s.AbandonedCart, (s, x) => s with { AbandonedCart = x },
            x => x.Version, AbandonedCartModel.Of, AbandonedCartMerge.Apply)
            { Note = (store, shown) => shown with { Notice = store.NoPlan?.Why } }.Map,
        new Setting<PriceDropSettings, PriceDropModel>("/automations/price-drop",
            "The rule for things that cost less", s => s.PriceDrop, (s, x) => s with { PriceDrop = x },
            x => x.Version, PriceDropModel.Of, PriceDropModel.Apply)
            { Note = (store, shown) => shown with { Notice = store.NoPlan?.Why } }.Map,
        new Setting<ReplenishmentSettings, ReplenishmentModelJson>("/automations/replenishment",
            "The rule for things that are used up", s => s.Replenishment, (s, x) => s with { Replenishment = x },
            x => x.Version, ReplenishmentModelJson.Of, ReplenishmentModelJson.Apply)
            { Note = (store, shown) => shown with { Notice = store.NoPlan?.Why } }.Map,
        new Setting<LinkSettings, LinksModel>("/links", "Hosts of the shop that messages may lead to",
            s => s.Links, (s, x) => s with { Links = x }, _ => null, LinksModel.Of, LinksModel.Apply).Map,
        new Setting<StoreBrand, BrandModel>("/brand", "How messages look: colour, logo, address, digits",
            StoreBrand.Of, (s, x) => x.In(s), x => x.Settings.Version, BrandModel.Of, BrandModel.Apply).Map,
        new Setting<MerchantSwitches, PermissionsModel>("/permissions", "What the merchant confirmed about permission",
            s => s.Permissions, (s, x) => s with { Permissions = x }, _ => null, PermissionsModel.Of,
            PermissionsModel.Apply).Map,
    ];

    public static void MapStoreApi(this WebApplication app)
    {
        var api = app.MapGroup("/api/stores/{storeId}").WithTags("Store")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound);
        foreach (var setting in All) { setting(api); }

        CatalogApi.Map(api);
        MessageApi.Map(api);
        ConsentApi.Map(api);
        ChannelsApi.Map(api);
        NoticesApi.Map(api);
        ShopifyApi.Map(api);
        WooCommerceApi.Map(api);
        PrivacyApi.MapStore(api);
        ImportsApi.Map(api);
        api.MapPost("/customers/search", SearchAsync).WithSummary(
            "Finds customers by e-mail, phone or the platform's id.")
            .Accepts<CustomerSearch>("application/json").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/customers/{key}", CustomerAsync).WithSummary("One customer: carts, orders, decisions and why.");
        api.MapReport();
    }

    private static async Task<Results<Ok<Items<CustomerSummary>>, ProblemHttpResult>> SearchAsync(
        string storeId, HttpRequest request, StoreRegistry stores, ICustomerReader customers, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return NoStore(); }

        var body = await JsonBody.ReadAsync(request, cancel);
        return ReadQuery(body, store.Store.Country) is not { } query ? Problem.Of(body.Errors())
            : TypedResults.Ok(new Items<CustomerSummary>(await customers.SearchAsync(store, query, cancel)));
    }

    private static async Task<Results<Ok<CustomerModel>, ProblemHttpResult>> CustomerAsync(
        string storeId, string key, StoreRegistry stores, ICustomerReader customers, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return NoStore(); }

        return await customers.FindAsync(store, key, cancel) is { } customer ? TypedResults.Ok(customer)
            : Problem.NotFound("There is no such customer.");
    }

    private static CustomerQuery? ReadQuery(JsonBody body, string country)
    {
        const string Address = "an e-mail address", Number = "a phone number, for example +14155552671";
        const string Id = "the platform's customer id, a whole number above 0";
        var (email, phone, id) = (body.Field("email"), body.Field("phone"), body.Field("id"));
        if (new[] { email, phone, id }.Count(f => f is not null) != 1)
        {
            body.Refuse(new("email", "The search", "exactly one of email, phone and id"));
            return null;
        }

        CustomerQuery? query = null;
        if (email is not null && EmailAddress.TryParse(body.Text("email", Address), out var address))
        {
            query = new CustomerQuery.ByEmail(address);
        }
        else if (phone is not null && Phones.Read(body.Text("phone", Number), country) is { } number)
        {
            query = new CustomerQuery.ByPhone(number);
        }
        else if (id is { } sent
            && long.TryParse(Digits(sent), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0)
        {
            query = new CustomerQuery.ById(value);
        }

        if (query is null && body.Errors().Count == 0)
        {
            var (name, allowed) = email is not null ? ("email", Address) : phone is not null ? ("phone", Number)
                : ("id", Id);
            body.Refuse(new(name, "What was sent", allowed)); // An address is not repeated, not even to who sent it.
        }

        return body.Errors().Count == 0 ? query : null;
    }

    private static string? Digits(JsonElement id) => id.ValueKind switch
    {
        JsonValueKind.Number => id.GetRawText(),
        JsonValueKind.String => JsonBody.TextOf(id),
        _ => null,
    };

    internal static ProblemHttpResult NoStore() => Problem.NotFound("There is no such store.");
}
