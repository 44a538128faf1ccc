namespace StoreConnector.Platforms.Shopify.Api;

/// <summary>What a shop said of its budget for our app: a bucket that fills by and by.</summary>
/// <param name="Available">Points that are there.</param>
/// <param name="Most">Points that it holds.</param>
/// <param name="Rate">Points that come back each second.</param>
internal sealed record ThrottleStatus(double Available, double Most, double Rate);

/// <summary>
/// What each shop's budget will be, by what its last answer said: so that many who ask the same shop do not run into
/// its limit one after the other. An estimate: another copy of the service spends from the same budget. Source:
/// shopify.dev, "Rate limits"; the numbers are always the shop's own.
/// </summary>
/// <param name="time">The machine's clock.</param>
internal sealed class ShopBudgets(TimeProvider time)
{
    /// <summary>Shops that are remembered; beyond, the ones asked longest ago are forgotten.</summary>
    public const int MaxShops = 1000;

    /// <summary>What an operation is taken to cost before the first answer said so.</summary>
    private const double UsualCost = 10;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Budget> shops = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, double> costs = new(StringComparer.Ordinal); // by operation: a few dozen

    /// <summary>
    /// How long to wait until the shop has enough for the operation, as far as we know; zero takes it out at once.
    /// </summary>
    public TimeSpan Take(string shop, AdminOperation operation)
    {
        lock (gate)
        {
            if (!shops.TryGetValue(shop, out var budget)) { return TimeSpan.Zero; }

            budget.AskedAt = time.GetTimestamp();
            var (status, cost) = (Now(budget), Math.Min(costs.GetValueOrDefault(operation.Name, UsualCost),
                budget.Status.Most));
            if (Wait(cost, status) is var wait && wait > TimeSpan.Zero) { return wait; }

            (budget.Status, budget.At) = (status with { Available = status.Available - cost }, time.GetTimestamp());
            return TimeSpan.Zero;
        }
    }

    /// <summary>Keeps what an answer said.</summary>
    /// <param name="shop">Whose.</param>
    /// <param name="operation">What was asked.</param>
    /// <param name="cost">What the shop takes before it begins; null when it did not say.</param>
    /// <param name="status">What is left.</param>
    public void Keep(string shop, AdminOperation operation, double? cost, ThrottleStatus status)
    {
        lock (gate)
        {
            if (cost is { } known) { costs[operation.Name] = known; }
            if (!shops.ContainsKey(shop) && shops.Count >= MaxShops)
            {
                shops.Remove(shops.MinBy(s => s.Value.AskedAt).Key);
            }

            var at = time.GetTimestamp();
            shops[shop] = new() { Status = status, At = at, AskedAt = at };
        }
    }

    /// <summary>How long until a bucket holds that much.</summary>
    public static TimeSpan Wait(double cost, ThrottleStatus status) => cost <= status.Available ? TimeSpan.Zero
        : status.Rate > 0 ? TimeSpan.FromSeconds(Math.Min((cost - status.Available) / status.Rate, 3600))
        : TimeSpan.FromHours(1);

    private ThrottleStatus Now(Budget budget) => budget.Status with
    {
        Available = Math.Min(budget.Status.Most, budget.Status.Available
            + (budget.Status.Rate * time.GetElapsedTime(budget.At).TotalSeconds)),
    };

    private sealed class Budget
    {
        public required ThrottleStatus Status { get; set; }

        public required long At { get; set; }

        public required long AskedAt { get; set; }
    }
}
