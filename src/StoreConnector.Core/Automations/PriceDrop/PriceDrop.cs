using StoreConnector.Core.Guards;
using static System.FormattableString;

namespace StoreConnector.Core.Automations.PriceDrop;

/// <summary>
/// Growth: something that somebody looked at, carted or began to buy costs less than the price they saw. One message
/// tells all drops of a person; what it claims is true when it leaves.
/// </summary>
public static class PriceDrop
{
    /// <summary>The automation's name in routes, settings and the ledger.</summary>
    public const string Name = "price-drop";

    /// <summary>The most drops of one message.</summary>
    public const int MaxDrops = 5;

    /// <summary>The verdict. The same facts give the same verdict, for ever.</summary>
    public static Decision Decide(PriceDropFacts facts) =>
        StoreAndMode(facts) ?? AlreadyBought(facts) ?? NoDrop(facts) ?? MayWrite(facts);

    private static Decision.Skip? StoreAndMode(PriceDropFacts f) =>
        !f.StoreActive ? Skip(ReasonCode.StoreInactive, "The store has taken StoreConnector away.")
        : f.Settings.Mode == AutomationMode.Off
            ? Skip(ReasonCode.AutomationOff, "The merchant has switched price drops off.")
        : f.Stopped is { } stopped ? new Decision.Skip(stopped)
        : null;

    /// <summary>Nobody wants to hear that what they just bought costs less.</summary>
    private static Decision.Skip? AlreadyBought(PriceDropFacts f) =>
        f.BoughtAt is { } at && (at >= f.InterestedAt || at > f.Now - f.Settings.Interest)
            ? Skip(ReasonCode.AlreadyBought, Invariant($"The product was bought on {at:yyyy-MM-dd HH:mm} UTC."))
        : null;

    private static Decision.Skip? NoDrop(PriceDropFacts f) =>
        f.Steps.Count > 0 ? Skip(ReasonCode.SeriesDone, "This drop has had its message.")
        : f.InterestedAt is not { } interested || interested < f.Now - f.Settings.Interest
            ? Skip(ReasonCode.InterestFaded, "It is too long ago that the person showed interest.")
        : f.Price is null ? Skip(ReasonCode.NoPrice, "It has no price now, or is no longer sold.")
        : f.Seen is null || f.SeenAt is null
            ? Skip(ReasonCode.NoPriceSeen, "It is not known what price the person saw.")
        : f.Seen.Currency != f.Price.Currency ? Skip(ReasonCode.CurrencyDiffers,
            $"The person saw a price in {f.Seen.Currency}, and it costs {f.Price.Currency} now.")
        : f.IsOver || f.EndsAt <= f.Now || f.Price.Amount >= f.Seen.Amount || !(f.Since > f.SeenAt)
            ? Skip(ReasonCode.PriceRose, "It does not cost less than what the person saw any more.")
        : TooSmall(f);

    private static Decision.Skip? TooSmall(PriceDropFacts f)
    {
        var drop = f.Seen!.Amount - f.Price!.Amount;
        var percent = f.Seen.Amount * f.Settings.MinPercent / 100;
        var money = f.MedianOrder is { } median && median.Currency == f.Price.Currency
            ? median.Amount * f.Settings.MinPercentOfOrder / 100 : 0;
        return drop >= percent && drop >= money ? null : Skip(ReasonCode.DropTooSmall, Invariant(
            $"It fell by {drop:0.##} {f.Price.Currency}; a message needs {Math.Max(percent, money):0.##}."));
    }

    private static Decision MayWrite(PriceDropFacts f) =>
        f.Recipient.Choose(mayText: true) is var (way, closed) && closed is not null ? new Decision.Skip(closed)
        : f.Now > f.Since + f.Settings.Freshness
            ? Skip(ReasonCode.TooLate, "The drop is no news any more.", 1)
        : !f.InStock ? Skip(ReasonCode.OutOfStock, "It costs less, and is sold out.", 1)
        : Held(f, way!) ?? Leave(f, way!);

    private static Decision? Held(PriceDropFacts f, ChannelFacts way)
    {
        var paced = f.LastMessageAt + f.Settings.BetweenMessages;
        var again = f.LastAboutThisAt + f.Settings.BetweenSameVariant;
        (DateTimeOffset Until, Reason Reason)? pace =
            again > f.Now && !(paced > again) ? (again.Value, new(ReasonCode.Paced,
                "A message about this left a short while ago."))
            : paced > f.Now ? (paced.Value, new(ReasonCode.Paced, "A message about a drop left a short while ago."))
            : null;
        var held = way.HeldBack(f.Now);
        var latest = pace is null || held?.Until > pace.Value.Until ? held : pace;
        if (latest is not { } hold) { return null; }

        var ends = new[] { f.Since!.Value + f.Settings.Freshness, f.EndsAt ?? DateTimeOffset.MaxValue }.Min();
        return hold.Until <= ends ? new Decision.Wait(hold.Until, hold.Reason, 1)
            : new Decision.Skip(hold.Reason with { Why = hold.Reason.Why + " Later it would be no news." }, 1);
    }

    private static Decision Leave(PriceDropFacts f, ChannelFacts way)
    {
        var drop = Invariant($"It costs {f.Price!.Amount:0.##} {f.Price.Currency} instead of {f.Seen!.Amount:0.##}");
        return f.Settings.Mode == AutomationMode.Shadow
            ? Skip(ReasonCode.Shadow, drop + "; price drops only watch, so nothing is sent.", 1)
            : new Decision.Send(1, way.Channel, new(ReasonCode.Due, drop + " when the person looked."));
    }

    private static Decision.Skip Skip(string code, string why, int? step = null) => new(new(code, why), step);
}
