using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;
using StoreConnector.Telemetry;

namespace StoreConnector.Processing;

/// <summary>
/// Saves a planned customer so that the time it waits for cannot be lost: due row, head, then a look at the sweep's
/// mark (docs/protocols.md P1.7–9 and P4).
/// </summary>
internal sealed class Wakes(DueIndex due, IQueue wakeUps, SurroundingsReader surroundings, TimeProvider clock)
{
    /// <summary>
    /// A time further ahead than this cannot have been passed by any sweep: its mark need not be read.
    /// </summary>
    public static readonly TimeSpan FarAway = TimeSpan.FromHours(1);

    /// <summary>A time nearer than this may have been swept and handled by a copy whose clock is ahead.</summary>
    private static readonly TimeSpan Near = TimeSpan.FromMinutes(5);

    /// <summary>Plans with the time of now, and saves.</summary>
    /// <param name="cause">The event it is about.</param>
    /// <param name="told">Records of addresses that were just read or written.</param>
    /// <returns>The plan that was saved; null when somebody else was faster: begin again from the first read.</returns>
    public async ValueTask<Plan?> SettleAsync(
        StoreContext store, CustomerState state, HeadRead read, CancellationToken cancel, StoreEvent? cause = null,
            IReadOnlyList<LedgerLine>? ledger = null, IReadOnlyDictionary<Contact, ContactRecord>? told = null)
    {
        var plan = Planner.Make(state,
            await surroundings.ReadAsync(store, state, clock.GetUtcNow(), cancel, told));
        plan = plan with { Ledger = [.. ledger ?? [], .. plan.Ledger] };
        var standing = StandingRow(read, plan, cause);
        if (standing is not null) { plan = plan with { State = plan.State with { NextWakeAt = standing } }; }

        return await TrySaveAsync(store, plan, read, cancel, cause, standing is not null) ? plan : null;
    }

    /// <summary>
    /// The time of the row that stands for a record which will be looked at before the plan's time anyway: it waits for
    /// an earlier one, which is still ahead and has its row; else null. Only a new event may rely on that: a repeat
    /// makes good for a crash behind the save, and a wake-up has used the row up.
    /// </summary>
    private DateTimeOffset? StandingRow(HeadRead read, Plan plan, StoreEvent? cause) =>
        cause is not null && read.Head is Head.Live { State: { NextWakeAt: { } stored } state }
        && !state.Seen.Contains(cause.Id) && stored > clock.GetUtcNow() + Near && stored <= plan.WakeAt ? stored : null;

    /// <summary>Saves a plan between its due row and the look at the mark. The save is the commit.</summary>
    /// <param name="isWokenBefore">Leaves both out: an earlier row stands.</param>
    public async ValueTask<bool> TrySaveAsync(
        StoreContext store, Plan plan, HeadRead read, CancellationToken cancel, StoreEvent? cause = null,
        bool isWokenBefore = false)
    {
        var key = plan.State.Key;
        if (!isWokenBefore) { await AnnounceAsync(store, key, plan.WakeAt, cancel); } // P1.7

        (string, string)? pointer = cause is null ? null : (cause.Id, EventLog.LogKey(cause));
        // P1.8
        if (!await store.Customers.TrySaveAsync(key, new Head.Live(plan.State), read, plan.Ledger, pointer, cancel))
        {
            return false;
        }

        foreach (var (entry, _, _) in plan.Ledger.DistinctBy(l => (l.Entry.Automation, l.Entry.Occasion, l.Entry.Kind,
            l.Entry.Code)))
        {
            Signals.Decided(entry.Automation, entry.Kind, entry.Code);
        }

        if (!isWokenBefore) { await PublishIfSweptAsync(store, key, plan.WakeAt, cancel); } // P1.9

        return true;
    }

    /// <summary>Writes the row and looks at the mark without a save: for a wake-up that changes nothing.</summary>
    public async ValueTask RepeatAsync(StoreContext store, string key, DateTimeOffset? wakeAt, CancellationToken cancel)
    {
        await AnnounceAsync(store, key, wakeAt, cancel);
        await PublishIfSweptAsync(store, key, wakeAt, cancel);
    }

    /// <summary>
    /// Before a save: writes the due row of the time it waits for. The key is a customer's or a product's.
    /// </summary>
    public async ValueTask AnnounceAsync(StoreContext store, string key, DateTimeOffset? wakeAt,
        CancellationToken cancel)
    {
        if (wakeAt is { } at) { await due.PutAsync(store.Store.Id, key, at, cancel); }
    }

    /// <summary>
    /// After a save: a bucket that a sweep may have read already is queued at once, for a row alone can be overtaken.
    /// </summary>
    public async ValueTask PublishIfSweptAsync(StoreContext store, string key, DateTimeOffset? wakeAt,
        CancellationToken cancel)
    {
        if (wakeAt is not { } at || at > clock.GetUtcNow() + FarAway) { return; }

        var opened = await due.ReadOpenedAsync(DueIndex.ShardOf(key), cancel);
        if (string.CompareOrdinal(DueIndex.Bucket(at), opened) <= 0)
        {
            await wakeUps.SendAsync([new(Queues.Write(new WakeUpMessage(1, store.Store.Id, key, at)), at)], cancel);
        }
    }
}
