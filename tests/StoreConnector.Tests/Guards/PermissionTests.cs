using System.Text.Json;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using static StoreConnector.Core.Guards.PermissionVerdict;

namespace StoreConnector.Tests.Guards;

public sealed class PermissionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Yes = new(2026, 5, 1, 9, 0, 0, TimeSpan.Zero);

    // What each row of the table asks for: e-mail; texts; texts about carts. s single, d double, n double that names carts;
    // + what may do instead for e-mail; ! a sender of that country.
    private static readonly Dictionary<string, string> Table = new()
    {
        ["DE"] = "d d d", ["AT"] = "d d d",
        ["FR"] = "s s s", ["ES"] = "s s s", ["PL"] = "s s s", ["CH"] = "s s s",
        ["GB"] = "s+soft s s",
        ["US"] = "s+opt-out s n", ["PR"] = "s s n",
        ["CA"] = "s+implied s s",
        ["AE"] = "s s s", ["EG"] = "s s s", ["SA"] = "s s! s!",
        ["JP"] = "s s s", [""] = "s s s",
    };

    [Fact]
    public void The_whole_table_holds()
    {
        var count = 0;
        foreach (var q in Questions())
        {
            count++;
            var verdict = Permission.Of(q);
            var expected = Expected(q);
            Assert.True(expected == Text(verdict), $"{q}: {verdict} is not {expected}");
        }

        Assert.True(count > 100_000, $"{count}");
    }

    [Theory]
    [InlineData("DE", OptInLevel.Single, "DE asks for a confirmed (double) opt-in; this one is single.")]
    [InlineData("FR", OptInLevel.Unknown, "The address is marked as subscribed, but nobody can say how it agreed.")]
    public void A_yes_that_does_not_suffice_says_why(string country, OptInLevel level, string why) => Assert.Equal(
        new Refused(ReasonCode.NoPermission, why),
        Permission.Of(Ask(Channel.Email, country) with { Consent = ConsentState.Given, Level = level }));

    [Fact]
    public void A_yes_tells_since_when() => Assert.Equal(
        new Granted(PermissionBasis.Express, Yes), Permission.Of(Ask(Channel.Email, "FR") with { Consent = ConsentState.Given, Level = OptInLevel.Single, ConsentAt = Yes }));

    [Fact]
    public void A_purchase_in_canada_counts_for_24_months_to_the_second()
    {
        var implied = Ask(Channel.Email, "CA") with { Switches = new() { ImpliedCa = true } };
        Assert.IsType<Granted>(Permission.Of(implied with { LastPurchaseAt = Now.AddMonths(-24).AddSeconds(1) }));
        Assert.IsType<Refused>(Permission.Of(implied with { LastPurchaseAt = Now.AddMonths(-24) }));
        Assert.IsType<Refused>(Permission.Of(implied with { LastPurchaseAt = Now.AddSeconds(1) }));
    }

    [Fact]
    public void A_text_about_a_cart_in_the_united_states_must_have_been_named()
    {
        var question = Ask(Channel.Sms, "US") with { Consent = ConsentState.Given, Level = OptInLevel.Double };
        Assert.Equal("The words that were agreed to do not name cart reminders.", Assert.IsType<Refused>(Permission.Of(question)).Why);
        Assert.IsType<Granted>(Permission.Of(question with { NamesCartReminders = true }));
        Assert.IsType<Granted>(Permission.Of(question with { Purpose = Purpose.Price, Level = OptInLevel.Single }));
    }

    [Fact]
    public void Where_the_countries_disagree_the_strictest_holds()
    {
        var single = Ask(Channel.Email, null) with { Consent = ConsentState.Given, Level = OptInLevel.Single };
        Assert.IsType<Refused>(Permission.Of(single, ["FR", "DE"]));
        Assert.IsType<Refused>(Permission.Of(single, ["DE", "FR"]));
        Assert.IsType<Granted>(Permission.Of(single, ["FR", "US"]));
        Assert.IsType<Granted>(Permission.Of(single, []));
        var optOut = Ask(Channel.Email, null) with { Switches = new() { OptOutLawUs = true } };
        Assert.IsType<Granted>(Permission.Of(optOut, ["US"]));
        Assert.IsType<Refused>(Permission.Of(optOut, ["FR", "US"]));
        Assert.IsType<Refused>(Permission.Of(optOut, []));
    }

    [Fact]
    public void Everything_is_switched_off_at_first() => Assert.All(
        Table.Keys, country => Assert.IsType<Refused>(Permission.Of(Ask(Channel.Email, country) with { LastPurchaseAt = Now.AddDays(-1) })));

    [Fact]
    public void A_verdict_is_the_same_after_the_ledger() => Assert.All<PermissionVerdict>(
        [new Granted(PermissionBasis.OptOutLaw, null), new Refused(ReasonCode.ForeignSender, "Because.")],
        verdict => Assert.Equal(verdict, JsonSerializer.Deserialize<PermissionVerdict>(JsonSerializer.Serialize(verdict, EventJson.Options), EventJson.Options)));

    private static string Expected(PermissionQuestion q)
    {
        if (q.Consent == ConsentState.Withdrawn) { return "unsubscribed"; }

        var row = Table[q.Country ?? ""].Split(' ')[q.Channel == Channel.Email ? 0 : q.Purpose == Purpose.Cart ? 2 : 1];
        if (row.EndsWith('!') && q.Switches.SmsSenderCountry != q.Country) { return "foreign-sender"; }

        var proof = (q.Consent, q.Level) switch { (ConsentState.Given, OptInLevel.Single) => "s", (ConsentState.Given, OptInLevel.Double) => q.NamesCartReminders ? "sdn" : "sd", _ => "" };
        if (proof.Contains(row[0])) { return "express"; }

        var months = q.LastPurchaseAt is { } at ? (Now - at).TotalDays / 30.4 : double.MaxValue;
        return row[1..] switch
        {
            "+soft" when q.Switches.SoftOptInGb && months < 100 => "soft",
            "+opt-out" when q.Switches.OptOutLawUs => "optoutlaw",
            "+implied" when q.Switches.ImpliedCa && months < 24 => "implied",
            _ => "no-permission",
        };
    }

    private static string Text(PermissionVerdict verdict) => verdict switch
    {
        Granted g => $"{g.Basis}".ToLowerInvariant(),
        Refused r => r.Code,
        _ => "",
    };

    private static IEnumerable<PermissionQuestion> Questions() =>
        from country in Table.Keys
        from channel in Enum.GetValues<Channel>()
        from purpose in Enum.GetValues<Purpose>()
        from consent in Enum.GetValues<ConsentState>()
        from level in Enum.GetValues<OptInLevel>()
        from names in new[] { false, true }
        from bought in new DateTimeOffset?[] { null, Now.AddMonths(-1), Now.AddMonths(-23), Now.AddMonths(-25) }
        from switches in Enumerable.Range(0, 8)
        from sender in new[] { null, "SA", "AE" }
        select new PermissionQuestion
        {
            Channel = channel, Purpose = purpose, Country = country == "" ? null : country, Consent = consent, Level = level, NamesCartReminders = names, LastPurchaseAt = bought, Now = Now,
            Switches = new() { SoftOptInGb = (switches & 1) > 0, OptOutLawUs = (switches & 2) > 0, ImpliedCa = (switches & 4) > 0, SmsSenderCountry = sender },
        };

    private static PermissionQuestion Ask(Channel channel, string? country) => new() { Channel = channel, Purpose = Purpose.Cart, Country = country, Now = Now };
}
