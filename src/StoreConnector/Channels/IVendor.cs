using StoreConnector.Core.Values;

namespace StoreConnector.Channels;

/// <summary>
/// Who carries messages of one channel, and what it asks of the merchant. A new one is one file, one line in
/// <see cref="VendorList"/> and a pass through its channel's contract suite.
/// </summary>
internal interface IVendor
{
    /// <summary>As the merchant sets it, for example <c>Twilio</c>.</summary>
    string Name { get; }

    /// <summary>What it carries.</summary>
    Channel Channel { get; }

    /// <summary>What the merchant brings, in the order in which the page asks for it.</summary>
    IReadOnlyList<CredentialField> Credentials { get; }

    /// <summary>
    /// What cannot be about an account as a whole, in a plain sentence: a sender is missing, an address is refused.
    /// Null when messages may leave by it. Asked when settings are saved; calls nobody.
    /// </summary>
    string? Objection(VendorAccount account);

    /// <summary>
    /// Hands the message over. Repeats by itself only what for sure has not been taken: a connection that was never
    /// made, an answer that says "later". An answer that was lost is <see cref="SendResult.Unknown"/>.
    /// </summary>
    ValueTask<SendResult> SendAsync(VendorAccount account, OutgoingMessage message, CancellationToken cancel);

    /// <summary>Looks a message up; null when it cannot be found, which proves nothing.</summary>
    ValueTask<FoundMessage?> FindAsync(VendorAccount account, SentMessage sent, CancellationToken cancel);
}

/// <summary>One thing that an account needs.</summary>
/// <param name="Name">In JSON, for example <c>authToken</c>.</param>
/// <param name="Allowed">What it may be, for people: "34 characters that begin with AC".</param>
/// <param name="IsGood">Whether a trimmed text of at most 2,000 characters can be one.</param>
internal sealed record CredentialField(string Name, string Allowed, Func<string, bool> IsGood)
{
    /// <summary>Whether an account can do without.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>A store's account at a vendor.</summary>
/// <param name="StoreId">Whose it is.</param>
/// <param name="Credentials">By the fields' names. Never logged, never shown.</param>
internal sealed record VendorAccount(string StoreId, IReadOnlyDictionary<string, string> Credentials)
{
    /// <summary>An e-mail address; a number in E.164 form or a sender name; null when not set.</summary>
    public string? From { get; init; }

    /// <summary>The name beside an e-mail's sender: the store's, as shoppers know it.</summary>
    public string? FromName { get; init; }

    /// <summary>Where answers to an e-mail go.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Twilio's Messaging Service, which chooses the number.</summary>
    public string? MessagingServiceSid { get; init; }

    /// <summary>
    /// Where the vendor's reports are to go, without query: <c>…/callbacks/{vendor}/{token}</c>; null when nothing of
    /// ours can be reached from outside.
    /// </summary>
    public Uri? Callback { get; init; }

    /// <summary>Requires a credential that the fields demand.</summary>
    public string this[string name] => Credentials[name];
}

/// <summary>How vendors are reached, and what the service allows them.</summary>
internal sealed record VendorSettings
{
    /// <summary>Twilio's API; another for tests and regions.</summary>
    public Uri Twilio { get; init; } = new("https://api.twilio.com");

    /// <summary>SendGrid's API; <c>https://api.eu.sendgrid.com</c> for a subuser of the European region.</summary>
    public Uri SendGrid { get; init; } = new("https://api.sendgrid.com");

    /// <summary>
    /// Development only: a merchant's server may be on this machine or on a private network. Else such addresses are
    /// refused after they are resolved.
    /// </summary>
    public bool AllowsPrivateHosts { get; init; }
}
