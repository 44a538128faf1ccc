using System.Globalization;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>
/// Goes round the WooCommerce sites: every five minutes each one's webhooks are looked at, and mended where one is not
/// active, and what they did not bring is fetched. Sites are spread over the minutes; over all copies of the service
/// one asks for the rounds of a minute, and each runs as a message. A site that fails is left alone for longer and
/// longer.
/// </summary>
internal sealed class WooRounds(
    IStoreDirectory stores, WooKeys keys, PassingRows passing, Imports imports, WooCheck check,
    WooSubscriptions subscriptions, WooSync sync, WooSweeps sweeps, IQueue queue, TimeProvider clock)
    : IImportHandler, ISweeper
{
    /// <summary>Minutes between two rounds of a site.</summary>
    public const int Minutes = 5;

    /// <summary>The longest time a failing site is left alone.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    /// <summary>After so many rounds in vain what the site breaks on is left out, and the merchant is told.</summary>
    public const int Often = 4;

    /// <summary>After that nobody waits any more for a round that does not end.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan TurnKept = TimeSpan.FromHours(1);

    private const string Turn = "woo-rounds", AtOnce = "at-once";

    /// <inheritdoc/>
    public string Import => "woo-round";

    /// <summary>
    /// A site was connected, or again: its webhooks are made, its history is taken over if it never was, and what was
    /// missed meanwhile is fetched.
    /// </summary>
    public async ValueTask BeginAsync(string storeId, CancellationToken cancel)
    {
        await check.AskAsync(storeId, cancel);
        var before = await imports.ListAsync(storeId, cancel);
        if (before.Count == 0) { await imports.BeginAsync(storeId, cancel); }

        foreach (var failed in before.Where(i => i.Status == ImportStatus.Failed))
        {
            await imports.ResumeAsync(storeId, failed.Kind, cancel);
        }

        await AskAsync(storeId, AtOnce, cancel);
    }

    /// <summary>
    /// Each minute: asks for the rounds of the sites whose minute it is, and of those that were missed.
    /// </summary>
    public async Task SweepAsync(CancellationToken cancel)
    {
        var all = await stores.ActiveAsync(Platform.WooCommerce, cancel);
        if (all.Count == 0) { return; }

        var now = clock.GetUtcNow();
        var minute = now.ToUnixTimeSeconds() / 60;
        var row = await passing.FindAsync(PassingRows.Turns, Turn, cancel);
        var last = row is not null && long.TryParse(row.Value, CultureInfo.InvariantCulture, out var at)
            && at <= minute ? Math.Max(at, minute - Minutes) : minute - Minutes;
        if (last == minute || !await passing.TryWriteAsync(PassingRows.Turns, Turn,
            minute.ToString(CultureInfo.InvariantCulture), now + TurnKept, row?.ETag, cancel)) { return; }

        foreach (var store in all.Select(s => s.Store.Id))
        {
            var isDue = Enumerable.Range(1, (int)(minute - last)).Any(m => (last + m) % Minutes == MinuteOf(store));
            if (isDue && await keys.FindAsync(store, cancel) is { Key: not null })
            {
                await AskAsync(store, "", cancel);
            }
        }
    }

    /// <inheritdoc/>
    public async Task HandleAsync(ImportMessage message, CancellationToken cancel)
    {
        if (await stores.FindAsync(message.StoreId, cancel) is not { Store: { IsActive: true,
            Platform: Platform.WooCommerce } } store) { return; }

        var (now, isAtOnce) = (clock.GetUtcNow(), message.After == AtOnce);
        var (state, etag) = await WooSyncState.ReadAsync(store, cancel);
        if (!isAtOnce && (state.NotBefore > now || state.BegunAt > now - Longest)) { return; }

        state = state with { BegunAt = now };
        if (!await state.TryWriteAsync(store, etag, cancel)) { return; } // Another one's round.

        (_, etag) = await WooSyncState.ReadAsync(store, cancel);
        var next = await RunAsync(store, state, isAtOnce, cancel);
        await next.TryWriteAsync(store, etag, cancel);
    }

    private async ValueTask<WooSyncState> RunAsync(
        StoreContext store, WooSyncState state, bool isAtOnce, CancellationToken cancel)
    {
        var (isMended, why) = await MendAsync(store, cancel);
        if (why is not null) { return Failed(state, why); }

        // What came just before a webhook was mended has none on the way.
        var manner = new WooManner(!isMended && !isAtOnce, state.Failures >= Often);
        var (next, problem) = await FollowAsync(store, state, manner, cancel);
        return problem is not null ? Failed(next, WooSubscriptions.WhyNot(problem))
            : next with { At = clock.GetUtcNow(), Failures = 0, NotBefore = null, Why = null };
    }

    /// <summary>Sees to the webhooks.</summary>
    /// <returns>Whether something was amiss; why nothing may be read, or can.</returns>
    private async ValueTask<(bool IsMended, string? Why)> MendAsync(StoreContext store, CancellationToken cancel)
    {
        var found = await WooCheck.ReadAsync(store, cancel);
        if (found is not { IsElsewhere: true })
        {
            var (areWell, why) = await subscriptions.LookAsync(store, found?.HasCompanion ?? false, cancel);
            if (areWell is not false) { return (false, why); }
        }

        found = await check.LookAsync(store, cancel);
        return (true, found.IsElsewhere || found.HasCompanion is null ? found.Why : null);
    }

    /// <summary>One after the other; what the site refuses or breaks on keeps the others from nothing.</summary>
    private async ValueTask<(WooSyncState State, WooAnswer? Problem)> FollowAsync(
        StoreContext store, WooSyncState state, WooManner manner, CancellationToken cancel)
    {
        var (orders, first) = await sync.FollowAsync(
            store, WooRows.Orders, state.Orders, state.At, manner, cancel);
        state = state with { Orders = orders };
        if (IsEnd(first)) { return (state, first); }

        (var products, var problem) = await sync.FollowAsync(
            store, WooRows.Products, state.Products, state.At, manner, cancel);
        (state, first) = (state with { Products = products }, first ?? problem);
        if (IsEnd(problem)) { return (state, first); }

        (var people, problem) = await sync.FollowAsync(store, state.Customers, manner.IsPatient, cancel);
        (state, first) = (state with { Customers = people }, first ?? problem);
        if (first is not null) { return (state, first); }

        return await SearchAsync(store, state, cancel);
    }

    private static bool IsEnd(WooAnswer? problem) => problem is not (null or WooAnswer.Refused
        or WooAnswer.Broken { Kind: WooTrouble.Failing or WooTrouble.NotJson });

    /// <summary>Looks for what was deleted.</summary>
    private async ValueTask<(WooSyncState State, WooAnswer? Problem)> SearchAsync(
        StoreContext store, WooSyncState state, CancellationToken cancel)
    {
        if (state is not { Orders: { } orders, Products: { } products }) { return (state, null); }

        (var sweep, var tally, var problem) = await sweeps.SearchAsync(
            store, WooRows.Orders, state.OrderIds, orders.Tally, cancel);
        state = state with { OrderIds = sweep, Orders = orders with { Tally = tally } };
        if (problem is not null) { return (state, problem); }

        (sweep, tally, problem) = await sweeps.SearchAsync(
            store, WooRows.Products, state.ProductIds, products.Tally, cancel);
        return (state with { ProductIds = sweep, Products = products with { Tally = tally } }, problem);
    }

    private WooSyncState Failed(WooSyncState state, string why)
    {
        var rest = TimeSpan.FromMinutes(Minutes - 1) * Math.Pow(2, Math.Min(state.Failures, 10));
        return state with
        {
            Failures = state.Failures + 1, Why = why,
            NotBefore = clock.GetUtcNow() + (rest < LongestRest ? rest : LongestRest),
        };
    }

    private static int MinuteOf(string storeId) => storeId.Aggregate(0, (sum, c) => (sum + c) % Minutes);

    private ValueTask AskAsync(string storeId, string when, CancellationToken cancel) =>
        queue.SendAsync([new(Queues.Write(new ImportMessage(1, storeId, Import, when)))], cancel);
}
