using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>What a merchant's page may do with one store.</summary>
internal static class StoreApi
{
    public static void MapStoreApi(this WebApplication app)
    {
        var api = app.MapGroup("/api/stores/{storeId}").WithTags("Store")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/automations/abandoned-cart", ReadAbandonedCartAsync)
            .WithSummary("The rule for carts that were left; its version is the ETag.");
        api.MapPut("/automations/abandoned-cart", ChangeAbandonedCartAsync)
            .WithSummary("Lays the sent fields over the saved rule; If-Match guards against another's change.")
            .Accepts<AbandonedCartModel>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        api.MapPost("/customers/search", SearchAsync).WithSummary(
            "Finds customers by e-mail, phone or the platform's id.")
            .Accepts<CustomerSearch>("application/json").ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/customers/{key}", CustomerAsync).WithSummary("One customer: carts, orders, decisions and why.");
    }

    private static async Task<Results<Ok<AbandonedCartModel>, ProblemHttpResult>> ReadAbandonedCartAsync(
        string storeId, HttpResponse response, StoreRegistry stores, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is { } read ? Show(response, read.Store.AbandonedCart) : NoStore();

    private static async Task<Results<Ok<AbandonedCartModel>, ProblemHttpResult>> ChangeAbandonedCartAsync(
        string storeId, HttpRequest request, HttpResponse response, StoreRegistry stores, CancellationToken cancel)
    {
        var body = await JsonBody.ReadAsync(request, cancel);
        // A lost write means: read, check and lay over again.
        while (await stores.FindAsync(storeId, cancel) is { } read)
        {
            var saved = read.Store.AbandonedCart;
            if (IsStale(request, body, saved.Version)) { return Stale(saved.Version); }

            var changed = AbandonedCartMerge.Apply(body, saved);
            if (body.Errors() is { Count: > 0 } errors) { return Problem.Of(errors); }

            if (changed == saved
                || await stores.TryUpdateAsync(storeId, read.ETag, s => s with { AbandonedCart = changed }, cancel))
            {
                return Show(response, changed);
            }
        }

        return NoStore();
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

    private static bool IsStale(HttpRequest request, JsonBody body, int version)
    {
        var current = version.ToString(CultureInfo.InvariantCulture);
        var matches = request.Headers.IfMatch.SelectMany(h => (h ?? "").Split(',')).Select(t => t.Trim()).ToArray();
        return (matches.Length > 0 && !matches.Any(t => t == "*" || t.Trim('"') == current))
            || (body.Field("version") is { } sent && sent.GetRawText() != current);
    }

    private static ProblemHttpResult Stale(int version) => Problem.Of(
        StatusCodes.Status412PreconditionFailed, "stale",
        FormattableString.Invariant($"It was changed since: the version is {version} now. Read it again."));

    private static Ok<AbandonedCartModel> Show(HttpResponse response, AbandonedCartSettings settings)
    {
        response.Headers[HeaderNames.ETag] = FormattableString.Invariant($"\"{settings.Version}\"");
        return TypedResults.Ok(AbandonedCartModel.Of(settings));
    }

    private static ProblemHttpResult NoStore() => Problem.NotFound("There is no such store.");
}
