using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>Where a message's links lead, whom its way out stops, and what it was.</summary>
/// <param name="Target">
/// A page of the shop's, which may open a shopper's cart; null when the person was forgotten, or the link is old.
/// </param>
/// <param name="WayOut">The message's way out: the code serves as its token.</param>
internal sealed record ShortLink(Uri? Target, UnsubscribeLink WayOut)
{
    /// <summary>Where its further links lead: other products of one message.</summary>
    public IReadOnlyList<Uri> More { get; init; } = [];

    /// <summary>Which message it belongs to.</summary>
    public MessageFacts? About { get; init; }

    /// <summary>Where the link of that number leads, from 0.</summary>
    public Uri? TargetOf(int number) => number == 0 ? Target : number <= More.Count && number > 0 ? More[number - 1]
        : null;
}

/// <summary>What a message was, without whom it went to.</summary>
/// <param name="SendId">Which.</param>
/// <param name="Automation">What it belonged to.</param>
/// <param name="Occasion">What it was about.</param>
/// <param name="Step">Which step, from 1.</param>
/// <param name="At">When it was made.</param>
internal sealed record MessageFacts(string SendId, string Automation, string Occasion, int Step, DateTimeOffset At);

/// <summary>
/// The links of messages: a code that cannot be guessed, looked up, made from the send id, so that the same message has
/// the same link. It leads nowhere but to what was kept with it. A text's code is short; a mail's has room.
/// </summary>
internal sealed class ShortLinks(ITables tables, IStoreDirectory stores) : IMessageKeeper
{
    /// <summary>Characters of a text's code: 59 bits of base62.</summary>
    public const int CodeLength = 10;

    /// <summary>Characters of a mail's code: 128 bits.</summary>
    public const int LongCodeLength = 32;

    /// <summary>How long a link leads to the shop. Its way out works for ever.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(60);

    /// <summary>The table that all stores share: which store a code belongs to.</summary>
    public const string Shared = "links";

    private const string Row = "code";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The partition of a store's table in which all that is kept of a message's links stands.</summary>
    public static string PartitionOf(string code) => "code-" + code;

    /// <summary>Makes the links of a send; before anything is claimed.</summary>
    public async ValueTask<string> MakeAsync(StoreContext store, string sendId, ShortLink link,
        CancellationToken cancel)
    {
        var code = CodeOf(store, sendId, link.WayOut.Channel);
        await store.Customers.Table.TryWriteAsync(PartitionOf(code), [new TableWrite.Put(Row, Json.Write(link))],
            cancel);
        var shared = await tables.OpenAsync(Shared, cancel);
        await shared.TryWriteAsync(code, [new TableWrite.Put(Row, Json.Write(store.Store.Id))], cancel);
        return code;
    }

    /// <summary>Finds a link; null when it is of a store that left, or was never ours.</summary>
    public async ValueTask<(StoreContext Store, ShortLink Link)?> FindAsync(string code, CancellationToken cancel)
    {
        if (!IsCode(code)) { return null; }

        var shared = await tables.OpenAsync(Shared, cancel);
        return await shared.ReadAsync(code, Row, cancel) is { } row
            && await stores.FindAsync(Json.Read<string>(row.Value, "a link"), cancel) is { } store
            && await ReadAsync(store, code, cancel) is { } link ? (store, link) : null;
    }

    /// <summary>What was kept of a message of a store; null when nothing was.</summary>
    public static async ValueTask<(string Code, ShortLink Link)?> FindAsync(
        StoreContext store, string sendId, CancellationToken cancel)
    {
        foreach (var channel in Enum.GetValues<Channel>())
        {
            var code = CodeOf(store, sendId, channel);
            if (await ReadAsync(store, code, cancel) is { } link) { return (code, link); }
        }

        return null;
    }

    /// <summary>The way out stays, for it holds no address; the way back goes, for it opens a cart.</summary>
    public async ValueTask ForgetAsync(string storeId, IReadOnlyCollection<string> sendIds, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { } store) { return; }

        foreach (var sendId in sendIds) { await CloseAsync(store, sendId, cancel); }
    }

    /// <summary>
    /// The links of a message lead nowhere any more, but for its way out; nor is it said which cart or purchase it was.
    /// </summary>
    public static async ValueTask CloseAsync(StoreContext store, string sendId, CancellationToken cancel)
    {
        if (await FindAsync(store, sendId, cancel) is not var (code, link)) { return; }

        var closed = link with
        {
            Target = null,
            More = [],
            WayOut = link.WayOut with { Refill = null },
            About = link.About is { } about ? about with { Occasion = "" } : null,
        };
        await store.Customers.Table.TryWriteAsync(PartitionOf(code), [new TableWrite.Put(Row, Json.Write(closed))],
            cancel);
    }

    /// <summary>The code of a send's links.</summary>
    public static string CodeOf(StoreContext store, string sendId, Channel channel) => channel == Channel.Email
        ? store.Customers.Hash("link:" + sendId) : ShortCodeOf(store, sendId);

    private static async ValueTask<ShortLink?> ReadAsync(StoreContext store, string code, CancellationToken cancel) =>
        await store.Customers.Table.ReadAsync(PartitionOf(code), Row, cancel) is { } row
            ? Json.Read<ShortLink>(row.Value, "a link") : null;

    private static bool IsCode(string code) =>
        code.Length is CodeLength or LongCodeLength && code.All(char.IsAsciiLetterOrDigit);

    private static string ShortCodeOf(StoreContext store, string sendId)
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
