using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StoreConnector.Platforms.Shopify;

/// <summary>What a shop made of our wish for a token.</summary>
internal abstract record TokenGrant
{
    /// <summary>A pair of tokens.</summary>
    /// <param name="AccessToken">Opens the Admin API.</param>
    /// <param name="ExpiresAt">When it ends, by the service's clock.</param>
    /// <param name="RefreshToken">What the next pair is had for; null when Shopify gave none.</param>
    /// <param name="RefreshExpiresAt">When that ends.</param>
    /// <param name="Scopes">What the merchant granted.</param>
    /// <param name="MintedBy">Which of our secrets the pair belongs to: <see cref="TokenGrants.NameOf"/>.</param>
    /// <param name="AskedAt">The instant just before we asked: the app was there then.</param>
    /// <param name="IsWhole">
    /// False when Shopify left out when the token ends, or what the next one is had for: then it is believed for an
    /// hour at most, and the merchant is to open the app again.
    /// </param>
    public sealed record Granted(
        string AccessToken, DateTimeOffset ExpiresAt, string? RefreshToken, DateTimeOffset? RefreshExpiresAt,
        IReadOnlyList<string> Scopes, string MintedBy, DateTimeOffset AskedAt, bool IsWhole) : TokenGrant
    {
        /// <inheritdoc/>
        public override string ToString() => nameof(Granted); // Never the tokens.
    }

    /// <summary>Shopify understood and said no.</summary>
    public sealed record Refused(GrantRefusal Kind) : TokenGrant;

    /// <summary>No answer, or none that can be read: it may have been granted.</summary>
    /// <param name="Why">A plain sentence without anything secret.</param>
    public sealed record Unavailable(string Why) : TokenGrant;
}

/// <summary>What was not good enough.</summary>
internal enum GrantRefusal
{
    /// <summary>What we offered for the token: an id token, a refresh token or a code that is no good.</summary>
    Offer,

    /// <summary>Our client id and secret: the operator's to mend.</summary>
    App,

    /// <summary>There is no such shop.</summary>
    Shop,
}

/// <summary>
/// Asks shops for tokens. Source: shopify.dev, "Token exchange", "Offline access tokens", "Authorization code grant".
/// </summary>
/// <remarks>[?] Which words Shopify refuses with is not verified: see <see cref="Judge"/>.</remarks>
internal sealed class TokenGrants(ShopifyApp app, TimeProvider clock) : IDisposable
{
    /// <summary>How long a token lives of which Shopify does not say so.</summary>
    public static readonly TimeSpan UsualLife = TimeSpan.FromHours(1);

    /// <summary>The longest that is believed of an access token.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromDays(1);

    /// <summary>How long a refresh token lives, and the longest that is believed of one.</summary>
    public static readonly TimeSpan RefreshLife = TimeSpan.FromDays(90);

    private const string Path = "/admin/oauth/access_token";

    private const int MaxAnswer = 16 * 1024, MaxToken = 2048;

    private readonly HttpClient client = ShopifyHttp.NewClient();

    /// <summary>How long one question may take in all, by the machine's clock.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>An offline token for the shop whose id token it is.</summary>
    public ValueTask<TokenGrant> ExchangeAsync(string shop, string idToken, CancellationToken cancel) =>
        AskAsync(shop, null, secret => new()
        {
            ["client_id"] = app.ClientId!,
            ["client_secret"] = secret,
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["subject_token"] = idToken,
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:id_token",
            ["requested_token_type"] = "urn:shopify:params:oauth:token-type:offline-access-token",
            ["expiring"] = "1",
        }, cancel);

    /// <summary>An offline token for the code that the browser brought.</summary>
    public ValueTask<TokenGrant> RedeemAsync(string shop, string code, CancellationToken cancel) =>
        AskAsync(shop, null, secret => new()
        {
            ["client_id"] = app.ClientId!, ["client_secret"] = secret, ["code"] = code, ["expiring"] = "1",
        }, cancel);

    /// <summary>
    /// The next pair. A pair belongs to the secret that minted it; that one is tried first, for while secrets are
    /// changed it may be either. An answer that was lost is asked for again with the same token: Shopify keeps it good
    /// until the next one is used. Source: changelog 2026-08-28, "More resilient refreshes".
    /// </summary>
    public ValueTask<TokenGrant> RefreshAsync(
        string shop, string refreshToken, string mintedBy, CancellationToken cancel) =>
        AskAsync(shop, mintedBy, secret => new()
        {
            ["client_id"] = app.ClientId!,
            ["client_secret"] = secret,
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = refreshToken,
        }, cancel);

    /// <summary>Names a secret without giving it away: 64 bits of its hash.</summary>
    public static string NameOf(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)).AsSpan(0, 8));

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>
    /// Asks with one secret after the other while Shopify says no to ours; what the first means is what counts, unless
    /// only a later one was known.
    /// </summary>
    private async ValueTask<TokenGrant> AskAsync(
        string shop, string? mintedBy, Func<string, Dictionary<string, string>> make, CancellationToken cancel)
    {
        if (app.ClientId is null) { return new TokenGrant.Refused(GrantRefusal.App); }

        var refusal = new TokenGrant.Refused(GrantRefusal.App);
        foreach (var secret in app.Secrets.OrderBy(s => mintedBy is null || NameOf(s) == mintedBy ? 0 : 1))
        {
            var answer = await AskOnceAsync(shop, make(secret), NameOf(secret), cancel);
            if (answer is not TokenGrant.Refused said) { return answer; }

            refusal = refusal.Kind == GrantRefusal.App ? said : refusal;
            // A pair's own secret was asked first; another's yes is possible, for Shopify may have moved the pair.
            if (said.Kind != GrantRefusal.App && mintedBy is null) { break; }
        }

        return refusal;
    }

    private async ValueTask<TokenGrant> AskOnceAsync(
        string shop, Dictionary<string, string> fields, string mintedBy, CancellationToken cancel)
    {
        var askedAt = clock.GetUtcNow();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AttemptTimeout);
        try
        {
            using var request = app.Request(HttpMethod.Post, shop, Path);
            request.Headers.Accept.ParseAdd("application/json");
            request.Content = JsonContent.Create(fields);
            using var response = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var body = await ReadAsync(response, limit.Token);
            return Judge(response.StatusCode, body, mintedBy, askedAt);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new TokenGrant.Unavailable("Shopify did not answer in time.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new TokenGrant.Unavailable("Shopify could not be reached, or the connection broke.");
        }
    }

    /// <summary>
    /// [?] By the status, and where there are two readings by the OAuth word (RFC 6749 §5.2): 400 is documented for an
    /// id token that is invalid or too old; the rest is what the standard says.
    /// </summary>
    private static TokenGrant Judge(
        HttpStatusCode status, JsonElement? body, string mintedBy, DateTimeOffset askedAt) => (int)status switch
        {
            200 => body is { } said && Read(said, mintedBy, askedAt) is { } granted ? granted
                : new TokenGrant.Unavailable("Shopify answered something that is no token."),
            400 or 401 or 403 when Text(body, "error") is "invalid_client" or "unauthorized_client"
                or "application_cannot_be_found" => new TokenGrant.Refused(GrantRefusal.App),
            401 when Text(body, "error") is null => new TokenGrant.Refused(GrantRefusal.App),
            400 or 401 or 403 => new TokenGrant.Refused(GrantRefusal.Offer),
            404 => new TokenGrant.Refused(GrantRefusal.Shop),
            _ => new TokenGrant.Unavailable($"Shopify answered {(int)status}, which says neither yes nor no."),
        };

    private static TokenGrant.Granted? Read(JsonElement said, string mintedBy, DateTimeOffset askedAt)
    {
        if (Token(said, "access_token") is not { } access) { return null; }

        var (refresh, life) = (Token(said, "refresh_token"), Span(said, "expires_in", MaxLife));
        var isWhole = refresh is not null && life is not null;
        var refreshLife = Span(said, "refresh_token_expires_in", RefreshLife) ?? RefreshLife;
        return new(access, askedAt + (isWhole ? life!.Value : Least(life ?? UsualLife, UsualLife)), refresh,
            refresh is null ? null : askedAt + refreshLife, ShopifyScopes.Read(Text(said, "scope")), mintedBy, askedAt,
            isWhole);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan? Span(JsonElement said, string name, TimeSpan max) =>
        said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var seconds) && seconds > 0
            ? seconds < max.TotalSeconds ? TimeSpan.FromSeconds(seconds) : max : null;

    /// <summary>What can stand in a header.</summary>
    private static string? Token(JsonElement said, string name) =>
        Text(said, name) is { Length: > 0 and <= MaxToken } text && text.All(c => c is > ' ' and < '\x7f')
            ? text : null;

    private static string? Text(JsonElement? said, string name)
    {
        try
        {
            return said is { } object_ && object_.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // Text that is not Unicode.
        }
    }

    /// <summary>The answer as a JSON object; null when it is none, or too long.</summary>
    private static async ValueTask<JsonElement?> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var bytes = new byte[MaxAnswer + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        if (length > MaxAnswer) { return null; }

        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(0, length));
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
