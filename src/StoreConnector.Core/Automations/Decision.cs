using StoreConnector.Core.Values;

namespace StoreConnector.Core.Automations;

/// <summary>Why: a code for machines and a sentence for people. Neither holds an address.</summary>
/// <param name="Code">One of <see cref="ReasonCode"/>.</param>
/// <param name="Why">A plain English sentence.</param>
public sealed record Reason(string Code, string Why);

/// <summary>The verdict about one occasion at one instant.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Step">The step it is about, where there is one.</param>
public abstract record Decision(Reason Reason, int? Step)
{
    /// <summary>This step leaves now.</summary>
    /// <param name="TheStep">Which, from 1.</param>
    /// <param name="Channel">How.</param>
    /// <param name="Reason">Why.</param>
    public sealed record Send(int TheStep, Channel Channel, Reason Reason) : Decision(Reason, TheStep);

    /// <summary>Not yet: look again then.</summary>
    /// <param name="Until">When to look again.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Step">The step it is about.</param>
    public sealed record Wait(DateTimeOffset Until, Reason Reason, int? Step) : Decision(Reason, Step);

    /// <summary>No. An event may change that; time alone does not, unless it says when to look again.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Step">The step it is about.</param>
    /// <param name="LookAgainAt">When time may change it, or null.</param>
    public sealed record Skip(Reason Reason, int? Step = null, DateTimeOffset? LookAgainAt = null)
        : Decision(Reason, Step);

    /// <summary><c>send</c>, <c>wait</c> or <c>skip</c>.</summary>
    public string Kind => this switch { Send => "send", Wait => "wait", _ => "skip" };

    /// <summary>When to look again, if time may change it.</summary>
    public DateTimeOffset? NextLook => this switch { Wait w => w.Until, Skip s => s.LookAgainAt, _ => null };
}

/// <summary>The codes of reasons. Others read them: add freely, rename nothing.</summary>
public static class ReasonCode
{
    /// <summary>Send: the step is due and nothing objects.</summary>
    public const string Due = "due";

    /// <summary>Wait: the cart changed a moment ago.</summary>
    public const string CartStillFresh = "cart-still-fresh";

    /// <summary>Wait: the next step's time has not come.</summary>
    public const string StepNotDue = "step-not-due";

    /// <summary>Wait: something was bought a short while ago.</summary>
    public const string RecentPurchase = "recent-purchase";

    /// <summary>Wait or skip: enough messages lately.</summary>
    public const string Capped = "capped";

    /// <summary>Wait or skip: another cart's reminder left a short while ago.</summary>
    public const string Paced = "paced";

    /// <summary>We stopped the automation: too many called its messages spam.</summary>
    public const string TooManyComplaints = "too-many-complaints";

    /// <summary>Skip: the platform's own reminders, or another sender's, are on.</summary>
    public const string OtherSender = "other-sender";

    /// <summary>The vendor refuses the store's account.</summary>
    public const string SenderRefused = "sender-refused";

    /// <summary>Wait or skip: the store's plan does not run; it goes on by itself when one does.</summary>
    public const string NoPlan = "no-plan";

    /// <summary>Skip: the store took the app away.</summary>
    public const string StoreInactive = "store-inactive";

    /// <summary>Skip: the merchant switched it off.</summary>
    public const string AutomationOff = "automation-off";

    /// <summary>Skip: everything allowed it, and the automation only watches.</summary>
    public const string Shadow = "shadow";

    /// <summary>Skip: bought, here or anywhere.</summary>
    public const string AlreadyBought = "already-bought";

    /// <summary>Skip: there is nothing in it.</summary>
    public const string CartEmpty = "cart-empty";

    /// <summary>Skip: the platform removed it.</summary>
    public const string CartGone = "cart-gone";

    /// <summary>Skip: it is somebody else's now.</summary>
    public const string CartMoved = "cart-moved";

    /// <summary>Skip: a newer cart of the same person is the one to speak of.</summary>
    public const string NewerCart = "newer-cart";

    /// <summary>Skip: no address is known.</summary>
    public const string NoAddress = "no-address";

    /// <summary>Skip: nobody agreed to messages at this address.</summary>
    public const string NoPermission = "no-permission";

    /// <summary>Skip: the address said no.</summary>
    public const string Unsubscribed = "unsubscribed";

    /// <summary>Skip: the address said no to messages of this kind alone.</summary>
    public const string TopicDeclined = "topic-declined";

    /// <summary>Skip: the address does not receive.</summary>
    public const string Bounced = "bounced";

    /// <summary>Skip: a message to it was called spam.</summary>
    public const string Complained = "complained";

    /// <summary>Skip: the store's postal address is missing.</summary>
    public const string NoPostalAddress = "no-postal-address";

    /// <summary>Skip: too late for every step that is left.</summary>
    public const string TooLate = "too-late";

    /// <summary>Skip: every step has been sent or passed.</summary>
    public const string SeriesDone = "series-done";

    /// <summary>Skip: the vendor refused the message, or it could not be made.</summary>
    public const string NotSent = "not-sent";

    /// <summary>Skip: no answer from the vendor; never repeated.</summary>
    public const string OutcomeUnknown = "outcome-unknown";

    /// <summary>Skip: the country takes no marketing texts from abroad, and the store's sender is there.</summary>
    public const string ForeignSender = "foreign-sender";

    /// <summary>Wait or skip: it is outside the hours in which the law lets texts arrive.</summary>
    public const string QuietHours = "quiet-hours";

    /// <summary>Skip: no hour of the coming days suits every place where the person may be.</summary>
    public const string NoWindow = "no-window";

    /// <summary>Wait: of all that could leave now, something else goes first.</summary>
    public const string AnotherFirst = "another-first";

    /// <summary>Skip: the month's budget for texts is spent, or none is set.</summary>
    public const string SmsBudgetSpent = "sms-budget-spent";

    /// <summary>The month's budget for mails allows no more.</summary>
    public const string MailBudgetSpent = "mail-budget-spent";

    /// <summary>Skip: the text does not fit, however it is shortened.</summary>
    public const string TextTooLong = "text-too-long";

    /// <summary>Skip: this cart's text has its turn behind it, or its time has passed.</summary>
    public const string OneTextPerCart = "one-text-per-cart";

    /// <summary>Skip: it does not cost less than what the person saw any more.</summary>
    public const string PriceRose = "price-rose";

    /// <summary>Skip: it fell by too little.</summary>
    public const string DropTooSmall = "drop-too-small";

    /// <summary>Skip: it has no price, or is no longer sold.</summary>
    public const string NoPrice = "no-price";

    /// <summary>Skip: nobody knows what the person saw.</summary>
    public const string NoPriceSeen = "no-price-seen";

    /// <summary>Skip: what the person saw was another currency's.</summary>
    public const string CurrencyDiffers = "currency-differs";

    /// <summary>Skip: the person's interest is too long ago.</summary>
    public const string InterestFaded = "interest-faded";

    /// <summary>Skip: it cannot be bought now.</summary>
    public const string OutOfStock = "out-of-stock";

    /// <summary>Wait: the person asked to be reminded later.</summary>
    public const string PutOff = "put-off";

    /// <summary>Wait: it is not used up yet.</summary>
    public const string NotUsedUp = "not-used-up";

    /// <summary>Skip: nobody buys it again, or too few to know.</summary>
    public const string NotReplenished = "not-replenished";
}
