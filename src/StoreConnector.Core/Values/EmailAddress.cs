using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace StoreConnector.Core.Values;

/// <summary>An e-mail address in the one form we compare by: trimmed, lower case.</summary>
/// <remarks>
/// Stricter than RFC 5321 (no quoted local parts, no address literals), because shop forms are: what is refused here
/// could not be delivered or is a typing error. At most 254 characters (RFC 3696, erratum 1690).
/// </remarks>
[JsonConverter(typeof(EmailAddressJson))]
public sealed record EmailAddress
{
    /// <summary>The longest address, in characters.</summary>
    public const int MaxLength = 254;

    private EmailAddress(string value) => Value = value;

    /// <summary>The address, lower case.</summary>
    public string Value { get; }

    /// <summary>The part before the @.</summary>
    public string Local => Value[..Value.LastIndexOf('@')];

    /// <summary>The part after the @.</summary>
    public string Domain => Value[(Value.LastIndexOf('@') + 1)..];

    /// <summary>Reads an address; blank and malformed text is no address.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailAddress? address)
    {
        var value = text?.Trim().ToLowerInvariant() ?? "";
        var at = value.IndexOf('@', StringComparison.Ordinal);
        address = value.Length is > 4 and <= MaxLength && at is > 0 and <= 64 && at == value.LastIndexOf('@')
            && IsLocal(value.AsSpan(0, at)) && IsDomain(value.AsSpan(at + 1)) ? new(value) : null;
        return address is not null;
    }

    /// <summary>Masked for people to recognise, not to copy: <c>m•••@example.com</c>.</summary>
    public string Masked() => $"{Value[0]}•••@{Domain}";

    /// <inheritdoc/>
    public override string ToString() => Masked();

    private static bool IsLocal(ReadOnlySpan<char> local) =>
        local[0] != '.' && local[^1] != '.' && local.IndexOf("..") < 0 && !HasBadCharacter(local, "\"(),:;<>[]\\@");

    private static bool IsDomain(ReadOnlySpan<char> domain) =>
        domain.Length >= 3 && domain.IndexOf('.') > 0 && domain[^1] is not '.' and not '-' && domain[0] != '-'
        && domain.IndexOf("..") < 0 && !HasBadCharacter(domain, "\"(),:;<>[]\\@!#$%&'*+/=?^_`{|}~");

    private static bool HasBadCharacter(ReadOnlySpan<char> text, string refused)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c) || refused.Contains(c, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
