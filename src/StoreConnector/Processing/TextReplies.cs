using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Channels;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>A text that a person should read.</summary>
/// <param name="Id">Names it in the list.</param>
/// <param name="At">When it came.</param>
/// <param name="ContactHash">From which number.</param>
/// <param name="IsUnclear">It holds a word that ends texts: nothing is sent there until it is read.</param>
/// <param name="IsStop">The verdict; null while nobody has read it.</param>
/// <param name="From">The number; null when the keys that protected it are gone.</param>
/// <param name="Body">What it says.</param>
internal sealed record TextReply(
    string Id, DateTimeOffset At, string ContactHash, bool IsUnclear, bool? IsStop, string? From, string? Body);

/// <summary>
/// Texts for a person to read, newest first, for <see cref="Life"/>: number and words protected. A pointer beside the
/// number's own rows finds them for an erasure.
/// </summary>
internal sealed class TextReplies(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>How long they are kept.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    /// <summary>The most that are shown: the newest.</summary>
    public const int MaxRead = 500;

    private const string Partition = "replies";

    private readonly IDataProtector protector = protection.CreateProtector("StoreConnector.Replies.v1");

    private sealed record Kept(
        DateTimeOffset At, string ContactHash, bool IsUnclear, byte[] Words, bool? IsStop = null);

    private sealed record Said(string From, string Body);

    /// <summary>Keeps a text. A repeat changes nothing.</summary>
    public async ValueTask KeepAsync(
        StoreContext store, string hash, InboundText text, DateTimeOffset at, bool isUnclear, CancellationToken cancel)
    {
        var key = KeyOf(at) + "-" + EventLog.KeyOf(text.Id);
        var words = protector.Protect(Json.Write(new Said(text.From.E164, text.Body)));
        var table = store.Customers.Table;
        await table.TryWriteAsync("inbound-" + hash, [new TableWrite.Put("reply-" + key, "1"u8.ToArray())], cancel);
        await table.TryWriteAsync(
            Partition, [new TableWrite.Insert(key, Json.Write(new Kept(at, hash, isUnclear, words)))], cancel);
        await ForgetOldAsync(store, cancel);
    }

    /// <summary>What is kept, newest first.</summary>
    public async ValueTask<IReadOnlyList<TextReply>> ReadAsync(StoreContext store, CancellationToken cancel)
    {
        await ForgetOldAsync(store, cancel);
        var rows = await store.Customers.Table.RangeAsync(Partition, "0", ":", MaxRead, cancel);
        return [.. rows.Select(Show)];
    }

    /// <summary>Writes a verdict down; null when there is no such text.</summary>
    public async ValueTask<TextReply?> JudgeAsync(StoreContext store, string id, bool isStop, CancellationToken cancel)
    {
        if (!IsKey(id)) { return null; }

        while (await store.Customers.Table.ReadAsync(Partition, id, cancel) is { } row)
        {
            var judged = Json.Read<Kept>(row.Value, "a reply") with { IsStop = isStop };
            if (await store.Customers.Table.TryWriteAsync(
                Partition, [new TableWrite.Replace(id, Json.Write(judged), row.ETag)], cancel)) { return Show(row); }
        }

        return null;
    }

    /// <summary>Whether an unclear text of a number waits to be read.</summary>
    public static async ValueTask<bool> AnyUnreadAsync(StoreContext store, string hash, CancellationToken cancel)
    {
        foreach (var key in await KeysOfAsync(store.Customers, hash, cancel))
        {
            if (await store.Customers.Table.ReadAsync(Partition, key, cancel) is { } row
                && Json.Read<Kept>(row.Value, "a reply") is { IsUnclear: true, IsStop: null }) { return true; }
        }

        return false;
    }

    /// <summary>What is kept of one number.</summary>
    public async ValueTask<IReadOnlyList<TextReply>> OfAsync(
        StoreContext store, string hash, CancellationToken cancel)
    {
        var found = new List<TextReply>();
        foreach (var key in await KeysOfAsync(store.Customers, hash, cancel))
        {
            if (await store.Customers.Table.ReadAsync(Partition, key, cancel) is { } row) { found.Add(Show(row)); }
        }

        return found;
    }

    /// <summary>Forgets every text of a number.</summary>
    public static async ValueTask ForgetAsync(CustomerTable customers, string hash, CancellationToken cancel)
    {
        foreach (var key in await KeysOfAsync(customers, hash, cancel))
        {
            await customers.Table.TryWriteAsync(Partition, [new TableWrite.Delete(key)], cancel);
            await customers.Table.TryWriteAsync("inbound-" + hash, [new TableWrite.Delete("reply-" + key)], cancel);
        }
    }

    private static async ValueTask<IReadOnlyList<string>> KeysOfAsync(
        CustomerTable customers, string hash, CancellationToken cancel) =>
        [.. (await customers.Table.RangeAsync("inbound-" + hash, "reply-", "reply.", Limits.MaxRange, cancel))
            .Select(r => r.Key["reply-".Length..])];

    /// <summary>Newest first: what is too old stands at the end.</summary>
    private async ValueTask ForgetOldAsync(StoreContext store, CancellationToken cancel)
    {
        var from = KeyOf(clock.GetUtcNow() - Life);
        var table = store.Customers.Table;
        while (await table.RangeAsync(Partition, from, ":", ITable.MaxBatch, cancel) is [_, ..] old)
        {
            await table.TryWriteAsync(Partition, [.. old.Select(r => new TableWrite.Delete(r.Key))], cancel);
            foreach (var row in old)
            {
                var hash = Json.Read<Kept>(row.Value, "a reply").ContactHash;
                await table.TryWriteAsync("inbound-" + hash, [new TableWrite.Delete("reply-" + row.Key)], cancel);
            }
        }
    }

    private TextReply Show(TableRow row)
    {
        var kept = Json.Read<Kept>(row.Value, "a reply");
        var said = Unprotect(kept.Words);
        return new(row.Key, kept.At, kept.ContactHash, kept.IsUnclear, kept.IsStop, said?.From, said?.Body);
    }

    private Said? Unprotect(byte[] words)
    {
        try
        {
            return Json.Read<Said>(protector.Unprotect(words), "a reply");
        }
        catch (CryptographicException)
        {
            return null; // The keys are gone, and the words with them.
        }
    }

    private static string KeyOf(DateTimeOffset at) =>
        (DateTime.MaxValue.Ticks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    private static bool IsKey(string id) => id.Length is > 20 and < 100
        && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
