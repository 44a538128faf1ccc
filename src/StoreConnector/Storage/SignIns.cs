using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StoreConnector.Core.Events;

namespace StoreConnector.Storage;

/// <summary>What a browser keeps in its cookie, so that it need not be let in anew.</summary>
/// <param name="Token">For the cookie; null: the browser has the right one already.</param>
/// <param name="StoreId">The one store that it opens.</param>
/// <param name="Until">Then it is over, however often it was used.</param>
internal sealed record SignIn(string? Token, string StoreId, DateTimeOffset Until)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(SignIn); // Never the token.
}

/// <summary>
/// Browsers that were let in by a link: a row of the shared table each, keyed by store, with a hash of what the cookie
/// holds. Each use gives the browser another token; the one before stays good until the new one is seen, for an answer
/// may be lost. Any other of the same sign-in was copied: then it ends for everybody.
/// </summary>
internal sealed class SignIns(ITables tables, TimeProvider clock)
{
    /// <summary>The partition of <see cref="StoreRegistry.Table"/>; rows are keyed by store and chance.</summary>
    public const string Partition = "sign-ins";

    /// <summary>How long a browser need not be let in anew.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    /// <summary>Two tabs may ask at once: who comes within this with the token before is given no other.</summary>
    public static readonly TimeSpan AtOnce = TimeSpan.FromMinutes(1);

    /// <summary>The longest text that is read as a token, in characters; ours have about 120.</summary>
    public const int MaxLength = 200;

    private const int Bytes = 32, IdDigits = 24;

    /// <summary>A browser is let in.</summary>
    public async ValueTask<SignIn> BeginAsync(string storeId, CancellationToken cancel)
    {
        var (id, secret, now) = (RandomNumberGenerator.GetHexString(IdDigits, true), NewSecret(), clock.GetUtcNow());
        var kept = new Kept(storeId, HashOf(secret), null, now, now + Life);
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        await table.TryWriteAsync(Partition, [new TableWrite.Insert(RowOf(storeId, id), Write(kept))], cancel);
        return new(TokenOf(storeId, id, secret), storeId, kept.Until);
    }

    /// <summary>It comes back; null when it is not, or no longer, let in.</summary>
    public async ValueTask<SignIn?> UseAsync(string token, CancellationToken cancel)
    {
        if (Read(token) is not var (storeId, id, secret)) { return null; }

        var (table, key) = (await tables.OpenAsync(StoreRegistry.Table, cancel), RowOf(storeId, id));
        while (await table.ReadAsync(Partition, key, cancel) is { } row)
        {
            var (kept, now) = (Read(row), clock.GetUtcNow());
            var (isNow, wasBefore) = (IsHash(kept.Now, secret), IsHash(kept.Before, secret));
            if ((!isNow && !wasBefore) || kept.Until <= now)
            {
                await table.TryWriteAsync(Partition, [new TableWrite.Delete(key, row.ETag)], cancel);
                return null;
            }

            if (wasBefore && now - kept.ChangedAt < AtOnce) { return new(null, storeId, kept.Until); }

            var next = NewSecret();
            var changed = kept with { Now = HashOf(next), Before = HashOf(secret), ChangedAt = now };
            if (await table.TryWriteAsync(
                Partition, [new TableWrite.Replace(key, Write(changed), row.ETag)], cancel))
            {
                return new(TokenOf(storeId, id, next), storeId, kept.Until);
            }
        }

        return null;
    }

    /// <summary>The browser is let out; one that was not let in is fine.</summary>
    public async ValueTask EndAsync(string token, CancellationToken cancel)
    {
        if (Read(token) is not var (storeId, id, secret)) { return; }

        var (table, key) = (await tables.OpenAsync(StoreRegistry.Table, cancel), RowOf(storeId, id));
        if (await table.ReadAsync(Partition, key, cancel) is { } row
            && (IsHash(Read(row).Now, secret) || IsHash(Read(row).Before, secret)))
        {
            await table.TryWriteAsync(Partition, [new TableWrite.Delete(key)], cancel);
        }
    }

    /// <summary>All browsers of a store are let out.</summary>
    /// <returns>How many there were.</returns>
    public async ValueTask<int> EndAllAsync(string storeId, CancellationToken cancel) =>
        await RemoveAsync(storeId + ".", storeId + "/", _ => true, cancel);

    /// <summary>Removes what is over.</summary>
    public async ValueTask SweepAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await RemoveAsync("", "~", kept => kept.Until <= now, cancel);
    }

    private async ValueTask<int> RemoveAsync(
        string from, string to, Func<Kept, bool> isMeant, CancellationToken cancel)
    {
        var (table, count) = (await tables.OpenAsync(StoreRegistry.Table, cancel), 0);
        while (await table.RangeAsync(Partition, from, to, Limits.MaxRange, cancel) is [.., var last] rows)
        {
            foreach (var row in rows.Where(r => isMeant(Read(r))))
            {
                await table.TryWriteAsync(Partition, [new TableWrite.Delete(row.Key)], cancel);
                count++;
            }

            from = TableRow.After(last.Key);
        }

        return count;
    }

    private static (string StoreId, string Id, string Secret)? Read(string token) =>
        token.Length <= MaxLength && token.Split('.') is [{ Length: > 0 } storeId, { Length: IdDigits } id, var secret]
        && storeId.All(char.IsAsciiLetterOrDigit) && id.All(char.IsAsciiHexDigitLower) ? (storeId, id, secret) : null;

    private static string TokenOf(string storeId, string id, string secret) => $"{storeId}.{id}.{secret}";

    private static string RowOf(string storeId, string id) => $"{storeId}.{id}";

    private static string NewSecret() =>
        System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    private static string HashOf(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static bool IsHash(string? hash, string secret) => hash is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash),
            Encoding.ASCII.GetBytes(HashOf(secret)));

    private static byte[] Write(Kept kept) => JsonSerializer.SerializeToUtf8Bytes(kept, EventJson.Options);

    private static Kept Read(TableRow row) => JsonSerializer.Deserialize<Kept>(row.Value.Span, EventJson.Options)
        ?? throw new JsonException("A sign-in's row holds null.");

    /// <param name="Now">Hash of the token that was given last.</param>
    /// <param name="Before">Hash of the one that it was given for; null at first.</param>
    /// <param name="ChangedAt">When.</param>
    /// <param name="Until">Then it is over.</param>
    private sealed record Kept(
        string StoreId, string Now, string? Before, DateTimeOffset ChangedAt, DateTimeOffset Until);
}
