using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;

namespace StoreConnector.Core.Insights;

/// <summary>The message that an order is credited to.</summary>
/// <param name="SendId">Which message.</param>
/// <param name="Automation">What it belonged to.</param>
/// <param name="Step">Which step, from 1.</param>
/// <param name="At">When its link was followed; by a coupon, when it left.</param>
/// <param name="ByCoupon">Whether its coupon was used; else its link was followed.</param>
public sealed record Credit(string SendId, string Automation, int Step, DateTimeOffset At, bool ByCoupon = false);

/// <summary>
/// Which message an order is credited to: the one whose coupon it was bought with, else the last whose link was
/// followed within <see cref="Window"/> before it. Opens never count. An order is credited once, for the same record
/// always to the same message.
/// </summary>
public static class Attribution
{
    /// <summary>How long after a click an order is its.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(5);

    /// <summary>The message an order is credited to; null when none brought it.</summary>
    public static Credit? Of(CustomerState state, OrderEntry order) =>
        order.Status != OrderStatus.Placed ? null : ByCoupon(state, order) ?? ByClick(state, order);

    private static Credit? ByCoupon(CustomerState state, OrderEntry order) => order.Coupons is not { } coupons ? null
        : state.Sends.Where(s => s.Value.Coupon is { } coupon && coupons.Contains(coupon) && s.Value.Counts()
            && s.Value.ClaimedAt <= order.PlacedAt)
            .OrderByDescending(s => s.Value.ClaimedAt).ThenBy(s => s.Key, StringComparer.Ordinal)
            .Select(s => new Credit(s.Key, s.Value.Automation, s.Value.Step, s.Value.ClaimedAt, true)).FirstOrDefault();

    private static Credit? ByClick(CustomerState state, OrderEntry order) =>
        state.Clicks.Select(c => (c.Key, c.Value, At: Before(c.Value, order.PlacedAt))).Where(c => c.At is not null)
            .OrderByDescending(c => c.At).ThenBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => new Credit(c.Key, c.Value.Automation, c.Value.Step, c.At!.Value)).FirstOrDefault();

    /// <summary>
    /// The last click that is known of no later than an order, and no longer before it than the window.
    /// </summary>
    private static DateTimeOffset? Before(ClickEntry click, DateTimeOffset placedAt)
    {
        var at = click.Last <= placedAt ? click.Last : click.First;
        return at <= placedAt && at >= placedAt - Window ? at : null;
    }
}
