using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Processing;
using StoreConnector.Storage;

namespace StoreConnector.Storefront;

/// <summary>What became of a sign-up.</summary>
internal enum SignUpOutcome
{
    /// <summary>Taken, or left aside as a robot's: the answer is the same, and says nothing of who is known.</summary>
    Taken,

    /// <summary>Not through the proxy of a store of ours.</summary>
    Unsigned,

    /// <summary>There is no address in it, or nothing was ticked.</summary>
    Malformed,

    /// <summary>Too many.</summary>
    Limited,
}

/// <summary>
/// Takes the form of our theme extension and begins the double opt-in: nobody is written to but to be asked, and once a
/// day at most. The proxy signs for the shop and not for the form, which anybody can fill in: so an e-mail address and
/// a number that come together are two people until they confirm, each for itself.
/// </summary>
internal sealed class ShopifySignUps(
    ShopifyApp app, StoreRegistry stores, IStoreDirectory directory, OptIns optIns, StorefrontLimits limits,
    TimeProvider clock)
{
    /// <summary>Where it was agreed to, in the proof.</summary>
    public const string Source = "shopify sign-up form";

    /// <summary>Takes one form.</summary>
    public async ValueTask<SignUpOutcome> TakeAsync(
        HttpRequest request, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var query = QueryHelpers.ParseQuery(request.QueryString.Value);
        if (!AppProxySignature.Matches(query, app.Secrets) || !IsFresh(query, now)
            || !ShopifyDomain.TryParse(query.GetValueOrDefault("shop").ToString(), out var shop)
            || await stores.FindByDomainAsync(Platform.Shopify, shop, cancel) is not { Store.IsActive: true } found
            || await directory.FindAsync(found.Store.Id, cancel) is not { } store) { return SignUpOutcome.Unsigned; }

        if (!ShopifySignUp.TryRead(body, store.Store.Country, out var form)) { return SignUpOutcome.Malformed; }

        if (form.IsTrap) { return SignUpOutcome.Taken; }

        var ip = AddressOf(request);
        if ((ip is not null && !limits.SignUpAddresses.TryTake(ip)) || !limits.SignUpStores.TryTake(store.Store.Id)
            || form.Choices.Any(c => !limits.SignUpContacts.TryTake(store.Customers.Hash(c.Contact))))
        {
            return SignUpOutcome.Limited;
        }

        foreach (var choice in form.Choices)
        {
            await optIns.TakeAsync(store, new(choice.Contact, Email: null, form.Purposes, choice.Text, form.TextVersion,
                Source, now) { Ip = ip, Locale = form.Locale, DoubleOptIn = true }, cancel);
        }

        return SignUpOutcome.Taken;
    }

    private static bool IsFresh(Dictionary<string, StringValues> query, DateTimeOffset now) =>
        long.TryParse(query.GetValueOrDefault("timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && Math.Abs(now.ToUnixTimeSeconds() - at) <= AppProxySignature.MaxAge.TotalSeconds;

    /// <summary>
    /// The shopper's address as the proxy names it first. [?] Not tried against Shopify; nobody signs it, so it limits
    /// and is part of the proof, and nothing else.
    /// </summary>
    private static string? AddressOf(HttpRequest request) =>
        PublicIp.TryParse(request.Headers["X-Forwarded-For"].ToString().Split(',')[0].Trim(), out var address)
            ? address : null;
}
