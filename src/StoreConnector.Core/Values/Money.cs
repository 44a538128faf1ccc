namespace StoreConnector.Core.Values;

/// <summary>An amount in one currency. Amounts are never added or compared across currencies.</summary>
/// <param name="Amount">In the currency's main unit, exact: 12.50 is twelve and a half.</param>
/// <param name="Currency">ISO 4217, three upper-case letters.</param>
public sealed record Money(decimal Amount, string Currency)
{
    /// <summary>Whether <paramref name="text"/> has the form of an ISO 4217 code.</summary>
    public static bool IsCurrency(string? text) => text is { Length: 3 } && text.All(char.IsAsciiLetterUpper);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Amount} {Currency}");
}
