using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;

namespace StoreConnector.Storefront;

/// <summary>One channel that somebody ticked, with the words beside the box.</summary>
/// <param name="Contact">The address that was typed.</param>
/// <param name="Text">The words as they were shown.</param>
internal sealed record SignUpChoice(Contact Contact, string Text);

/// <summary>The sign-up form as it was sent.</summary>
/// <param name="Choices">What was ticked, with an address: at most one of each channel.</param>
/// <param name="Purposes">What the words name.</param>
/// <param name="TextVersion">Our name for that version of the words.</param>
/// <param name="Locale">The language of the page.</param>
/// <param name="IsTrap">Whether the field that people do not see was filled in.</param>
internal sealed record ShopifySignUp(
    IReadOnlyList<SignUpChoice> Choices, IReadOnlyList<Purpose> Purposes, string TextVersion, string? Locale,
    bool IsTrap)
{
    /// <summary>The longest body, 8 KiB: two texts and two addresses.</summary>
    public const int MaxBytes = 8 * 1024;

    /// <summary>The field that people do not see.</summary>
    public const string Trap = "website";

    private const int MaxFields = 16, MaxText = 1000, MaxVersion = 60, MaxLocale = 35;

    /// <summary>Reads a form; false when nothing that can be agreed to is in it.</summary>
    /// <param name="body">URL-encoded, as a form is sent.</param>
    /// <param name="country">The store's, for national numbers.</param>
    /// <param name="form">What it says.</param>
    public static bool TryRead(ReadOnlyMemory<byte> body, string country, [NotNullWhen(true)] out ShopifySignUp? form)
    {
        form = null;
        if (Fields(body) is not { } fields) { return false; }

        var purposes = (Text("purposes", MaxText) ?? "").Split(',');
        Purpose[] known = [.. Core.Guards.Choices.All.Where(p => purposes.Contains(Suppression.TopicOf(p)))];
        List<SignUpChoice> choices = [];
        if (Text("email", EmailLimit) is { } email && EmailAddress.TryParse(email, out var address)
            && Text("agree_email", MaxText) is { } mail) { choices.Add(new(Contact.Of(address), mail)); }

        if (Text("phone", PhoneNumbers.MaxText) is { } phone && Phones.Read(phone, country) is { } number
            && Text("agree_sms", MaxText) is { } sms) { choices.Add(new(Contact.Of(number), sms)); }

        if (known.Length != purposes.Length || Text("version", MaxVersion) is not { } version) { return false; }

        form = new(choices, known, version, Text("locale", MaxLocale), Text(Trap, MaxText) is not null);
        return choices.Count > 0 || form.IsTrap;

        string? Text(string name, int most) =>
            fields.TryGetValue(name, out var value) && value.Trim() is { Length: > 0 } text && text.Length <= most
                ? text : null;
    }

    /// <summary>The longest address there is. Source: RFC 5321, 4.5.3.1.3.</summary>
    private const int EmailLimit = 254;

    private static Dictionary<string, string>? Fields(ReadOnlyMemory<byte> body)
    {
        if (body.Length is 0 or > MaxBytes) { return null; }

        try
        {
            using var reader = new FormReader(Encoding.UTF8.GetString(body.Span)) { ValueCountLimit = MaxFields };
            return reader.ReadForm().ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal);
        }
        catch (InvalidDataException)
        {
            return null; // Too many fields.
        }
    }
}
