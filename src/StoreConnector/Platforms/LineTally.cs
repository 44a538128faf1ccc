using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms;

/// <summary>Reads what both platforms write alike of a purchase.</summary>
internal static class Purchases
{
    /// <summary>The codes of a list of coupons, each once, in lower case; null when there are none.</summary>
    public static IReadOnlyList<string>? Coupons(this Payload list)
    {
        List<string> codes = [.. list.Items.Select(c => c["code"].Text?.ToLowerInvariant()).OfType<string>()
            .Where(code => code.Length <= Order.MaxCoupon).Distinct().Order(StringComparer.Ordinal)
            .Take(Order.MaxCoupons)];
        return codes.Count == 0 ? null : codes;
    }
}

/// <summary>Keeps the first lines of a purchase and counts and sums over all of them.</summary>
internal sealed class LineTally(int maxLines)
{
    private readonly List<Line> lines = [];
    private long pieces;
    private Money? sum;
    private bool isSumKnown = true;

    /// <summary>At most as many as were asked for.</summary>
    public IReadOnlyList<Line> Lines => lines;

    /// <summary>Pieces over all lines.</summary>
    public int ItemCount => (int)Math.Min(pieces, int.MaxValue);

    /// <summary>The sum over all lines; null when a price is missing or the currencies differ.</summary>
    public Money? Sum => isSumKnown ? sum : null;

    /// <summary>Takes one line in. A line without pieces is none: it was removed.</summary>
    /// <param name="line">The line.</param>
    /// <param name="total">What all its pieces cost.</param>
    public void Add(Line line, Money? total)
    {
        if (line.Quantity < 1) { return; }

        pieces += line.Quantity;
        if (lines.Count < maxLines) { lines.Add(line); }

        if (total is null || (sum is not null && sum.Currency != total.Currency)) { isSumKnown = false; }
        else { sum = total with { Amount = total.Amount + (sum?.Amount ?? 0) }; }
    }

    /// <summary>
    /// What one piece costs when all of them cost <paramref name="total"/>, to the digits the platform wrote, at least
    /// two: a third of ten is 3.33, not a row of threes.
    /// </summary>
    public static Money? Each(Money? total, int quantity)
    {
        if (total is null || quantity < 1) { return null; }
        if (quantity == 1) { return total; }

        var digits = Math.Max((int)total.Amount.Scale, 2);
        return total with { Amount = decimal.Round(total.Amount / quantity, digits, MidpointRounding.AwayFromZero) };
    }
}
