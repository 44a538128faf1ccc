using System.Text.Json;
using System.Text.RegularExpressions;

namespace StoreConnector.Platforms.Shopify.Api;

/// <summary>What one request came to: an answer, or something that time may mend.</summary>
internal abstract record AdminReply
{
    /// <summary>The answer.</summary>
    public sealed record Final(AdminAnswer Answer) : AdminReply;

    /// <summary>For sure not done: may be asked again, whatever it is.</summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    /// <param name="Asked">How long the shop wants us to wait; null when it did not say.</param>
    public sealed record NotTaken(string Why, TimeSpan? Asked) : AdminReply;

    /// <summary>It may have been done: only a question may be asked again.</summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    public sealed record Silent(string Why) : AdminReply;

    /// <summary>What the shop said of its budget beside its answer, if it did.</summary>
    public ThrottleStatus? Throttle { get; init; }

    /// <summary>What the operation costs before it begins, if the shop said so.</summary>
    public double? Cost { get; init; }
}

/// <summary>
/// Reads the body of a 200: GraphQL says yes and no with the same status. Half an answer is none: where there are
/// errors, what data there is is not taken. Source: shopify.dev, "GraphQL Admin API", status and error codes.
/// </summary>
internal static partial class AdminReplyReader
{
    /// <summary>Of each text that Shopify sends, so much is kept.</summary>
    private const int MaxText = 300;

    private const int MaxErrors = 20;

    /// <summary>Reads it; null when it is no JSON object.</summary>
    /// <param name="body">UTF-8.</param>
    /// <param name="operation">Its name, for sentences.</param>
    public static AdminReply? Read(ReadOnlyMemory<byte> body, string operation)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Payload.Options);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) { return null; }

            var cost = new Payload(root)["extensions"]["cost"];
            return Read(root, cost, operation) with
            {
                Throttle = StatusOf(cost["throttleStatus"]),
                Cost = (double?)cost["requestedQueryCost"].Amount,
            };
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            return null; // A name that is not Unicode.
        }
    }

    private static AdminReply Read(JsonElement root, Payload cost, string operation)
    {
        var errors = new Payload(root)["errors"];
        if (errors.IsList && errors.Items.Take(MaxErrors).ToList() is { Count: > 0 } all)
        {
            return ReadErrors(all, cost, operation);
        }

        if (errors.Text is not null) { return Final(new AdminAnswer.Wrong($"{operation}: the shop refused it.")); }
        if (!root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
        {
            return new AdminReply.Silent("Shopify answered without data and without an error.");
        }

        var said = new Payload(data).Items.SelectMany(field => field["userErrors"].Items).Take(MaxErrors).ToList();
        return Final(said.Count == 0 ? new AdminAnswer.Done(data.Clone())
            : new AdminAnswer.Refused([.. said.Select(UserErrorOf)]));
    }

    private static AdminReply ReadErrors(List<Payload> errors, Payload cost, string operation)
    {
        var codes = errors.Select(e => e["extensions"]["code"].Text).ToList();
        if (codes.Contains("THROTTLED")) { return ReadThrottled(cost, operation); }
        if (codes.Contains("ACCESS_DENIED")) { return Final(new AdminAnswer.Denied(WhyDenied(errors, operation))); }
        if (codes.Contains("SHOP_INACTIVE"))
        {
            return Final(new AdminAnswer.Denied("The shop is frozen or closed at the moment."));
        }

        if (codes.Any(c => c is "INTERNAL_SERVER_ERROR" or "TIMEOUT" or "SERVICE_UNAVAILABLE"))
        {
            return new AdminReply.Silent($"{operation}: something failed on Shopify's side.");
        }

        // What is wrong with a variable is told with its value, which may be somebody's number.
        var (first, code) = (errors[0]["message"].Text, codes[0]);
        return Final(new AdminAnswer.Wrong(code == "INVALID_VARIABLE"
            || first?.StartsWith("Variable ", StringComparison.Ordinal) != false
            ? $"{operation}: a variable is not what the schema wants ({Wording.Cut(code, 40) ?? "no code"})."
            : $"{operation}: {Wording.Cut(first, MaxText)}"));
    }

    private static AdminReply ReadThrottled(Payload cost, string operation)
    {
        var (status, requested) = (StatusOf(cost["throttleStatus"]), (double?)cost["requestedQueryCost"].Amount);
        return status is not null && requested > status.Most
            ? Final(new AdminAnswer.Wrong($"{operation} costs {requested} points, more than the shop's budget holds."))
            : new AdminReply.NotTaken("The shop's budget for questions is used up.",
                status is null || requested is null ? null : ShopBudgets.Wait(requested.Value, status));
    }

    /// <summary>Which scope is missing, where Shopify names it; its own words stay out.</summary>
    private static string WhyDenied(List<Payload> errors, string operation)
    {
        var words = string.Join(' ', errors.Select(e => e["message"].Text));
        var scopes = Scope().Matches(words).Select(m => m.Value).Distinct().Take(MaxErrors).ToList();
        return scopes.Count > 0 ? $"{operation}: the merchant has not granted {string.Join(", ", scopes)}."
            : words.Contains("protected-customer-data", StringComparison.Ordinal)
                ? $"{operation}: the app is not approved for protected customer data."
            : $"{operation}: the shop does not allow it.";
    }

    private static UserError UserErrorOf(Payload error) => new(error["code"].Text,
        error["field"].IsList ? string.Join('.', error["field"].Items.Select(f => f.Text)) : error["field"].Text ?? "",
        Wording.Cut(error["message"].Text, MaxText) ?? "");

    private static ThrottleStatus? StatusOf(Payload status) =>
        status["currentlyAvailable"].Amount is { } available && status["maximumAvailable"].Amount is { } most
        && status["restoreRate"].Amount is { } rate ? new((double)available, (double)most, (double)rate) : null;

    private static AdminReply.Final Final(AdminAnswer answer) => new(answer);

    [GeneratedRegex(@"\b(read|write|unauthenticated)_[a-z_]{2,40}\b")]
    private static partial Regex Scope();
}
