using System.Text.RegularExpressions;
using StoreConnector.Core.Values;

namespace StoreConnector.Processing;

/// <summary>What a row says.</summary>
internal abstract record SuppressionRow
{
    /// <summary>These addresses get nothing more.</summary>
    public sealed record No(IReadOnlyList<Contact> Contacts, SuppressionReason Reason) : SuppressionRow;

    /// <summary>It says no to nothing.</summary>
    public sealed record PassedOver : SuppressionRow;

    /// <summary>No address is in it.</summary>
    public sealed record Unreadable : SuppressionRow;
}

/// <summary>Which column is what, by the names that exports give them.</summary>
internal sealed partial class SuppressionColumns
{
    private static readonly string[] Emails = ["email", "emailaddress", "recipient", "recipientemail"];
    private static readonly string[] Phones = ["phone", "phonenumber", "to", "mobile", "number", "smsphonenumber"];
    private static readonly string[] Reasons =
        ["reason", "suppressionreason", "unsubreason", "type", "event", "suppressedreason", "status"];

    private readonly int[] emails, phones, reasons;
    private readonly int error, acceptsEmail, acceptsTexts;
    private readonly SuppressionReason? whole;

    private SuppressionColumns(List<string> names)
    {
        (emails, phones, reasons) = (All(names, Emails), All(names, Phones), All(names, Reasons));
        error = names.IndexOf("errorcode");
        (acceptsEmail, acceptsTexts) = (names.IndexOf("acceptsemailmarketing"), names.IndexOf("acceptssmsmarketing"));
        IsHeader = emails.Length + phones.Length > 0;
        whole = names.Contains("cleantime") || names.Contains("cleancampaigntitle") ? SuppressionReason.Bounced
            : names.Contains("email") && names.Contains("ip") ? SuppressionReason.Complained // SendGrid's spam reports.
            : null;
        if (!IsHeader) { (emails, phones) = ([0], [0]); } // One address a line, without a name above.
    }

    /// <summary>Whether the first line names columns, and is no row.</summary>
    public bool IsHeader { get; }

    /// <summary>Reads the names of the first line.</summary>
    public static SuppressionColumns Of(IReadOnlyList<string> first) =>
        new([.. first.Select(name => NotLetters().Replace(name, "").ToLowerInvariant())]);

    /// <summary>What a row says.</summary>
    /// <param name="fields">The row; null when it could not be split.</param>
    /// <param name="usual">Why, for a row that does not say.</param>
    /// <param name="country">Where national numbers are dialled.</param>
    public SuppressionRow Read(IReadOnlyList<string>? fields, SuppressionReason? usual, string country)
    {
        if (fields is null) { return new SuppressionRow.Unreadable(); }

        var (email, phone) = (EmailOf(fields), PhoneOf(fields, country));
        if (email is null && phone is null) { return new SuppressionRow.Unreadable(); }

        if (acceptsEmail >= 0 || acceptsTexts >= 0) { return OfCustomer(fields, email, phone); }

        List<Contact> contacts = [.. new[] { email, phone }.OfType<Contact>()];
        return ReasonOf(fields) is not { } reason ? new SuppressionRow.PassedOver()
            : new SuppressionRow.No(contacts, usual ?? reason);
    }

    /// <summary>Shopify's customers: each channel has a column of its own.</summary>
    private SuppressionRow OfCustomer(IReadOnlyList<string> fields, Contact? email, Contact? phone)
    {
        List<Contact> contacts = [];
        if (email is not null && IsNo(fields, acceptsEmail)) { contacts.Add(email); }

        if (phone is not null && IsNo(fields, acceptsTexts)) { contacts.Add(phone); }

        return contacts.Count == 0 ? new SuppressionRow.PassedOver()
            : new SuppressionRow.No(contacts, SuppressionReason.Unsubscribed);
    }

    private static bool IsNo(IReadOnlyList<string> fields, int column) =>
        Field(fields, column).Trim().ToLowerInvariant() is "no" or "false" or "0" or "unsubscribed";

    /// <summary>Why; null when the row says no to nothing.</summary>
    private SuppressionReason? ReasonOf(IReadOnlyList<string> fields)
    {
        if (whole is { } all) { return all; }

        var code = Field(fields, error).Trim();
        if (error >= 0 && code.Length > 0 && code != "0")
        {
            return code switch
            {
                "21610" => SuppressionReason.Unsubscribed, // Twilio: the number said STOP.
                "21211" or "21614" or "30005" or "30006" => SuppressionReason.Bounced, // No such number, or a landline.
                _ => null,
            };
        }

        var words = string.Join(' ', reasons.Select(i => Field(fields, i))).Replace('_', ' ').ToLowerInvariant();
        return Complaint().IsMatch(words) ? SuppressionReason.Complained
            : Bounce().IsMatch(words) ? SuppressionReason.Bounced
            : error >= 0 || Fine().IsMatch(words) ? null
            : SuppressionReason.Unsubscribed;
    }

    private Contact? EmailOf(IReadOnlyList<string> fields) => emails.Select(i =>
        EmailAddress.TryParse(Field(fields, i), out var address) ? Contact.Of(address) : null)
        .FirstOrDefault(c => c is not null);

    private Contact? PhoneOf(IReadOnlyList<string> fields, string country) => phones.Select(i =>
        PhoneNumber.TryParse(Field(fields, i).TrimStart('\''), country, out var number)
            || PhoneNumber.TryParse(Field(fields, i).TrimStart('\''), out number) ? Contact.Of(number) : null)
        .FirstOrDefault(c => c is not null);

    private static string Field(IReadOnlyList<string> fields, int at) =>
        at >= 0 && at < fields.Count ? fields[at] : "";

    private static int[] All(List<string> names, string[] wanted) =>
        [.. names.Index().Where(n => wanted.Contains(n.Item)).OrderBy(n => Array.IndexOf(wanted, n.Item))
            .Select(n => n.Index)];

    [GeneratedRegex(@"[^\p{L}\p{Nd}]")]
    private static partial Regex NotLetters();

    [GeneratedRegex(@"\b(spam|abuse|complain\w*)\b")]
    private static partial Regex Complaint();

    // "550 5.1.1 …" is how a mail server says that there is nobody.
    [GeneratedRegex(@"\b(bounce\w*|cleaned|invalid\w*|hard|undeliverable)\b|(^|\D)5\d\d[ -]5\.\d|\b5\.\d\.\d")]
    private static partial Regex Bounce();

    [GeneratedRegex(@"^\s*(subscribed|active|delivered|sent|received|queued|opened|clicked|soft.*)\s*$")]
    private static partial Regex Fine();
}
