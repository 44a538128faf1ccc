using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Values;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>Records what came of a send, in its customer's record and in the list of those nobody knows of.</summary>
internal sealed class Sends(Merges merges, Wakes wakes, TimeProvider clock)
{
    /// <summary>Sends of unknown outcome that one listing returns.</summary>
    public const int MaxUnknown = 1000;

    private const string Unknown = "unknown";

    /// <summary>Records by rank in the newest head, through signposts; an erased person's result is dropped.</summary>
    public async ValueTask RecordAsync(StoreContext store, string key, string sendId, SendEntry answer,
        CancellationToken cancel)
    {
        if (answer.Counts())
        {
            await store.Customers.UpdateContactAsync(answer.ContactHash, c => c.WithSend(sendId, answer.ClaimedAt),
                cancel);
        }

        await ListAsync(store, key, sendId, answer, cancel);
        for (var attempt = 1; attempt <= EventProcessor.MaxAttempts; attempt++)
        {
            key = await merges.ResolveAsync(store, key, cancel);
            var read = await store.Customers.ReadHeadAsync(key, cancel);
            if (read.Head is null or Head.Tombstone) { return; }

            if (read.Head is not Head.Live { State: var state }) { continue; }

            if (state.ErasedAt >= answer.ClaimedAt || state.Sends.GetValueOrDefault(sendId)?.Status >= answer.Status)
            {
                return;
            }

            IReadOnlyList<LedgerLine> outcome = answer.Status == SendStatus.Sent ? []
                : [Outcome(answer, clock.GetUtcNow())];
            if (await wakes.SettleAsync(store, CustomerEvolution.Record(state, sendId, answer), read, cancel, null,
                outcome) is not null)
            {
                return;
            }
        }

        throw new ContentionException($"Store {store.Store.Id}: the answer to {sendId}", EventProcessor.MaxAttempts);
    }

    /// <summary>The vendor has it after all: what was unknown, or never answered, was sent.</summary>
    public async ValueTask ConfirmAsync(StoreContext store, string key, string sendId, string vendorId,
        CancellationToken cancel)
    {
        key = await merges.ResolveAsync(store, key, cancel);
        if ((await store.Customers.ReadHeadAsync(key, cancel)).Head is Head.Live { State: var state }
            && state.Sends.GetValueOrDefault(sendId) is { Status: not SendStatus.Sent } entry)
        {
            await RecordAsync(store, key, sendId,
                entry with { Status = SendStatus.Sent, VendorId = vendorId, Why = null },
                cancel);
        }
    }

    /// <summary>Where a send went, as long as its person is known by that address.</summary>
    public async ValueTask<Contact?> AddressAsync(StoreContext store, string key, string contactHash,
        CancellationToken cancel)
    {
        key = await merges.ResolveAsync(store, key, cancel);
        return (await store.Customers.ReadHeadAsync(key, cancel)).Head is Head.Live { State: var state }
            ? CartFacts.ContactsOf(state).FirstOrDefault(c => store.Customers.Hash(c) == contactHash) : null;
    }

    /// <summary>Sends of which nobody knows whether they left: shown, and never repeated.</summary>
    public static async ValueTask<IReadOnlyList<UnknownSend>> UnknownAsync(StoreContext store, CancellationToken cancel)
    {
        var rows = await store.Customers.Table.RangeAsync(Unknown, "0", "g", MaxUnknown, cancel);
        return [.. rows.Select(r => Json.Read<UnknownSend>(r.Value, "a send")).OrderBy(s => s.At)];
    }

    private static async ValueTask ListAsync(StoreContext store, string key, string sendId, SendEntry answer,
        CancellationToken cancel)
    {
        var table = store.Customers.Table;
        if (answer.Status == SendStatus.Unknown)
        {
            var shown = new UnknownSend(sendId, key, answer.Automation, answer.Step, answer.Channel, answer.ClaimedAt);
            await table.TryWriteAsync(Unknown, [new Storage.TableWrite.Put(sendId, Json.Write(shown))], cancel);
        }
        else if (answer.Status == SendStatus.Sent && await table.ReadAsync(Unknown, sendId, cancel) is not null)
        {
            await table.TryWriteAsync(Unknown, [new Storage.TableWrite.Delete(sendId)], cancel);
        }
    }

    /// <summary>
    /// The ledger's line for a message that did not leave, or of which nobody can say whether it did.
    /// </summary>
    public static LedgerLine Outcome(SendEntry send, DateTimeOffset now)
    {
        var unknown = send.Status == SendStatus.Unknown;
        var entry = new DecisionEntry(send.Automation, send.Occasion, unknown ? "send" : "skip",
            unknown ? ReasonCode.OutcomeUnknown : IsCode(send.Why) ? send.Why! : ReasonCode.NotSent, send.Step, null,
                now);
        var why = unknown ? "The vendor did not answer: it may have left, and is never repeated."
            : IsCode(send.Why) ? $"At the last look before sending: {send.Why}." : $"It was not sent: {send.Why}";
        return new(entry, why, null);
    }

    private static bool IsCode(string? why) =>
        why is ReasonCode.Unsubscribed or ReasonCode.TopicDeclined or ReasonCode.Bounced or ReasonCode.Complained
        or ReasonCode.AlreadyBought or ReasonCode.CartMoved or ReasonCode.StoreInactive
        or ReasonCode.PriceRose or ReasonCode.OutOfStock or ReasonCode.SmsBudgetSpent or ReasonCode.MailBudgetSpent
        or ReasonCode.TextTooLong or ReasonCode.TooManyComplaints or ReasonCode.SenderRefused
        or ReasonCode.NoPlan;
}

/// <summary>A send of which nobody knows whether it left.</summary>
internal sealed record UnknownSend(
    string SendId, string CustomerKey, string Automation, int Step, Channel Channel, DateTimeOffset At);
