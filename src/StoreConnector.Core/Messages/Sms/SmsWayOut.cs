namespace StoreConnector.Core.Messages.Sms;

/// <summary>How who gets a text message ends it: the last words of each one.</summary>
public abstract record SmsWayOut
{
    private SmsWayOut()
    {
    }

    /// <summary>
    /// An answer to a number of the United States, whose carriers ask for these words and act on STOP alone.
    /// </summary>
    public sealed record ReplyOptOut : SmsWayOut;

    /// <summary>An answer, wherever else the sender can be answered.</summary>
    public sealed record Reply : SmsWayOut;

    /// <summary>A text to 7726, as the operators of the United Arab Emirates ask.</summary>
    /// <param name="Sender">The registered name, for example <c>AD-RIMAL</c>.</param>
    public sealed record Code(string Sender) : SmsWayOut;

    /// <summary>A link, where nobody can answer.</summary>
    /// <param name="Stop">One per contact.</param>
    public sealed record Link(Uri Stop) : SmsWayOut;

    /// <summary>
    /// The way out that fits. A name cannot be answered, and neither can any sender in Saudi Arabia or Egypt.
    /// </summary>
    /// <param name="country">ISO 3166-1, of the number it goes to; null when it is not known.</param>
    /// <param name="sender">What the message comes from: a number, or a registered name.</param>
    /// <param name="isTwoWay">Whether answers to the sender reach us.</param>
    /// <param name="stop">The link for where they do not.</param>
    public static SmsWayOut For(string? country, string sender, bool isTwoWay, Uri stop) => country switch
    {
        "SA" or "EG" => new Link(stop),
        "AE" when !isTwoWay && sender.Any(char.IsLetter) => new Code(sender),
        _ when !isTwoWay => new Link(stop),
        "US" => new ReplyOptOut(),
        _ => new Reply(),
    };
}
