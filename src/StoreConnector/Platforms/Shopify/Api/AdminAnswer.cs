using System.Text.Json;

namespace StoreConnector.Platforms.Shopify.Api;

/// <summary>What a shop's Admin API made of an operation.</summary>
internal abstract record AdminAnswer
{
    /// <summary>Done, without any <c>userErrors</c>.</summary>
    /// <param name="Data">The answer's <c>data</c>; it belongs to nobody else.</param>
    public sealed record Done(JsonElement Data) : AdminAnswer;

    /// <summary>The mutation's <c>userErrors</c>: the shop understood and said no.</summary>
    public sealed record Refused(IReadOnlyList<UserError> Errors) : AdminAnswer;

    /// <summary>The app may not: a scope or protected customer data is missing, or the shop is locked.</summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    public sealed record Denied(string Why) : AdminAnswer;

    /// <summary>The token is no longer good, or there is none: the app was taken away or must be opened once.</summary>
    public sealed record SignedOut : AdminAnswer;

    /// <summary>
    /// No answer, a failure on the shop's side, or no budget for longer than we wait. A mutation may have been done.
    /// </summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    public sealed record Unavailable(string Why) : AdminAnswer;

    /// <summary>The operation itself is wrong: ours to mend.</summary>
    /// <param name="Why">What Shopify said, cut; it holds our query's words alone.</param>
    public sealed record Wrong(string Why) : AdminAnswer;
}

/// <summary>One of a mutation's <c>userErrors</c>.</summary>
/// <param name="Code">Shopify's word, for example <c>TAKEN</c>; null where the mutation has none.</param>
/// <param name="Field">The path to what is meant, joined with dots; may be empty.</param>
/// <param name="Message">Shopify's sentence: for decisions read <paramref name="Code"/>; never logged.</param>
internal sealed record UserError(string? Code, string Field, string Message);

/// <summary>Whom to ask.</summary>
/// <param name="Shop">The shop's myshopify.com domain.</param>
/// <param name="Token">Its access token.</param>
internal sealed record ShopAccess(string Shop, string Token);
