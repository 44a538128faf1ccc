using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Insights;
using StoreConnector.Core.Values;

namespace StoreConnector.Storage.Customers;

/// <summary>What stands at a key, and the version to save against; both null when nothing does.</summary>
internal sealed record HeadRead(Head? Head, string? ETag);

/// <summary>An alias's row, and the version to save against; both null when it is unbound.</summary>
internal sealed record AliasRead(AliasRow? Row, string? ETag);

/// <summary>
/// A store's customers, aliases and contacts on its table. A customer is one partition: <c>head-now</c> and
/// <c>head-history</c> are the head, written in one batch under the ETag of <c>head-now</c>; <c>ledger-…</c> are
/// decisions, <c>event-…</c> point into the log. An alias and a contact are a partition each, named by a keyed hash.
/// </summary>
internal sealed class CustomerTable(ITable table, ReadOnlyMemory<byte> aliasKey)
{
    private const string Now = "head-now", History = "head-history", Alias = "alias", Contact = "contact";

    /// <summary>The table underneath, for what is kept beside the customers.</summary>
    public ITable Table => table;

    /// <summary>The keyed hash of an alias: 32 hexadecimal digits.</summary>
    public string Hash(Alias alias) => Hash(alias.Stored);

    /// <summary>
    /// The keyed hash of an address: 32 hexadecimal digits. Other than the alias's of the same address.
    /// </summary>
    public string Hash(Contact contact) => Hash("contact:" + contact.Stored);

    /// <summary>A keyed hash for a purpose of its own.</summary>
    public string Hash(string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(aliasKey.Span, Encoding.UTF8.GetBytes(text))[..16]);

    /// <summary>The key of a customer founded on an alias.</summary>
    public string KeyFor(Alias alias) => $"{alias.Rank}{Hash(alias)}";

    public async ValueTask<AliasRead> ReadAliasAsync(string hash, CancellationToken cancel) =>
        await table.ReadAsync("alias-" + hash, Alias, cancel) is { } row
            ? new(Json.Read<AliasRow>(row.Value, "an alias"), row.ETag) : new(null, null);

    /// <summary>Binds (no ETag) or changes (ETag) an alias; false when another came first.</summary>
    public ValueTask<bool> TrySaveAliasAsync(string hash, AliasRow row, string? etag, CancellationToken cancel) =>
        table.TryWriteAsync("alias-" + hash, [Write(Alias, Json.Write(row), etag)], cancel);

    public async ValueTask<HeadRead> ReadHeadAsync(string key, CancellationToken cancel)
    {
        var rows = await table.RangeAsync("customer-" + key, "head-", "head.", 2, cancel);
        if (rows.FirstOrDefault(r => r.Key == Now) is not { } now) { return new(null, null); }

        var stored = Json.Read<NowRow>(now.Value, "a customer");
        var state = stored.State;
        if (state is not null && rows.FirstOrDefault(r => r.Key == History) is { } history)
        {
            var past = Json.Read<HistoryRow>(history.Value, "a customer's history");
            state = past.Into(state);
        }

        return new(stored.Head(state), now.ETag);
    }

    /// <summary>
    /// Saves the whole head, with ledger lines and the pointer of the event that caused it, if nobody else has since it
    /// was read (no ETag: if nothing stands there). This is the commit.
    /// </summary>
    /// <returns>False when another writer came first: read again and decide again.</returns>
    public ValueTask<bool> TrySaveAsync(
        string key, Head head, HeadRead read, IReadOnlyList<LedgerLine> ledger,
            (string EventId, string LogKey)? pointer, CancellationToken cancel)
    {
        var lines = ledger.DistinctBy(ReasonOf).ToList();
        var first = (head as Head.Live)?.State.LedgerLines ?? 0;
        byte[]? now = null, history = null; // What was measured last is what fits: it is serialised once.
        if (head is Head.Live live)
        {
            head = new Head.Live(CustomerLimits.Fit(live.State with { LedgerLines = first + lines.Count }, state =>
            {
                now = Json.Write(NowRow.Of(new Head.Live(state)));
                history = Json.Write(HistoryRow.Of(state));
                return (now.Length, history.Length);
            }));
        }

        var batch = new List<TableWrite> { Write(Now, now ?? Json.Write(NowRow.Of(head)), read.ETag) };
        AddHistory(batch, read.Head, head, history);
        batch.AddRange(lines.Select((line, i) => new TableWrite.Put(LedgerKey(line, first + i), Json.Write(line))));

        if (pointer is { LogKey: var logKey })
        {
            // By where it stands, not by its id: an event that is told again later stands there twice.
            batch.Add(new TableWrite.Put("event-" + logKey.Replace(':', '-'), Encoding.UTF8.GetBytes(logKey)));
        }

        return table.TryWriteAsync("customer-" + key, batch, cancel);
    }

    /// <summary>The ledger, oldest first, at most <paramref name="max"/> lines from the newest end.</summary>
    public async ValueTask<IReadOnlyList<LedgerLine>> ReadLedgerAsync(string key, int max, CancellationToken cancel)
    {
        var lines = new List<LedgerLine>();
        await foreach (var row in RowsAsync(key, "ledger-", "ledger.", cancel))
        {
            lines.Add(Json.Read<LedgerLine>(row.Value, "the ledger"));
        }

        return lines.Count > max ? lines[^max..] : lines;
    }

    /// <summary>Row keys of the ledger up to and including an instant.</summary>
    public async IAsyncEnumerable<string> LedgerKeysAsync(
        string key, DateTimeOffset upTo,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var to = FormattableString.Invariant($"ledger-{upTo.UtcTicks + 1:D19}");
        await foreach (var row in RowsAsync(key, "ledger-", to, cancel)) { yield return row.Key; }
    }

    /// <summary>All rows of a customer in a range, page by page.</summary>
    public async IAsyncEnumerable<TableRow> RowsAsync(
        string key, string from, string to,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        const int Page = 200;
        while (true)
        {
            var rows = await table.RangeAsync("customer-" + key, from, to, Page, cancel);
            foreach (var row in rows) { yield return row; }

            if (rows.Count < Page) { yield break; }

            from = TableRow.After(rows[^1].Key);
        }
    }

    /// <summary>Removes rows of a customer, a batch at a time.</summary>
    public async ValueTask DeleteRowsAsync(string key, IReadOnlyList<string> rows, CancellationToken cancel)
    {
        foreach (var chunk in rows.Chunk(ITable.MaxBatch))
        {
            await table.TryWriteAsync("customer-" + key, [.. chunk.Select(r => new TableWrite.Delete(r))], cancel);
        }
    }

    public async ValueTask<ContactRecord?> ReadContactAsync(string hash, CancellationToken cancel) =>
        await table.ReadAsync("contact-" + hash, Contact, cancel) is { } row
            ? Json.Read<ContactRecord>(row.Value, "a contact") : null;

    /// <summary>The records of several addresses; one that nothing is known of is left out.</summary>
    /// <param name="read">Those that were just read: they are not read again.</param>
    public async ValueTask<IReadOnlyDictionary<Contact, ContactRecord>> ReadContactsAsync(
        IEnumerable<Contact> contacts, CancellationToken cancel,
        IReadOnlyDictionary<Contact, ContactRecord>? read = null)
    {
        var found = new Dictionary<Contact, ContactRecord>();
        foreach (var contact in contacts)
        {
            if (read is not null && read.TryGetValue(contact, out var known)) { found[contact] = known; }
            else if (await ReadContactAsync(Hash(contact), cancel) is { } record) { found[contact] = record; }
        }

        return found;
    }

    /// <summary>
    /// Changes a contact's record; begins again when another writer came first. The change must be a join.
    /// </summary>
    /// <returns>The record as it is now.</returns>
    public async ValueTask<ContactRecord> UpdateContactAsync(string hash, Func<ContactRecord, ContactRecord> change,
        CancellationToken cancel)
    {
        while (true)
        {
            var row = await table.ReadAsync("contact-" + hash, Contact, cancel);
            var before = row is null ? ContactRecord.Empty : Json.Read<ContactRecord>(row.Value, "a contact");
            var after = change(before);
            var bytes = Json.Write(after);
            if (row is not null && row.Value.Span.SequenceEqual(bytes)) { return after; }

            if (await table.TryWriteAsync("contact-" + hash, [Write(Contact, bytes, row?.ETag)], cancel))
            {
                return after;
            }
        }
    }

    private static TableWrite Write(string row, byte[] value, string? etag) =>
        etag is null ? new TableWrite.Insert(row, value) : new TableWrite.Replace(row, value, etag);

    private static void AddHistory(List<TableWrite> batch, Head? before, Head after, byte[]? history)
    {
        var (was, now) = (NowRow.StateOf(before), NowRow.StateOf(after));
        if (now is null && was is not null) { batch.Add(new TableWrite.Delete(History)); }
        else if (now is not null && HistoryRow.Of(now) is var row
            && (was is null ? !row.IsEmpty : row != HistoryRow.Of(was)))
        {
            batch.Add(new TableWrite.Put(History, history ?? Json.Write(row)));
        }
    }

    private static (string, string, string, string) ReasonOf(LedgerLine line) =>
        (line.Entry.Automation, line.Entry.Occasion, line.Entry.Kind, line.Entry.Code);

    private static string LedgerKey(LedgerLine line, int number) =>
        FormattableString.Invariant($"ledger-{line.Entry.At.UtcTicks:D19}-{number:D8}");

    /// <summary>The head's first row as it is stored.</summary>
    private sealed record NowRow(string Is, CustomerState? State, string? Into, DateTimeOffset? At,
        ImmutableSortedSet<string>? Aliases, ImmutableSortedSet<string>? Absorbed)
    {
        public static NowRow Of(Head head) => head switch
        {
            Head.Live live => new("live", Bare(live.State), null, null, null, null),
            Head.Signpost post => new("signpost", post.Frozen is null ? null : Bare(post.Frozen), post.Into, null,
                null, null),
            Head.Tombstone stone => new("tombstone", null, null, stone.At, stone.Aliases, stone.Absorbed),
            _ => throw new System.Diagnostics.UnreachableException(head.ToString()),
        };

        public static CustomerState? StateOf(Head? head) =>
            head switch { Head.Live live => live.State, Head.Signpost post => post.Frozen, _ => null };

        public Head Head(CustomerState? state) => Is switch
        {
            "live" => new Head.Live(state!),
            "signpost" => new Head.Signpost(Into!, state),
            "tombstone" => new Head.Tombstone(At!.Value, Aliases ?? [], Absorbed ?? []),
            _ => throw new System.Text.Json.JsonException(
                $"A customer's head is '{Is}', which this version does not know."),
        };

        private static CustomerState Bare(CustomerState state) =>
            HistoryRow.Empty.Into(state);
    }

    /// <summary>The head's second row as it is stored. Equal by reference: rewritten on purchases only.</summary>
    private sealed record HistoryRow(ImmutableSortedDictionary<long, OrderEntry> Orders,
        ImmutableSortedDictionary<long, RefundEntry> Refunds,
        ImmutableSortedDictionary<long, PurchaseRhythm>? Rhythms = null, FoldMark? FoldedUpTo = null)
    {
        public static readonly HistoryRow Empty = Of(new() { Key = "2" });

        public bool IsEmpty => Orders.Count + Refunds.Count == 0 && FoldedUpTo is null;

        public static HistoryRow Of(CustomerState state) => new(state.Orders, state.Refunds,
            state.Rhythms.Count == 0 ? null : state.Rhythms, state.FoldedUpTo);

        public CustomerState Into(CustomerState state) => state with
        {
            Orders = Orders,
            Refunds = Refunds,
            Rhythms = Rhythms ?? ImmutableSortedDictionary<long, PurchaseRhythm>.Empty,
            FoldedUpTo = FoldedUpTo,
        };
    }
}
