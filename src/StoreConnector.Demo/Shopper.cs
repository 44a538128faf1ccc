namespace StoreConnector.Demo;

/// <summary>A person of the story.</summary>
/// <param name="Name">In the transcript.</param>
/// <param name="Number">Makes her ids and her phone: all reserved, none anybody's.</param>
/// <param name="FirstName">As she writes it.</param>
/// <param name="StoreId">The store she shops at.</param>
/// <param name="Texts">She agrees to texts, and not to e-mail.</param>
internal sealed record Shopper(string Name, int Number, string FirstName, string StoreId, bool Texts = false)
{
    public string Email => $"{Name.ToLowerInvariant()}@example.com";

    /// <summary>
    /// The Emirates keep no numbers for stories, as America does; nothing here goes further than the outbox.
    /// </summary>
    public string Phone => FormattableString.Invariant($"{(Texts ? "+9715000000" : "+155501001")}{Number:D2}");

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
