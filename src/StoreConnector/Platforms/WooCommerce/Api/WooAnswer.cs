using System.Text.Json;

namespace StoreConnector.Platforms.WooCommerce.Api;

/// <summary>What a site's REST API made of a call.</summary>
internal abstract record WooAnswer
{
    /// <summary>Done.</summary>
    /// <param name="Json">The answer; it belongs to nobody else.</param>
    /// <param name="Total">How many items there are in all, where the site says so.</param>
    /// <param name="Pages">How many pages they make; wrong for <c>/webhooks</c>, so that nobody goes by it.</param>
    public sealed record Done(JsonElement Json, int? Total, int? Pages) : WooAnswer
    {
        /// <summary>What the site's own clock showed; null when it did not say.</summary>
        public DateTimeOffset? SiteNow { get; init; }
    }

    /// <summary>The site understood and said no.</summary>
    /// <param name="Status">The HTTP status, 400 to 501.</param>
    /// <param name="Code">WooCommerce's word, for example <c>rest_no_route</c>.</param>
    /// <param name="Message">Its sentence in its language: never logged, never decided by.</param>
    public sealed record Refused(int Status, string Code, string Message) : WooAnswer;

    /// <summary>The key is known and may not: it only reads, or its owner lost the role.</summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    public sealed record Denied(string Why) : WooAnswer;

    /// <summary>The key is no longer good, or never was: the merchant connects again.</summary>
    public sealed record SignedOut : WooAnswer;

    /// <summary>Something answered that is not WooCommerce's API. A change may have been made all the same.</summary>
    /// <param name="Kind">What it looks like.</param>
    /// <param name="Why">A plain sentence: what it is, what to do.</param>
    public sealed record Broken(WooTrouble Kind, string Why) : WooAnswer;

    /// <summary>No answer, or "later". A change may have been made.</summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    public sealed record Unavailable(string Why) : WooAnswer;

    /// <summary>The address is not one that we call.</summary>
    /// <param name="Why">A plain sentence.</param>
    public sealed record Forbidden(string Why) : WooAnswer;
}

/// <summary>What stands between us and a site's API.</summary>
internal enum WooTrouble
{
    /// <summary>There is no API at that address: plain permalinks, or no WordPress.</summary>
    NoApi,

    /// <summary>A firewall or a password in front of the site.</summary>
    Firewall,

    /// <summary>The site fails, or is being repaired.</summary>
    Failing,

    /// <summary>A page, or data with something before it, where data was due.</summary>
    NotJson,

    /// <summary>The site sends us to another address: keys are not carried there.</summary>
    Elsewhere,
}

/// <summary>How a site is shown a key. Source: measured on WooCommerce 10.5.0.</summary>
internal enum WooWay
{
    /// <summary>In the header, where PHP knows that it is reached by https.</summary>
    Basic,

    /// <summary>Signed, OAuth 1.0a: where PHP believes that it is reached by http, as behind some proxies.</summary>
    OAuth,

    /// <summary>In the query: where the host strips the header. It ends in the site's own access log.</summary>
    Query,
}

/// <summary>Which site, and by which right.</summary>
/// <param name="Site">Its home: ends with a slash.</param>
/// <param name="Key">The consumer key.</param>
/// <param name="Secret">The consumer secret.</param>
/// <param name="Way">How the key is shown: what <see cref="WooApi.ProbeAsync"/> found.</param>
internal sealed record WooAccess(Uri Site, string Key, string Secret, WooWay Way)
{
    /// <summary>Whether routes go by <c>?rest_route=</c>: the site has plain permalinks.</summary>
    public bool IsPlain { get; init; }

    /// <inheritdoc/>
    public override string ToString() => nameof(WooAccess); // Never the key.
}

/// <summary>One call.</summary>
/// <param name="Method">GET asks; everything else changes.</param>
/// <param name="Path">Below <c>wp-json/</c>, for example <c>wc/v3/orders</c>; empty for the site's own index.</param>
/// <param name="Query">Names and values, not encoded.</param>
internal sealed record WooCall(HttpMethod Method, string Path, params IReadOnlyList<(string Name, string Value)> Query)
{
    /// <summary>Sent as JSON; null for none.</summary>
    public object? Body { get; init; }

    /// <summary>Whether it changes nothing, and so may be asked again.</summary>
    public bool IsQuestion => Method == HttpMethod.Get;

    /// <summary>A question.</summary>
    public static WooCall Get(string path, params IReadOnlyList<(string Name, string Value)> query) =>
        new(HttpMethod.Get, path, query);

    /// <summary>Makes something.</summary>
    public static WooCall Post(string path, object body) => new(HttpMethod.Post, path) { Body = body };

    /// <summary>Changes something.</summary>
    public static WooCall Put(string path, object body) => new(HttpMethod.Put, path) { Body = body };

    /// <summary>Removes something for good: without <c>force</c> webhooks answer 501.</summary>
    public static WooCall Delete(string path) => new(HttpMethod.Delete, path, ("force", "true"));

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}"; // Never what is asked for.
}
