using System.Text.Json.Serialization;

namespace StoreConnector.Core.Values;

/// <summary>How a message leaves.</summary>
public enum Channel
{
    /// <summary>E-mail.</summary>
    Email,

    /// <summary>Text message.</summary>
    Sms,
}

/// <summary>What a store runs on.</summary>
public enum Platform
{
    /// <summary>Shopify.</summary>
    Shopify,

    /// <summary>WooCommerce.</summary>
    WooCommerce,
}

/// <summary>
/// An address that messages go to. Consent, opt-out, bounces and recent sends belong to it, not to a person; it never
/// ties two people together.
/// </summary>
/// <param name="Channel">What it receives.</param>
/// <param name="Address">An e-mail address in lower case, or an E.164 number.</param>
public sealed record Contact(Channel Channel, string Address)
{
    /// <summary>The contact of an e-mail address.</summary>
    public static Contact Of(EmailAddress address) => new(Channel.Email, address.Value);

    /// <summary>The contact of a phone number.</summary>
    public static Contact Of(PhoneNumber number) => new(Channel.Sms, number.E164);

    /// <summary>The one text it is stored and hashed by.</summary>
    [JsonIgnore]
    public string Stored => Channel == Channel.Email ? $"email:{Address}" : $"sms:{Address}";

    /// <summary>The channel alone: addresses stay out of logs.</summary>
    public override string ToString() => Channel.ToString();
}
