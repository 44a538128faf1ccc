using System.Security.Cryptography;
using System.Text;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>What a browser takes to Shopify and back.</summary>
/// <param name="State">Stands in the addresses.</param>
/// <param name="Browser">Stands in a cookie: only the browser that went may come back.</param>
internal sealed record InstallState(string State, string Browser);

/// <summary>
/// Random states, each good once, for one shop and one browser, for ten minutes; a row each. The client secret signs
/// none of it: what it signs could be passed off as a webhook.
/// </summary>
internal sealed class InstallStates(PassingRows passing, TimeProvider clock)
{
    /// <summary>How long a merchant may take to say yes.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>The most that begin in a minute in this process: anybody may, and each is a row.</summary>
    public const int MaxPerMinute = 120;

    private readonly PerMinute begun = new(MaxPerMinute);

    /// <summary>Begins; null when too many do.</summary>
    public async ValueTask<InstallState?> BeginAsync(string shop, CancellationToken cancel)
    {
        if (!begun.TryCount()) { return null; }

        var state = new InstallState(NewText(), NewText());
        await passing.TryWriteAsync(
            PassingRows.States, state.State, Bind(shop, state.Browser), clock.GetUtcNow() + Life, null, cancel);
        return state;
    }

    /// <summary>Whether the browser that began for this shop is back for the first time.</summary>
    public async ValueTask<bool> TryUseAsync(string shop, string state, string browser, CancellationToken cancel) =>
        await passing.FindAsync(PassingRows.States, state, cancel) is { } row && clock.GetUtcNow() < row.Until
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(row.Value), Encoding.ASCII.GetBytes(Bind(shop, browser)))
        && await passing.TryRemoveAsync(PassingRows.States, state, row.ETag, cancel);

    /// <summary>Neither the shop nor the cookie is kept.</summary>
    private static string Bind(string shop, string browser) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{shop} {browser}")));

    private static string NewText() => RandomNumberGenerator.GetHexString(48, lowercase: true);
}
