using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Automations.Replenishment;

namespace StoreConnector.Core.Insights;

/// <summary>Counts what a replay finds.</summary>
internal sealed class ReplayTally(ReplaySetting setting)
{
    private readonly List<ReplayOccasion> counted = [];
    private readonly List<ReplayedSend> firsts = [];
    private readonly Dictionary<string, int> messages = [];
    private readonly Dictionary<(string Automation, string Code), string> examples = [];

    /// <summary>What is told of, each once.</summary>
    public IEnumerable<ReplayOccasion> Counted => counted.Where(o => o.Counts);

    /// <summary>The first messages of each automation.</summary>
    public IReadOnlyList<ReplayedSend> Firsts => firsts;

    /// <summary>It is told of from now on.</summary>
    public void Count(ReplayOccasion occasion)
    {
        if (occasion.Counts) { return; }

        occasion.Counts = true;
        counted.Add(occasion);
    }

    /// <summary>Keeps the first sentence of each reason.</summary>
    public void Explain(LedgerLine line) =>
        examples.TryAdd((line.Entry.Automation, line.Entry.Code), line.Why);

    /// <summary>A message would have left.</summary>
    public void Send(ReplayedSend send)
    {
        var automation = send.Order.Automation;
        messages[automation] = messages.GetValueOrDefault(automation) + 1;
        if (messages[automation] <= Replay.MaxFirsts) { firsts.Add(send); }

        setting.OnSend?.Invoke(send);
    }

    public CartFigures Carts()
    {
        var all = Of(AbandonedCart.Name);
        return new()
        {
            Left = all.Count,
            BoughtAnyway = all.Count(o => o.WasBought),
            Reachable = all.Count(o => o.IsReachable),
            WouldRemind = all.Count(o => o.HadMessage),
            Messages = messages.GetValueOrDefault(AbandonedCart.Name),
            ByReason = Reasons(all),
        };
    }

    public DropFigures Drops()
    {
        var all = Of(PriceDrop.Name);
        return new()
        {
            Drops = all.Count,
            WouldTell = all.Count(o => o.HadMessage),
            Messages = messages.GetValueOrDefault(PriceDrop.Name),
            ByReason = Reasons(all),
        };
    }

    public ReorderFigures Reorders()
    {
        var all = Of(Replenishment.Name);
        return new()
        {
            Due = all.Count,
            BoughtAnyway = all.Count(o => o.WasBought),
            WouldRemind = all.Count(o => o.HadMessage),
            Messages = messages.GetValueOrDefault(Replenishment.Name),
            ByReason = Reasons(all),
        };
    }

    private List<ReplayOccasion> Of(string automation) => [.. Counted.Where(o => o.Automation == automation)];

    private List<ReasonCount> Reasons(List<ReplayOccasion> all) => [.. all.Where(o => !o.HadMessage)
        .GroupBy(o => o.Code ?? ReasonCode.StepNotDue)
        .Select(g => new ReasonCount(g.Key, examples.GetValueOrDefault((g.First().Automation, g.Key), ""), g.Count()))
        .OrderByDescending(r => r.Count).ThenBy(r => r.Reason, StringComparer.Ordinal)];
}
