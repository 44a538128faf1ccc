using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;

namespace StoreConnector.Core.Insights;

/// <summary>An order that one of our messages may claim.</summary>
/// <param name="SendId">Which message.</param>
/// <param name="Automation">What it belonged to.</param>
/// <param name="Step">Which step, from 1.</param>
/// <param name="ClickedAt">When its link was followed.</param>
public sealed record Credit(string SendId, string Automation, int Step, DateTimeOffset ClickedAt);

/// <summary>
/// Which message an order is credited to: the last whose link was followed within <see cref="Window"/> before it.
/// Opens never count. An order is credited once, for the same clicks and orders always to the same message.
/// </summary>
public static class Attribution
{
    /// <summary>How long after a click an order is its.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(5);

    /// <summary>The message an order is credited to; null when no click came before it in time.</summary>
    public static Credit? Of(CustomerState state, OrderEntry order)
    {
        if (order.Status != OrderStatus.Placed) { return null; }

        var clicks = state.Clicks.Select(c => (c.Key, c.Value, At: Before(c.Value, order.PlacedAt)))
            .Where(c => c.At is not null).OrderByDescending(c => c.At).ThenBy(c => c.Key, StringComparer.Ordinal);
        return clicks.Select(c => new Credit(c.Key, c.Value.Automation, c.Value.Step, c.At!.Value)).FirstOrDefault();
    }

    /// <summary>
    /// The last click that is known of no later than an order, and no longer before it than the window.
    /// </summary>
    private static DateTimeOffset? Before(ClickEntry click, DateTimeOffset placedAt)
    {
        var at = click.Last <= placedAt ? click.Last : click.First;
        return at <= placedAt && at >= placedAt - Window ? at : null;
    }
}
