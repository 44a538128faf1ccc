using StoreConnector.Channels;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Products;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Storage.Customers;
using StoreConnector.Telemetry;

namespace StoreConnector.Processing;

/// <summary>A message made ready, or why it could not be.</summary>
internal abstract record Composed
{
    /// <summary>Ready to leave.</summary>
    /// <param name="Coupon">The code it carries, in lower case; null when none.</param>
    public sealed record Ready(OutgoingMessage Message, string? Coupon = null) : Composed;

    /// <summary>It cannot be made.</summary>
    /// <param name="Why">A code and a sentence, without personal data.</param>
    public sealed record Impossible(Reason Why) : Composed
    {
        public Impossible(string why)
            : this(new Reason(ReasonCode.NotSent, why))
        {
        }
    }
}

/// <summary>Makes a message ready, before anything is claimed.</summary>
internal interface IMessageComposer
{
    ValueTask<Composed> ComposeAsync(StoreContext store, CustomerState customer, SendOrder order, DateTimeOffset now,
        CancellationToken cancel);
}

/// <summary>Takes noes that were said to us to the shop's platform.</summary>
internal interface IUntoldNoes
{
    /// <summary>Sees to it, soon: a customer has some. A repeat does no harm.</summary>
    ValueTask TellAsync(StoreContext store, string customerKey, CancellationToken cancel);
}

/// <summary>
/// Looks at a customer again and sends what is due: render, claim, last look, call, record (docs/protocols.md P3). A
/// claim's
/// outcome that nobody can know is <i>unknown</i>, for ever: we would rather miss a message than send it twice.
/// </summary>
internal sealed class MessageSender(
    IStoreDirectory stores, Merges merges, Wakes wakes, IMessageComposer composer, IMessageChannel channel,
    ProductFanOut fanOut, SurroundingsReader surroundings, Sends sends, FollowUps followUps, Refusals refusals,
    Complaints complaints, IUntoldNoes untold, TimeProvider clock) : IWakeUpHandler
{
    /// <summary>How long a claim is one handler's. Longer than any call to a vendor with its retries.</summary>
    public static readonly TimeSpan ClaimLease = TimeSpan.FromMinutes(10);

    public async Task HandleAsync(WakeUpMessage message, CancellationToken cancel)
    {
        if (Catalog.TryProduct(message.CustomerKey, out var productId))
        {
            await fanOut.LookAsync(message.StoreId, productId.Value, cancel);
            return;
        }

        if (FollowUps.TryMessage(message.CustomerKey, out var sendId))
        {
            await followUps.LookAsync(message.StoreId, sendId, cancel);
            return;
        }

        for (var attempt = 1; attempt <= EventProcessor.MaxAttempts; attempt++)
        {
            if (await stores.FindAsync(message.StoreId, cancel) is not { } store) { return; }

            var key = await merges.ResolveAsync(store, message.CustomerKey, cancel);
            if (await TryLookAsync(store, key, cancel)) { return; }
        }

        throw new ContentionException($"Store {message.StoreId}: a wake-up", EventProcessor.MaxAttempts);
    }

    /// <summary>One look. False: the record changed; look again.</summary>
    private async ValueTask<bool> TryLookAsync(StoreContext store, string key, CancellationToken cancel)
    {
        var read = await store.Customers.ReadHeadAsync(key, cancel);
        if (read.Head is not Head.Live { State: var state }) { return read.Head is null or Head.Tombstone; }

        var now = clock.GetUtcNow();
        if (Planner.OpenClaim(state) is var (sendId, claim) && claim.LeaseUntil <= now)
        {
            await LookUpAsync(store, key, sendId, claim, cancel);
            return false; // The record is another now: plan with it.
        }

        var plan = await PlanAsync(store, state, now, cancel);
        if (plan.Untold.Count > 0) { await untold.TellAsync(store, key, cancel); }

        if (plan.Send is { } order) { return await TrySendAsync(store, read, plan, order, now, cancel); }

        if (plan.Ledger.Count > 0 || plan.WakeAt != state.NextWakeAt)
        {
            return await wakes.TrySaveAsync(store, plan, read, cancel);
        }

        // Nothing changed, and still the row and the look: a wake-up that came early has used up its row.
        await wakes.RepeatAsync(store, key, plan.WakeAt, cancel);
        return true;
    }

    /// <summary>
    /// What would leave about products is planned again with what the products are now: a price that is up again, or a
    /// shelf that is empty, is a decision and not an accident of the last look.
    /// </summary>
    private async ValueTask<Plan> PlanAsync(StoreContext store, CustomerState state, DateTimeOffset now,
        CancellationToken cancel)
    {
        var around = await surroundings.ReadAsync(store, state, now, cancel);
        var plan = Planner.Make(state, around);
        while (plan.Send is { } order && order.Subject.Variants().Where(v => !around.Offers.ContainsKey(v)).ToList()
            is [_, ..] unread)
        {
            foreach (var key in unread)
            {
                Offer? offer = null;
                if (await store.Products.FindAsync(key, cancel) is var (product, variant))
                {
                    offer = variant.OfferOf(product);
                    state = DropFacts.Rechecked(state, product, variant);
                }

                around = around with { Offers = around.Offers.SetItem(key, offer) };
            }

            plan = Planner.Make(state, around);
        }

        return plan;
    }

    private async ValueTask<bool> TrySendAsync(
        StoreContext store, HeadRead read, Plan plan, SendOrder order, DateTimeOffset now, CancellationToken cancel)
    {
        var composed = await composer.ComposeAsync(store, plan.State, order, now, cancel); // P3.2: render first.
        composed = await WithinBudgetAsync(store, composed, now, cancel);
        if (composed is Composed.Ready { Message: var next }
            && await Pace.TryTakeAsync(store, order.Channel, TokensOf(next), plan.State.Key, now, cancel) is { } until)
        {
            return await WaitAsync(store, read, order.Channel, until, now, cancel);
        }

        var ready = composed as Composed.Ready;
        var claim = Claim(store, order, clock.GetUtcNow()) // The lease is for the call: what came before it is over.
            with { Coupon = ready?.Coupon };
        var no = (composed as Composed.Impossible)?.Why;
        var entry = no is null ? claim : claim with { Status = SendStatus.Failed, Why = WhyOf(no) };
        var claimed = plan with
        {
            State = CustomerEvolution.Record(plan.State, order.SendId, entry) with { NextWakeAt = claim.LeaseUntil },
            WakeAt = claim.LeaseUntil,
            Ledger = ready is not null ? plan.Ledger
                : [.. plan.Ledger.Where(l => l.Entry.Kind != "send"), Sends.Outcome(entry, now)],
        };
        // P3.3–4: due row, then the claim.
        if (!await wakes.TrySaveAsync(store, claimed, read, cancel)) { return false; }

        if (ready is null) { return true; }

        if (await ObjectionAsync(store, plan.State.Key, order, cancel) is { } objection) // P3.5
        {
            await RecordAsync(store, plan.State.Key, order, claim with
            {
                Status = SendStatus.Failed, Why = objection,
            }, now, cancel);
            return true;
        }

        var said = await channel.SendAsync(ready.Message, cancel); // P3.6
        await RecordAsync(store, plan.State.Key, order, Answer(claim, said), now, cancel); // P3.7
        if (said is SendResult.Refused refused)
        {
            await refusals.FollowAsync(store, order.Channel, claim.ContactHash, refused, cancel);
        }

        return true;
    }

    /// <summary>Records the answer, and what must follow it.</summary>
    private async ValueTask RecordAsync(
        StoreContext store, string key, SendOrder order, SendEntry answer, DateTimeOffset now, CancellationToken cancel)
    {
        await sends.RecordAsync(store, key, order.SendId, answer, cancel);
        if (answer.Status == SendStatus.Failed)
        {
            await Budget.ReleaseAsync(store, order.Channel, order.SendId, now, cancel);
            return;
        }

        await followUps.BeginAsync(store, order.SendId, answer.Status == SendStatus.Sent, cancel);
        if (order.Channel == Channel.Email && store.Store.Email.Provider != EmailSettings.Default.Provider)
        {
            await complaints.SentAsync(store, order.Automation, cancel);
        }
    }

    private static int TokensOf(OutgoingMessage message) =>
        message.Content is MessageContent.Sms text ? text.Segments : 1;

    /// <summary>The sender is busy: planned again with that, it waits while it is fresh, or says why not.</summary>
    private async ValueTask<bool> WaitAsync(
        StoreContext store, HeadRead read, Channel channel, DateTimeOffset until, DateTimeOffset now,
        CancellationToken cancel)
    {
        var state = ((Head.Live)read.Head!).State;
        var around = await surroundings.ReadAsync(store, state, now, cancel);
        var plan = Planner.Make(state, around with { PacedUntil = around.PacedUntil.SetItem(channel, until) });
        return await wakes.TrySaveAsync(store, plan, read, cancel);
    }

    /// <summary>
    /// A text reserves its segments, a mail itself, before it is claimed; nothing is claimed that the budget does not
    /// allow.
    /// </summary>
    private static async ValueTask<Composed> WithinBudgetAsync(StoreContext store, Composed composed,
        DateTimeOffset now,
        CancellationToken cancel) =>
        composed is Composed.Ready { Message: var message }
            && !await Budget.TryReserveAsync(store, message.Channel, message.SendId, TokensOf(message), now, cancel)
            ? new Composed.Impossible(message.Channel == Channel.Sms
                ? new Reason(ReasonCode.SmsBudgetSpent, "The month's budget for texts does not allow this one.")
                : new Reason(ReasonCode.MailBudgetSpent, "The month's budget for mails does not allow this one."))
            : composed;

    private static string WhyOf(Reason no) => no.Code == ReasonCode.NotSent ? no.Why : no.Code;

    private static SendEntry Claim(StoreContext store, SendOrder order, DateTimeOffset now) => new()
    {
        Automation = order.Automation,
        Occasion = order.Occasion,
        Also = order.Also.Count == 0 ? null : order.Also,
        Step = order.Step,
        Channel = order.Channel,
        ContactHash = store.Customers.Hash(order.To),
        Status = SendStatus.Claimed,
        ClaimedAt = now,
        LeaseUntil = now + ClaimLease,
    };

    /// <summary>
    /// Reads only, after the claim (R6): what the address said or bought meanwhile, whose the cart is now, what the
    /// products cost, what the store says now. Null when nothing objects.
    /// </summary>
    private async ValueTask<string?> ObjectionAsync(StoreContext store, string key, SendOrder order,
        CancellationToken cancel)
    {
        key = await merges.ResolveAsync(store, key, cancel);
        var read = await store.Customers.ReadHeadAsync(key, cancel);
        if (read.Head is not Head.Live { State: var state }) { return ReasonCode.CartMoved; }

        var contacts = await store.Customers.ReadContactsAsync(CartFacts.ContactsOf(state).Append(order.To)
            .Distinct(), cancel);
        var record = contacts.GetValueOrDefault(order.To);
        if (Suppression.Of(record, order.Purpose) is { } suppressed) { return suppressed; }

        if (order.Subject.Bought(state, contacts, store.Store)) { return ReasonCode.AlreadyBought; }

        if (order.Subject is Subject.Cart cart && !await IsOwnerAsync(store, key, cart.View, cancel))
        {
            return ReasonCode.CartMoved;
        }

        foreach (var variant in order.Subject.Variants())
        {
            var offer = await store.Products.OfferAsync(variant, cancel);
            if (order.Subject.Objection(variant, offer, clock.GetUtcNow()) is { } objection) { return objection; }
        }

        var newest = (await stores.FindAsync(store.Store.Id, cancel))?.Store;
        return newest is not { IsActive: true } || newest.ModeOf(order.Automation) != AutomationMode.Live
            ? ReasonCode.StoreInactive
            : (newest.Stopped(order.Automation) ?? newest.Stopped(Store.HoldOf(order.Channel)) ?? newest.NoPlan)?.Code;
    }

    /// <summary>
    /// A token that was erased, or leads to somebody else by now, is not this customer's to speak of.
    /// </summary>
    private async ValueTask<bool> IsOwnerAsync(StoreContext store, string key, CartView view, CancellationToken cancel)
    {
        foreach (var token in view.Keys)
        {
            if (!Alias.TryParseStored(token, out var alias)) { continue; }

            var row = (await store.Customers.ReadAliasAsync(store.Customers.Hash(alias), cancel)).Row;
            if (row is null) { continue; }

            var owner = await merges.ResolveAsync(store, row.Root, cancel);
            if (owner != key && owner != await merges.ResolveAsync(store, key, cancel)) { return false; }
        }

        return true;
    }

    private static SendEntry Answer(SendEntry claim, SendResult result) => result switch
    {
        SendResult.Accepted accepted => claim with { Status = SendStatus.Sent, VendorId = accepted.VendorId },
        SendResult.Refused refused => claim with { Status = SendStatus.Failed, Why = refused.Reason },
        SendResult.Unknown unknown => claim with { Status = SendStatus.Unknown, Why = unknown.Reason },
        _ => throw new System.Diagnostics.UnreachableException(result.ToString()),
    };

    /// <summary>
    /// The lease is over and nobody recorded an answer: the vendor may know the send; else it is unknown, for ever.
    /// </summary>
    private async ValueTask LookUpAsync(StoreContext store, string key, string sendId, SendEntry claim,
        CancellationToken cancel)
    {
        var to = await sends.AddressAsync(store, key, claim.ContactHash, cancel);
        var sent = new SentMessage(store.Store.Id, sendId, claim.Channel, claim.Automation, claim.ClaimedAt)
        {
            To = to?.Address, Token = ShortLinks.CodeOf(store, sendId, claim.Channel),
        };
        var answer = await channel.FindAsync(sent, cancel) is { } found
            ? claim with { Status = SendStatus.Sent, VendorId = found.VendorId }
            : claim with { Status = SendStatus.Unknown, Why = "No answer was recorded; the vendor does not know it." };
        // Whoever asked the vendor did not live to tell.
        if (answer.Status == SendStatus.Sent)
        {
            Signals.Sent(null, claim.Automation, Store.HoldOf(claim.Channel));
        }
        else { Signals.Unknown(null, Store.HoldOf(claim.Channel)); }

        await sends.RecordAsync(store, key, sendId, answer, cancel);
        await followUps.BeginAsync(store, sendId, answer.Status == SendStatus.Sent, cancel);
    }
}
