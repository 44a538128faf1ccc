namespace StoreConnector.Demo;

/// <summary>A person of the story.</summary>
/// <param name="Name">In the transcript.</param>
/// <param name="Number">Makes her ids and her phone: all reserved, none anybody's.</param>
/// <param name="FirstName">As she writes it.</param>
/// <param name="StoreId">The store she shops at.</param>
internal sealed record Shopper(string Name, int Number, string FirstName, string StoreId)
{
    public string Email => $"{Name.ToLowerInvariant()}@example.com";

    public string Phone => FormattableString.Invariant($"+155501001{Number:D2}");

    /// <summary>Above 2^53: ids never pass through a double.</summary>
    public long Account => 706_405_506_930_370_000 + Number;

    public string Checkout => FormattableString.Invariant($"c0ffee00{Number:D24}");

    public string Cart => FormattableString.Invariant($"ca470000{Number:D24}");
}

/// <summary>Something in a cart. The price is of one piece.</summary>
internal sealed record Item(long Product, string Title, string Detail, int Quantity, decimal Price)
{
    public decimal Total => Price * Quantity;
}
