using System.Text;
using System.Text.RegularExpressions;

namespace StoreConnector.Core.Values;

/// <summary>What a number is for, by its country's numbering plan.</summary>
public enum PhoneType
{
    /// <summary>No plan knows it.</summary>
    Unknown,

    /// <summary>A fixed line.</summary>
    FixedLine,

    /// <summary>A mobile.</summary>
    Mobile,

    /// <summary>One of the two: in North America the number does not tell.</summary>
    FixedLineOrMobile,

    /// <summary>Free for the caller.</summary>
    TollFree,

    /// <summary>Dear for the caller.</summary>
    PremiumRate,

    /// <summary>Caller and called share the cost.</summary>
    SharedCost,

    /// <summary>Internet telephony.</summary>
    Voip,

    /// <summary>A personal number that is led on to others.</summary>
    PersonalNumber,

    /// <summary>A pager.</summary>
    Pager,

    /// <summary>A company's universal access number.</summary>
    Uan,

    /// <summary>A voice mailbox.</summary>
    Voicemail,
}

/// <summary>Where a number belongs.</summary>
/// <param name="Region">ISO 3166-1; null for numbers of no country, such as +800, and where no plan fits.</param>
/// <param name="Type">What it is for.</param>
public sealed record PhonePlan(string? Region, PhoneType Type)
{
    /// <summary>Whether a text message can reach it.</summary>
    public bool IsTextable => Type is PhoneType.Mobile or PhoneType.FixedLineOrMobile;
}

/// <summary>
/// The world's numbering plans. The order of the steps is libphonenumber's, as libphonenumber-js 1.13.16 has it: the
/// data is its <c>metadata.max.json</c>, part of this assembly, so reading it is no I/O. See THIRD-PARTY-NOTICES.md.
/// </summary>
/// <remarks>
/// Beyond it, marks of direction are dropped and full-width signs are folded, for phones put them into what people
/// copy. An extension is left out, as the library does: what is left is the number that it hangs on.
/// </remarks>
public static partial class PhoneNumbers
{
    /// <summary>The longest text that is looked at, in characters.</summary>
    public const int MaxText = 250;

    private const int MinNational = 2, MaxNational = 17, MinDigits = 3, MaxCallingCode = 3;

    /// <summary>The country and kind of a number.</summary>
    public static PhonePlan PlanOf(PhoneNumber number)
    {
        try
        {
            return SplitCode(number.E164[1..]) is (var code, var national)
                ? PlanOf(code, national, NumberingPlans.OfCode(code)!)
                : new(null, PhoneType.Unknown);
        }
        catch (RegexMatchTimeoutException)
        {
            return new(null, PhoneType.Unknown);
        }
    }

    /// <summary>The E.164 form of what somebody typed, or null when no numbering plan knows it.</summary>
    internal static string? Normalise(string? text, string? country)
    {
        try
        {
            return Dialled(text) is { } dialled ? Resolve(dialled, NumberingPlans.OfCountry(country)) : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null; // Reject; do not guess.
        }
    }

    private static string? Resolve(string dialled, NumberingPlan? home)
    {
        string? code = null;
        var rest = dialled;
        if ((dialled[0] == '+' ? dialled[1..] : home?.AfterDialOut(dialled)) is { } abroad)
        {
            if (SplitCode(abroad) is not var (known, after)) { return null; }

            (code, rest) = (known, after);
        }
        else if (home?.WithoutOwnCode(dialled) is { } shorter)
        {
            (code, rest) = (home.CallingCode, shorter);
        }

        // A number that names no country is one of the country it was typed in.
        if ((code is null ? home : NumberingPlans.OfCode(code)) is not { } plan || rest.Length == 0) { return null; }

        var national = plan.NationalNumber(rest);
        return national.Length is >= MinNational and <= MaxNational
            && PlanOf(plan.CallingCode, national, plan).Type != PhoneType.Unknown
            ? $"+{plan.CallingCode}{national}" : null;
    }

    private static PhonePlan PlanOf(string code, string national, NumberingPlan otherwise)
    {
        var exact = NumberingPlans.ExactCountry(code, national);
        return new(exact?.Country, (exact ?? otherwise).TypeOf(national));
    }

    /// <summary>No calling code is the beginning of another one.</summary>
    private static (string Code, string National)? SplitCode(string digits)
    {
        for (var length = 1; length <= MaxCallingCode && length <= digits.Length && digits[0] != '0'; length++)
        {
            if (NumberingPlans.OfCode(digits[..length]) is not null) { return (digits[..length], digits[length..]); }
        }

        return null;
    }

    /// <summary>The + and the digits of a text that holds nothing but these and a number's punctuation.</summary>
    private static string? Dialled(string? text)
    {
        if (text is null || text.Length > MaxText) { return null; }

        var dialled = new StringBuilder(text.Length);
        var isBegun = false;
        foreach (var c in Extension().Replace(text.Trim(), ""))
        {
            if (IsDirectionMark(c)) { continue; }

            if (Digit(c) is { } digit) { dialled.Append(digit); }
            else if (c is '+' or '\uFF0B' && !isBegun) { dialled.Append('+'); }
            else if (!IsPunctuation(c)) { return null; }

            isBegun = true;
        }

        var digits = dialled.Length - (dialled is ['+', ..] ? 1 : 0);
        return digits >= MinDigits ? dialled.ToString() : null;
    }

    // Of RFC 3966 (;ext=5), or as people write it: ext. 12, x9, #12.
    [GeneratedRegex(@"(?:;ext=|[ \t\u00A0,]*(?:ext(?:ension|n)?[.:]?|x|#)[ \t\u00A0]*)[0-9]{1,7}\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Extension();

    private static char? Digit(char c) => c switch
    {
        >= '0' and <= '9' => c,
        >= '\uFF10' and <= '\uFF19' => (char)(c - '\uFF10' + '0'),
        >= '\u0660' and <= '\u0669' => (char)(c - '\u0660' + '0'),
        >= '\u06F0' and <= '\u06F9' => (char)(c - '\u06F0' + '0'),
        _ => null,
    };

    // A tilde is none: it may also begin an extension.
    private static bool IsPunctuation(char c) => c is '-' or (>= '\u2010' and <= '\u2015') or '\u2212' or '\u30FC'
        or '\uFF0D' or '/' or '\uFF0F' or '.' or '\uFF0E' or ' ' or '\u00A0' or '\u00AD' or '\u200B' or '\u2060'
        or '\u3000' or '(' or ')' or '\uFF08' or '\uFF09' or '[' or ']' or '\uFF3B' or '\uFF3D';

    private static bool IsDirectionMark(char c) =>
        c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
