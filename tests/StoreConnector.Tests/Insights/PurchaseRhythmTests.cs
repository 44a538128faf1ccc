using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Events;
using StoreConnector.Core.Insights;
using static StoreConnector.Tests.Insights.Buying;

namespace StoreConnector.Tests.Insights;

public sealed class PurchaseRhythmTests
{
    [Fact]
    public void Five_purchases_every_27_days_are_a_rhythm_of_27_days()
    {
        var rhythm = Every(27, 5);
        Assert.Equal((5, 4, 27), (rhythm.Times, rhythm.Gaps, Math.Round(rhythm.TypicalDays!.Value, 2)));
        Assert.Equal(4 * Math.Log(27), rhythm.Logs, 1e-3);
        Assert.Equal(1 + 0.7 + 0.49 + 0.343, rhythm.RecentGaps, 1e-12);
        Assert.Equal(rhythm.RecentGaps * Math.Log(27), rhythm.RecentLogs, 1e-3);
        Assert.Equal(4 * Math.Log(27) * Math.Log(27), rhythm.SquaredLogs, 1e-3);
    }

    [Fact]
    public void Adding_one_by_one_equals_all_at_once_in_any_order() => Prop.ForAll(Histories, history =>
    {
        var added = PurchaseRhythm.Begin(history[0].At, history[0].Quantity);
        foreach (var (at, quantity) in history.Skip(1)) { added = added.Add(at, quantity); }

        Assert.Equal(added, PurchaseRhythm.Of(history));
        Assert.Equal(added, PurchaseRhythm.Of(history.Reverse()));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Purchases_of_one_day_are_one_with_all_its_pieces()
    {
        var rhythm = PurchaseRhythm.Begin(Day(0), 1).Add(Day(10), 2).Add(Day(10).AddHours(9), 3);
        Assert.Equal((2, 5, Day(10).AddHours(9)), (rhythm.Times, rhythm.LastQuantity, rhythm.LastAt));
    }

    [Fact]
    public void Minutes_around_midnight_are_a_gap_of_a_day() =>
        Assert.Equal(1, PurchaseRhythm.Begin(Day(1).AddMinutes(-1), 1).Add(Day(1).AddMinutes(1), 1).TypicalDays);

    [Fact]
    public void The_same_instant_elsewhere_in_the_world_is_the_same_day() => Assert.Equal(
        PurchaseRhythm.Begin(Day(3), 1), PurchaseRhythm.Begin(Day(3).ToOffset(TimeSpan.FromHours(-7)), 1));

    [Fact]
    public void An_earlier_purchase_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => Every(27, 5).Add(Day(27 * 4).AddSeconds(-1), 1));

    [Fact]
    public void Without_purchases_there_is_no_rhythm() => Assert.Throws<ArgumentException>(() => PurchaseRhythm.Of([]));

    [Fact]
    public void Quantities_stay_within_their_limits()
    {
        Assert.Equal(1, PurchaseRhythm.Begin(Day(0), -5).LastQuantity);
        Assert.Equal(PurchaseRhythm.MaxQuantity,
            PurchaseRhythm.Begin(Day(0), int.MaxValue).Add(Day(0), int.MaxValue).LastQuantity);
    }

    [Fact]
    public void It_is_read_as_it_was_written() => Prop.ForAll(Histories, history =>
    {
        var rhythm = PurchaseRhythm.Of(history);
        var json = JsonSerializer.Serialize(rhythm, EventJson.Options);
        Assert.InRange(json.Length, 30, 110);
        Assert.Equal(rhythm, JsonSerializer.Deserialize<PurchaseRhythm>(json, EventJson.Options));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void It_is_written_in_short()
    {
        Assert.Equal("""{"k":1,"f":1767225600,"l":1767225600,"q":1}""", JsonSerializer.Serialize(Every(27, 1)));
        Assert.Equal("""{"k":3,"f":1767225600,"l":1771891200,"q":1,"s":5.6029,"g":6.5916,"v":21.725}""",
            JsonSerializer.Serialize(Every(27, 3)));
    }

    [Fact]
    public void Two_records_of_one_person_join_the_same_either_way() => Prop.ForAll(Histories, Histories, (a, b) =>
    {
        var (x, y) = (PurchaseRhythm.Of(a), PurchaseRhythm.Of(b));
        var joined = PurchaseRhythm.Combine(x, y);
        Assert.Equal(joined, PurchaseRhythm.Combine(y, x));
        var truth = PurchaseRhythm.Of([.. a, .. b]);
        Assert.Equal((truth.FirstAt, truth.LastAt), (joined.FirstAt, joined.LastAt));
        Assert.InRange(joined.Times, Math.Max(x.Times, y.Times), x.Times + y.Times);
        Assert.InRange(joined.Logs, 0, joined.Gaps * Math.Log(Math.Max(1, (joined.LastAt - joined.FirstAt).TotalDays + 1)));
        Assert.True(double.IsFinite(joined.RecentLogs + joined.SquaredLogs));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    public void Records_that_follow_one_another_join_exactly(int gap) => Prop.ForAll(Histories, Histories, (a, b) =>
    {
        var shift = a[^1].At.UtcDateTime.Date.AddDays(gap) - b[0].At.UtcDateTime.Date;
        var late = b.Select(p => (At: p.At + shift, p.Quantity)).ToArray();
        var (joined, truth) = (PurchaseRhythm.Combine(PurchaseRhythm.Of(a), PurchaseRhythm.Of(late)),
            PurchaseRhythm.Of([.. a, .. late]));
        Assert.Equal(truth.Times, joined.Times);
        Assert.Equal(truth.Logs, joined.Logs, 1e-2);
        Assert.Equal(truth.RecentLogs, joined.RecentLogs, 1e-2);
        Assert.Equal(truth.SquaredLogs, joined.SquaredLogs, 1e-2);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Records_that_interleave_keep_count_and_mean_gap()
    {
        var joined = PurchaseRhythm.Combine(Every(30, 10), Every(30, 10, from: 15));
        Assert.Equal(20, joined.Times);
        Assert.Equal(15, joined.TypicalDays!.Value, 0.01);
    }
}
