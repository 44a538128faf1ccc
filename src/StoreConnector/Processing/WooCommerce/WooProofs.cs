using System.Text.Json;
using StoreConnector.Platforms;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>Whether a key opens the site that it is said to be of.</summary>
internal abstract record WooProof
{
    /// <summary>It does.</summary>
    /// <param name="Key">To be kept.</param>
    /// <param name="Status">What the site said of itself: <c>system_status</c>, cut to a few fields.</param>
    public sealed record Proven(WooKey Key, JsonElement Status) : WooProof;

    /// <summary>It does not.</summary>
    /// <param name="Code">For programs.</param>
    /// <param name="Why">A plain sentence: what it is, what to do.</param>
    public sealed record No(string Code, string Why) : WooProof;

    /// <summary>The site did not say.</summary>
    /// <param name="Why">A plain sentence.</param>
    public sealed record NotNow(string Why) : WooProof;
}

/// <summary>
/// Proves keys: nothing that brings one is signed, so that the site itself is asked, at the address that the merchant
/// meant, and must call that its home.
/// </summary>
internal sealed class WooProofs(WooApi api, TimeProvider clock)
{
    /// <summary>The longest key and secret; WooCommerce makes 43 characters.</summary>
    public const int MaxKey = 100;

    private static readonly WooCall Question = WooCall.Get("wc/v3/system_status", ("_fields",
        "environment.home_url,environment.version,environment.wp_version,environment.language,settings.currency"));

    /// <summary>An empty batch: who may not write is refused before it is read.</summary>
    private static readonly WooCall Nothing = WooCall.Post("wc/v3/webhooks/batch", new { });

    /// <summary>Whether the text can stand in a header and in an address.</summary>
    public static bool IsKey(string? text) =>
        text is { Length: > 0 and <= MaxKey } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>Asks the site.</summary>
    /// <param name="site">As <see cref="WooSite.TryParse"/> gave it.</param>
    /// <param name="key">The consumer key.</param>
    /// <param name="secret">The consumer secret.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<WooProof> ProveAsync(Uri site, string key, string secret, CancellationToken cancel)
    {
        var (access, answer) = await api.ProbeAsync(site, key, secret, Question, cancel);
        if (access is null || answer is not WooAnswer.Done(var status, _, _)) { return Without(answer); }

        if (!WooSite.IsHome(site, new Payload(status)["environment"]["home_url"].Text))
        {
            return new WooProof.No("other-home", "The site that answers calls another address its home: connect it by "
                + "the address in WordPress, Settings, General, Site Address.");
        }

        if (await api.AskAsync(access, Nothing, cancel) is WooAnswer.Denied denied)
        {
            return new WooProof.No("key-reads-only", denied.Why);
        }

        return new WooProof.Proven(new()
        {
            Site = site,
            Key = key,
            Secret = secret,
            Way = access.Way.ToString(),
            IsPlain = access.IsPlain,
            ProvenAt = clock.GetUtcNow(),
        }, status);
    }

    private static WooProof Without(WooAnswer answer) => answer switch
    {
        WooAnswer.SignedOut => new WooProof.No("key-refused", "The site does not know that key."),
        WooAnswer.Denied(var why) => new WooProof.No("key-denied", why),
        WooAnswer.Forbidden(var why) => new WooProof.No("site-forbidden", why),
        WooAnswer.Broken(WooTrouble.Failing or WooTrouble.NotJson, var why) => new WooProof.NotNow(why),
        WooAnswer.Broken(_, var why) => new WooProof.No("site-unusable", why),
        WooAnswer.Unavailable(var why) => new WooProof.NotNow(why),
        _ => new WooProof.No("site-unusable", "The site does not say what it is: is WooCommerce switched on there?"),
    };
}
