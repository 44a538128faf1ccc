using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>Where a short code leads, and whom its way out stops.</summary>
/// <param name="Target">
/// A page of the shop's, which may open a shopper's cart; null when the person was forgotten.
/// </param>
/// <param name="WayOut">The message's way out: the code serves as its token.</param>
internal sealed record ShortLink(Uri? Target, UnsubscribeLink WayOut);

/// <summary>
/// Links that fit into a text: a code of <see cref="CodeLength"/> characters that cannot be guessed, looked up, made
/// from
/// the send id, so that the same message has the same link. It leads nowhere but to what was kept with it.
/// </summary>
internal sealed class ShortLinks(ITables tables, IStoreDirectory stores) : IMessageKeeper
{
    /// <summary>Characters of a code: 59 bits of base62.</summary>
    public const int CodeLength = 10;

    private const string Shared = "links", Row = "code";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Makes the link of a send; before anything is claimed.</summary>
    public async ValueTask<string> MakeAsync(StoreContext store, string sendId, ShortLink link,
        CancellationToken cancel)
    {
        var code = CodeOf(store, sendId);
        await store.Customers.Table.TryWriteAsync("code-" + code, [new TableWrite.Put(Row, Json.Write(link))], cancel);
        var shared = await tables.OpenAsync(Shared, cancel);
        await shared.TryWriteAsync(code, [new TableWrite.Put(Row, Json.Write(store.Store.Id))], cancel);
        return code;
    }

    /// <summary>Finds a link; null when it is old, of a store that left, or was never ours.</summary>
    public async ValueTask<(StoreContext Store, ShortLink Link)?> FindAsync(string code, CancellationToken cancel)
    {
        if (code.Length != CodeLength || !code.All(char.IsAsciiLetterOrDigit)) { return null; }

        var shared = await tables.OpenAsync(Shared, cancel);
        if (await shared.ReadAsync(code, Row, cancel) is not { } row
            || await stores.FindAsync(Json.Read<string>(row.Value, "a link"), cancel) is not { } store
            || await store.Customers.Table.ReadAsync("code-" + code, Row, cancel) is not { } own) { return null; }

        return (store, Json.Read<ShortLink>(own.Value, "a link"));
    }

    /// <summary>The way out stays, for it holds no address; the way back goes, for it opens a cart.</summary>
    public async ValueTask ForgetAsync(string storeId, IReadOnlyCollection<string> sendIds, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return; }

        foreach (var partition in sendIds.Select(id => "code-" + CodeOf(store, id)))
        {
            if (await store.Customers.Table.ReadAsync(partition, Row, cancel) is { } row)
            {
                var forgotten = Json.Read<ShortLink>(row.Value, "a link") with { Target = null };
                await store.Customers.Table.TryWriteAsync(partition, [new TableWrite.Put(Row, Json.Write(forgotten))],
                    cancel);
            }
        }
    }

    private static string CodeOf(StoreContext store, string sendId)
    {
        var hash = store.Customers.Hash("short:" + sendId);
        var number = new BigInteger(SHA256.HashData(Encoding.ASCII.GetBytes(hash)), isUnsigned: true);
        return string.Create(CodeLength, number, static (code, rest) =>
        {
            for (var i = 0; i < code.Length; i++)
            {
                code[i] = Alphabet[(int)(rest % Alphabet.Length)];
                rest /= Alphabet.Length;
            }
        });
    }
}
