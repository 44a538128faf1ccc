using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace StoreConnector.Core.Values;

/// <summary>A phone number in E.164 form, for example <c>+14155550123</c>. Source: ITU-T E.164.</summary>
[JsonConverter(typeof(PhoneNumberJson))]
public sealed record PhoneNumber
{
    private PhoneNumber(string e164) => E164 = e164;

    /// <summary>The number with its leading +, 8 to 16 characters in all.</summary>
    public string E164 { get; }

    /// <summary>
    /// Reads a number that is already in E.164 form, blanks and punctuation aside; anything else is refused.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PhoneNumber? number)
    {
        var digits = text is null ? "" : string.Concat(
            text.Where(c => c is not (' ' or '-' or '(' or ')' or '.' or '\u00A0')));
        number = digits is ['+', >= '1' and <= '9', .. var rest] && rest.Length is >= 6 and <= 14
            && rest.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 ? new(digits) : null;
        return number is not null;
    }

    /// <summary>
    /// Reads a number as people type it, in the national or the international way, and refuses what no numbering plan
    /// knows. An extension is left out: what is left is the number that it hangs on.
    /// </summary>
    /// <param name="text">Any text; see <see cref="PhoneNumbers.MaxText"/>.</param>
    /// <param name="country">ISO 3166-1, where a national number is dialled; null reads only numbers with a +.</param>
    /// <param name="number">The number, or null.</param>
    public static bool TryParse(string? text, string? country, [NotNullWhen(true)] out PhoneNumber? number)
    {
        number = null;
        return PhoneNumbers.Normalise(text, country) is { } e164 && TryParse(e164, out number);
    }

    /// <summary>Masked: the last two digits only.</summary>
    public override string ToString() => $"+•••{E164[^2..]}";
}
