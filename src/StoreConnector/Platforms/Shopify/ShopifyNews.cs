using StoreConnector.Core.Events;

namespace StoreConnector.Platforms.Shopify;

/// <summary>
/// Reads what a shop says of itself and of our app: its plan, what the app may do, its profile. A newer word wins, so
/// each is the whole of what it is about.
/// </summary>
internal static class ShopifyNews
{
    /// <summary>
    /// A subscription to the app. The name of the plan field and the words of the status are those of Shopify's sample;
    /// whether App Pricing sends the same body is not verified, so what cannot be read is kept.
    /// </summary>
    public static Parsed ReadPlan(Payload body, Delivery delivery)
    {
        var told = body["app_subscription"];
        if (told["admin_graphql_api_id"].Text is not { Length: <= MaxId } id
            || id.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0 || StatusOf(told["status"].Text) is not { } status)
        {
            return new Parsed.Unreadable("the body is not a subscription to the app");
        }

        var at = told["updated_at"].Time ?? delivery.When();
        return delivery.One(at, new Mentions(), new PlanChanged(id, new(
            Wording.Cut(told["name"].Text, PlanState.MaxName), Wording.Cut(told["plan_handle"].Text, PlanState.MaxName),
            status, at)));
    }

    /// <summary>What the app may do now.</summary>
    public static Parsed ReadScopes(Payload body, Delivery delivery)
    {
        if (!body["current"].IsList || !body["previous"].IsPresent)
        {
            return new Parsed.Unreadable("the body is not the app's scopes");
        }

        var at = body["updated_at"].Time ?? delivery.When();
        return delivery.One(at, new Mentions(), new ScopesChanged([.. body["current"].Items.Select(item => item.Text)
            .OfType<string>().Where(IsScope).Distinct().Take(ScopesChanged.MaxScopes)], at));
    }

    /// <summary>The shop itself.</summary>
    public static Parsed ReadShop(Payload body, Delivery delivery)
    {
        if (body["id"].Id is not > 0 || !body["plan_name"].IsPresent || !body["shop_owner"].IsPresent)
        {
            return new Parsed.Unreadable("the body is not a shop");
        }

        var at = body["updated_at"].Time ?? delivery.When();
        return delivery.One(at, new Mentions(), new ShopChanged(new(at)
        {
            Name = Wording.Cut(body["name"].Text, ShopProfile.MaxName),
            Currency = body["currency"].Currency,
            TimeZone = body["iana_timezone"].Text is { Length: <= MaxId } zone ? zone : null,
            Country = Wording.Country(body["country_code"].Text),
            Locale = Wording.Locale(body["primary_locale"].Text),
            PostalAddress = AddressOf(body),
        }));
    }

    private const int MaxId = 120;

    private static PlanStatus? StatusOf(string? word) => word?.ToUpperInvariant() switch
    {
        "ACTIVE" or "ACCEPTED" => PlanStatus.Active,
        "PENDING" => PlanStatus.Pending,
        "DECLINED" => PlanStatus.Declined,
        "EXPIRED" => PlanStatus.Expired,
        "FROZEN" => PlanStatus.Frozen,
        "CANCELLED" => PlanStatus.Cancelled,
        _ => null,
    };

    private static bool IsScope(string text) => text.Length <= ScopesChanged.MaxScope
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    /// <summary>Street, place and country, a line each, as many as fit; nothing without a street.</summary>
    private static string? AddressOf(Payload shop)
    {
        if (shop["address1"].Text is not { } street) { return null; }

        var place = string.Join(' ', new[] { shop["zip"].Text, shop["city"].Text, shop["province_code"].Text }
            .OfType<string>());
        var lines = new[] { street, shop["address2"].Text, place, shop["country_name"].Text }
            .Select(line => Wording.Cut(line, ShopProfile.MaxAddress)).OfType<string>();
        return lines.Aggregate((all, line) =>
            all.Length + 1 + line.Length <= ShopProfile.MaxAddress ? $"{all}\n{line}" : all);
    }
}
