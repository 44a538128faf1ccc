using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Values;

namespace StoreConnector.Tests.Values;

public sealed class ValuesTests
{
    [Theory]
    [InlineData(" Mariam@Example.COM ", "mariam@example.com")]
    [InlineData("a.b+c@sub.example.co.uk", "a.b+c@sub.example.co.uk")]
    [InlineData("o'hara@example.com", "o'hara@example.com")]
    public void An_address_has_one_form(string text, string form)
    {
        Assert.True(EmailAddress.TryParse(text, out var address));
        Assert.Equal(form, address.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("mariam")]
    [InlineData("@example.com")]
    [InlineData("mariam@")]
    [InlineData("mariam@localhost")]
    [InlineData("a@b@example.com")]
    [InlineData("mariam@example..com")]
    [InlineData("mariam@.example.com")]
    [InlineData("mar iam@example.com")]
    [InlineData("mariam@example.com\r\nBcc: x@example.com")]
    [InlineData("\"mariam\"@example.com")]
    [InlineData("mariam@[127.0.0.1]")]
    public void What_is_no_address_is_refused(string? text) => Assert.False(EmailAddress.TryParse(text, out _));

    [Fact]
    public void An_address_that_was_read_reads_itself() => Prop.ForAll<string>(text =>
        !EmailAddress.TryParse(text + "@example.com", out var once)
        || (EmailAddress.TryParse(once.Value, out var twice) && once == twice)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_masked_address_shows_one_letter_and_the_domain()
    {
        Assert.True(EmailAddress.TryParse("mariam@example.com", out var address));
        Assert.Equal("m•••@example.com", address.ToString());
    }

    [Theory]
    [InlineData("+14155550123", "+14155550123")]
    [InlineData("+971 50 123-4567", "+971501234567")]
    [InlineData("+49 (0151) 23456789", "+49015123456789")]
    public void A_number_in_international_form_is_read_without_its_punctuation(string text, string e164)
    {
        Assert.True(PhoneNumber.TryParse(text, out var number));
        Assert.Equal(e164, number.E164);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("4155550123")]
    [InlineData("+0123456789")]
    [InlineData("+141555")]
    [InlineData("+12345678901234567")]
    [InlineData("555-555-SHIP")]
    [InlineData("+٩٧١٥٠١٢٣٤٥٦٧")]
    public void What_is_no_international_number_is_refused(string? text) => Assert.False(PhoneNumber.TryParse(text, out _));

    [Fact]
    public void Nobody_blank_and_malformed_make_no_alias()
    {
        Assert.False(Alias.TryAccount(0, out _));
        Assert.False(Alias.TryAccount(-5, out _));
        Assert.False(Alias.TryAccount(null, out _));
        Assert.False(Alias.TryToken(AliasKind.Cart, "  ", out _));
        Assert.False(Alias.TryToken(AliasKind.Cart, new string('a', Alias.MaxLength + 1), out _));
        Assert.False(Alias.TryToken(AliasKind.Account, "7", out _));
    }

    [Fact]
    public void An_alias_reads_back_what_it_stores() => Prop.ForAll<PositiveInt, NonEmptyString>((id, token) =>
    {
        var made = new List<Alias>();
        if (Alias.TryAccount(id.Item, out var account)) { made.Add(account); }

        if (Alias.TryOrder(id.Item, out var order)) { made.Add(order); }

        if (Alias.TryToken(AliasKind.Cart, token.Item, out var cart)) { made.Add(cart); }

        return made.TrueForAll(a => Alias.TryParseStored(a.Stored, out var back) && back == a);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_id_beyond_a_double_stays_exact()
    {
        Assert.True(Alias.TryAccount(9007199254740993, out var alias));
        Assert.Equal("account:9007199254740993", alias.Stored);
    }

    [Fact]
    public void Values_say_nothing_of_what_they_hold_where_they_might_be_logged()
    {
        Assert.True(EmailAddress.TryParse("mariam@example.com", out var address) & PhoneNumber.TryParse("+14155550123", out var number));
        foreach (var text in new object[] { address!, number!, Alias.Of(address!), Contact.Of(address!), Contact.Of(number!) })
        {
            Assert.DoesNotContain("mariam", text.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("415555", text.ToString(), StringComparison.Ordinal);
        }
    }
}
