using System.Security.Cryptography;
using StoreConnector.Processing;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>A link that opens a store's page once.</summary>
/// <param name="Url">The code stands behind <c>#</c>, which no browser sends and no log has.</param>
/// <param name="ExpiresAt">Then it is worth nothing.</param>
internal sealed record PageLinkModel(Uri Url, DateTimeOffset ExpiresAt)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(PageLinkModel); // Never the code.
}

/// <summary>Who comes by the page's own door.</summary>
internal abstract record PageEntry
{
    /// <summary>Let in.</summary>
    /// <param name="StoreId">To which store.</param>
    /// <param name="SignIn">What the browser keeps from now on.</param>
    public sealed record Open(string StoreId, SignIn SignIn) : PageEntry;

    /// <summary>It is no link or cookie of ours, or no longer.</summary>
    public sealed record Unknown : PageEntry;

    /// <summary>It is, of a store that is not connected any more.</summary>
    public sealed record Gone : PageEntry;
}

/// <summary>
/// The merchant's page by itself, outside any shop's admin. An operator makes a link, good once and for ten minutes;
/// who opens it is let in, and the browser keeps a cookie with which the page renews its bearer for thirty days.
/// </summary>
internal sealed class PageDoor(
    StoreRegistry stores, PassingRows passing, SignIns signIns, LinkBase address, TimeProvider clock)
{
    /// <summary>How long a link waits to be opened.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(10);

    /// <summary>The longest text that is read as a code, in characters; ours have 43.</summary>
    public const int MaxCode = 100;

    private const int CodeBytes = 32;

    /// <summary>Where the page lives.</summary>
    public const string Path = "/app";

    private bool IsHttps => address.Own("/").Scheme == Uri.UriSchemeHttps;

    /// <summary>
    /// Of this host alone; on a developer's machine without https the browser would not take that name.
    /// </summary>
    private string Cookie => IsHttps ? "__Host-sc-page" : "sc-page";

    /// <summary>Makes a link.</summary>
    public async ValueTask<PageLinkModel> MakeAsync(string storeId, CancellationToken cancel)
    {
        var code = System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(CodeBytes));
        var until = clock.GetUtcNow() + LinkLife;
        await passing.TryWriteAsync(PassingRows.PageLinks, code, storeId, until, null, cancel);
        return new(new(address.Own(Path), $"?door=link#{code}"), until);
    }

    /// <summary>Somebody opened a link.</summary>
    public async ValueTask<PageEntry> EnterAsync(string code, CancellationToken cancel)
    {
        if (code.Length is 0 or > MaxCode
            || await passing.FindAsync(PassingRows.PageLinks, code, cancel) is not { } row
            || row.Until <= clock.GetUtcNow()
            || !await passing.TryRemoveAsync(PassingRows.PageLinks, code, row.ETag, cancel))
        {
            return new PageEntry.Unknown();
        }

        return await IsConnectedAsync(row.Value, cancel)
            ? new PageEntry.Open(row.Value, await signIns.BeginAsync(row.Value, cancel)) : new PageEntry.Gone();
    }

    /// <summary>Somebody comes back with the cookie.</summary>
    public async ValueTask<PageEntry> ReturnAsync(string cookie, CancellationToken cancel)
    {
        if (await signIns.UseAsync(cookie, cancel) is not { } signIn) { return new PageEntry.Unknown(); }

        return await IsConnectedAsync(signIn.StoreId, cancel)
            ? new PageEntry.Open(signIn.StoreId, signIn) : new PageEntry.Gone();
    }

    /// <summary>What the browser keeps; null when it keeps nothing.</summary>
    public string? CookieOf(HttpRequest request) => request.Cookies[Cookie] is { Length: > 0 } kept ? kept : null;

    /// <summary>
    /// Gives the browser what it is to keep. Strict: it comes with this page's own calls alone, never with a link or a
    /// form of somebody else's, nor inside a frame of another site.
    /// </summary>
    public void Give(HttpResponse response, SignIn signIn)
    {
        if (signIn.Token is { } token)
        {
            response.Cookies.Append(Cookie, token, Options(signIn.Until - clock.GetUtcNow()));
        }
    }

    /// <summary>Takes it back.</summary>
    public void Take(HttpResponse response) => response.Cookies.Delete(Cookie, Options(null));

    private CookieOptions Options(TimeSpan? life) => new()
    {
        HttpOnly = true, Secure = IsHttps, SameSite = SameSiteMode.Strict, Path = "/", MaxAge = life,
    };

    private async ValueTask<bool> IsConnectedAsync(string storeId, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is { Store.IsActive: true };
}
