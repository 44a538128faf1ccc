using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms.Shopify;

/// <summary>
/// Reads consents. Only these two topics are consent: <c>buyer_accepts_marketing</c> and its like in carts and orders
/// say what a person was about to do, and come with no proof.
/// </summary>
internal static class ShopifyConsents
{
    /// <summary>The consent of a phone number.</summary>
    public static Parsed ReadSms(Payload body, Delivery delivery, Phones phones)
    {
        if (body["id"].Id is not (> 0 and var account) || !body["sms_marketing_consent"].IsPresent)
        {
            return new Parsed.Unreadable("the consent has no customer or no state");
        }

        var own = phones.Read(body["phone"]);
        var who = new Mentions().Account(account).Phone(own);
        return own is { } number
            ? Read(body["sms_marketing_consent"], Contact.Of(number), who, delivery)
            : new Parsed.Ignored("a consent for text messages without a number");
    }

    /// <summary>The consent of an e-mail address. Its keys are named otherwise than those of text messages.</summary>
    public static Parsed ReadEmail(Payload body, Delivery delivery)
    {
        if (body["customer_id"].Id is not (> 0 and var account) || !body["email_marketing_consent"].IsPresent)
        {
            return new Parsed.Unreadable("the consent has no customer or no state");
        }

        var own = ShopifyPeople.Email(body["email_address"]);
        var who = new Mentions().Account(account).Own(own);
        return own is not null
            ? Read(body["email_marketing_consent"], Contact.Of(own), who, delivery)
            : new Parsed.Ignored("a consent for e-mail without an address");
    }

    private static Parsed Read(Payload consent, Contact contact, Mentions who, Delivery delivery)
    {
        if (State(consent["state"]) is not { } state)
        {
            return new Parsed.Unreadable("the consent has a state that we do not know"); // Never guess a permission.
        }

        var at = consent["consent_updated_at"].Time ?? delivery.When();
        var source = Wording.Cut(consent["consent_collected_from"].Text?.ToLowerInvariant(), Wording.MaxSource);
        return delivery.One(at, who, new ConsentChanged(
            contact, state, Level(consent["opt_in_level"]), at, source ?? "shopify", null));
    }

    /// <summary>
    /// <c>redacted</c> is an erased person and <c>invalid</c> an address that cannot receive: neither is a refusal in
    /// words, but after both nothing may be sent until a new yes, and that is what withdrawn means here.
    /// </summary>
    private static ConsentState? State(Payload state) => state.Text?.ToLowerInvariant() switch
    {
        null or "not_subscribed" or "never_subscribed" => ConsentState.None, // the word of webhooks, and of 2026-10
        "pending" => ConsentState.Pending,
        "subscribed" => ConsentState.Given,
        "unsubscribed" or "redacted" or "invalid" => ConsentState.Withdrawn,
        _ => null,
    };

    private static OptInLevel Level(Payload level) => level.Text?.ToLowerInvariant() switch
    {
        "single_opt_in" => OptInLevel.Single,
        "confirmed_opt_in" => OptInLevel.Double,
        _ => OptInLevel.Unknown,
    };
}
