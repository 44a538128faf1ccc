using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>Why an older list says no.</summary>
internal enum SuppressionReason
{
    /// <summary>They said no.</summary>
    Unsubscribed,

    /// <summary>The address does not exist.</summary>
    Bounced,

    /// <summary>They called a message spam.</summary>
    Complained,
}

/// <summary>What came of a list.</summary>
/// <param name="Read">Rows, without the header.</param>
/// <param name="Unsubscribed">Addresses that said no.</param>
/// <param name="Bounced">Addresses that do not exist.</param>
/// <param name="Complained">Addresses that called a message spam.</param>
/// <param name="PassedOver">Rows that say no to nothing: subscribed, delivered.</param>
/// <param name="Unreadable">Rows without an address that can be one.</param>
/// <param name="UnreadableLines">Their lines, the first of them; never what stood there.</param>
/// <param name="IsWhole">False when the list was longer than may be: what was read counts.</param>
internal sealed record SuppressionReport(
    int Read, int Unsubscribed, int Bounced, int Complained, int PassedOver, int Unreadable,
    IReadOnlyList<int> UnreadableLines, bool IsWhole);

/// <summary>
/// Takes over the noes of an older list, as the tools of this trade export them: Mailchimp, Klaviyo, SendGrid, Twilio,
/// Shopify, or one address a line. The columns are found by their names; a row that is read again changes nothing.
/// </summary>
internal sealed class SuppressionImport(ConsentProofs proofs, TimeProvider clock)
{
    /// <summary>The longest list, in bytes.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    /// <summary>Line numbers that are told.</summary>
    public const int MaxLines = 1000;

    /// <summary>Rows written at once: their commits share the disk's sync.</summary>
    private const int AtOnce = 16;

    /// <summary>Reads a list to its end.</summary>
    /// <param name="store">Whose.</param>
    /// <param name="text">The list.</param>
    /// <param name="usual">Why, for rows that do not say.</param>
    /// <param name="isCut">Asked at its end: whether it was longer. Then its last row may be half of one.</param>
    /// <param name="cancel">Ends it; what was read stays.</param>
    public async ValueTask<SuppressionReport> TakeAsync(
        StoreContext store, TextReader text, SuppressionReason? usual, Func<bool> isCut, CancellationToken cancel)
    {
        var (reader, tally, at) = (new CsvReader(text), new Tally(), clock.GetUtcNow());
        var batch = new List<(Contact Contact, SuppressionReason Reason)>(AtOnce * 8);
        var row = await reader.ReadAsync(cancel);
        var columns = SuppressionColumns.Of(row?.Fields ?? []);
        if (columns.IsHeader) { row = await reader.ReadAsync(cancel); }

        while (row is not null)
        {
            var next = await reader.ReadAsync(cancel);
            if (next is null && isCut()) { break; }

            tally.Add(columns.Read(row.Fields, usual, store.Store.Country), row.Line, batch);
            if (batch.Count >= AtOnce * 8) { await WriteAsync(store, batch, at, cancel); }

            row = next;
        }

        await WriteAsync(store, batch, at, cancel);
        return tally.Report(isWhole: !isCut());
    }

    private async Task WriteAsync(
        StoreContext store, List<(Contact Contact, SuppressionReason Reason)> batch, DateTimeOffset at,
        CancellationToken cancel)
    {
        await Parallel.ForEachAsync(batch, new ParallelOptions
        {
            MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel,
        }, (row, stop) => WriteAsync(store, row.Contact, row.Reason, at, stop));
        batch.Clear();
    }

    private async ValueTask WriteAsync(
        StoreContext store, Contact contact, SuppressionReason reason, DateTimeOffset at, CancellationToken cancel)
    {
        var (hash, isNew) = (store.Customers.Hash(contact), false);
        await store.Customers.UpdateContactAsync(hash, c =>
        {
            isNew = !Has(c, reason);
            return !isNew ? c : reason switch
            {
                SuppressionReason.Bounced => c.WithBounce(at),
                SuppressionReason.Complained => c.WithComplaint(at),
                _ => c.WithOptOut(Suppression.Marketing, OptOutSource.Import, at, null),
            };
        }, cancel);
        if (isNew)
        {
            await proofs.AppendAsync(store.Customers, hash, $"import:{reason}",
                new(contact.Channel, [], ConsentAction.Imported, OptOutSource.Import + "-" + Word(reason), at),
                    contact.Address,
                null, cancel);
        }
    }

    private static bool Has(ContactRecord record, SuppressionReason reason) => reason switch
    {
        SuppressionReason.Bounced => record.BouncedAt is not null,
        SuppressionReason.Complained => record.ComplainedAt is not null,
        _ => record.IsOut(Suppression.Marketing, OptOutSource.Import),
    };

    /// <summary>As the API says it.</summary>
    public static string Word(SuppressionReason reason) => reason switch
    {
        SuppressionReason.Bounced => "bounced", SuppressionReason.Complained => "complained", _ => "unsubscribed",
    };

    private sealed class Tally
    {
        private readonly int[] reasons = new int[3];
        private readonly List<int> lines = [];
        private int read, passedOver, unreadable;

        public void Add(SuppressionRow row, int line, List<(Contact, SuppressionReason)> batch)
        {
            read++;
            switch (row)
            {
                case SuppressionRow.No no:
                    reasons[(int)no.Reason]++;
                    batch.AddRange(no.Contacts.Select(c => (c, no.Reason)));
                    break;
                case SuppressionRow.PassedOver: passedOver++; break;
                default:
                    unreadable++;
                    if (lines.Count < MaxLines) { lines.Add(line); }

                    break;
            }
        }

        public SuppressionReport Report(bool isWhole) =>
            new(read, reasons[0], reasons[1], reasons[2], passedOver, unreadable, lines, isWhole);
    }
}
