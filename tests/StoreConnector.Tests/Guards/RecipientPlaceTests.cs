using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;

namespace StoreConnector.Tests.Guards;

public sealed class RecipientPlaceTests
{
    [Theory]
    // number, its country, the address, its region, a zone | countries | regions | zones | rows
    [InlineData("+14155550123", "US", null, null, null, "US", "US-CA", "America/Los_Angeles", "US")]
    [InlineData("+12145550123", "US", "US", "TX", null, "US", "US-TX", "America/Chicago America/Denver", "US US-TX")]
    [InlineData("+12145550123", null, null, null, null, "US", "US-TX", "America/Chicago America/Denver", "US US-TX")]
    [InlineData("+12145550123", "US", "US", "Texas", "America/Chicago", "US", "US-TX", "America/Chicago", "US US-TX")]
    [InlineData("+13055550123", "US", "US", "New York", null, "US", "US-FL US-NY", "America/Chicago America/New_York", "US US-FL")]
    [InlineData("+12125550123", "US", "US", "NY", "America/New_York", "US", "US-NY", "America/New_York", "US")]
    [InlineData("+12125550123", "US", "US", null, null, "US", "US-NY", "America/New_York", "US")]
    [InlineData("+12125550123", "US", "US", "Atlantis", null, "US", "US-NY", "America/New_York", "US")]
    [InlineData("+14165550123", "CA", "CA", "Ontario", null, "CA", "CA-ON", "America/Atikokan America/Toronto America/Winnipeg", "CA")]
    [InlineData("+15065550123", "CA", "CA", "Québec", "America/Moncton", "CA", "CA-NB CA-QC", "America/Blanc-Sablon America/Halifax America/Moncton America/Toronto", "CA")]
    [InlineData("+19025550123", "CA", null, null, null, "CA", "CA-NS CA-PE", "America/Glace_Bay America/Halifax", "CA")]
    [InlineData("+14165550123", "CA", "US", "NY", null, "CA US", "CA-ON US-NY", "America/Atikokan America/New_York America/Toronto America/Winnipeg", "CA US")]
    [InlineData("+18765550123", "JM", null, null, null, "JM", "", "America/Jamaica", "default")]
    [InlineData("+18765550123", null, null, null, null, "JM", "", "America/Jamaica", "default")]
    [InlineData("+17875550123", "PR", "US", "PR", null, "PR US", "US-PR", "America/Puerto_Rico", "US default")]
    [InlineData("+4915112345678", "DE", null, null, null, "DE", "", "Europe/Berlin Europe/Busingen", "DE")]
    [InlineData("+4915112345678", "DE", "FR", null, null, "DE FR", "", "Europe/Berlin Europe/Busingen Europe/Paris", "DE FR")]
    [InlineData("+4915112345678", "DE", "DE", null, "Asia/Dubai", "AE DE", "", "Asia/Dubai Europe/Berlin Europe/Busingen", "AE DE")]
    [InlineData("+4915112345678", "DE", null, null, "Europe/Berlin", "DE", "", "Europe/Berlin", "DE")]
    [InlineData("+971501234567", "AE", "SA", null, null, "AE SA", "", "Asia/Dubai Asia/Riyadh", "AE SA")]
    [InlineData("+262692123456", "RE", null, null, null, "RE", "", "Indian/Reunion", "FR")]
    [InlineData("+819012345678", "JP", null, null, null, "JP", "", "Asia/Tokyo", "default")]
    [InlineData("+38344123456", "XK", null, null, "Europe/Belgrade", "XK", "", "Europe/Belgrade", "default")]
    [InlineData(null, null, "ae", null, null, "AE", "", "Asia/Dubai", "AE")]
    [InlineData(null, null, null, "US-TX", null, "US", "US-TX", "America/Chicago America/Denver", "US US-TX")]
    [InlineData(null, null, null, "us-tx", null, "US", "US-TX", "America/Chicago America/Denver", "US US-TX")]
    [InlineData(null, null, "US", "PR", "America/Puerto_Rico", "US", "US-PR", "America/Puerto_Rico", "US")]
    [InlineData(null, null, null, null, "Europe/Paris", "FR", "", "Europe/Paris", "FR")]
    public void All_that_is_known_holds(string? phone, string? phoneCountry, string? country, string? region, string? zone, string countries, string regions, string zones, string rows)
    {
        var place = RecipientPlace.Of(new() { Phone = Number(phone), PhoneCountry = phoneCountry, Country = country, Region = region, Zone = zone, StoreZone = "Asia/Tokyo" });
        Assert.Equal(countries, string.Join(' ', place.Countries));
        Assert.Equal(regions, string.Join(' ', place.Regions));
        Assert.Equal(zones, string.Join(' ', place.Zones));
        Assert.Equal(rows, string.Join(' ', LawRules.For(place).Rules));
        Assert.False(place.ByStoreClock);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", " ", "")]
    [InlineData("ZZ", "Texas", null)]
    [InlineData(null, "TX", " ")]
    public void Where_nothing_is_known_the_store_s_clock_and_the_default_hold(string? country, string? region, string? zone)
    {
        var place = RecipientPlace.Of(new() { Country = country, Region = region, Zone = zone, StoreZone = "Asia/Riyadh" });
        Assert.Equal(["Asia/Riyadh"], place.Zones);
        Assert.Empty(place.Countries);
        Assert.Equal([LawRules.DefaultByStoreClock], LawRules.For(place).Rules);
        Assert.True(RulesOracle.Allows(["default"], new(2026, 11, 22, 12, 0, 0)) && LawRules.For(place).Windows.On(new(2026, 11, 22))!.From == new TimeOnly(12, 0));
    }

    [Fact]
    public void A_clock_of_no_country_is_a_clock_all_the_same()
    {
        var place = RecipientPlace.Of(new() { Zone = "Etc/GMT-3", StoreZone = "Asia/Riyadh" });
        Assert.Equal(["Etc/GMT-3"], place.Zones);
        Assert.Equal([LawRules.Default], LawRules.For(place).Rules);
    }

    [Theory]
    [InlineData("+15005550123")] // a personal number: no place
    [InlineData("+19995550123")] // not assigned
    public void In_an_unknown_state_every_state_and_every_zone_of_the_country_hold(string phone)
    {
        var place = RecipientPlace.Of(new() { Phone = Number(phone), StoreZone = "Asia/Tokyo" });
        var law = LawRules.For(place);
        Assert.Equal([LawRules.AnyUsState], law.Rules.Except(["US"]));
        Assert.Contains("Pacific/Honolulu", place.Zones);
        Assert.Contains("America/New_York", place.Zones);
        Assert.Null(law.Windows.On(new(2026, 11, 22))); // Sundays: Alabama
        Assert.Equal(new(new(10, 0), new(18, 0)), law.Windows.On(new(2026, 11, 23))); // Kentucky's ten, Rhode Island's six
        Assert.Equal(new(new(10, 0), new(17, 0)), law.Windows.On(new(2026, 11, 28)));
    }

    [Fact]
    public void A_zone_without_a_state_means_every_state_that_keeps_it()
    {
        var place = RecipientPlace.Of(new() { Country = "US", Zone = "America/Los_Angeles", StoreZone = "Asia/Tokyo" });
        Assert.Equal(["US-CA", "US-ID", "US-NV", "US-OR", "US-WA"], place.Regions);
        Assert.Equal(["America/Los_Angeles"], place.Zones);
        Assert.Equal(["US", "US-WA"], LawRules.For(place).Rules);
    }

    [Fact]
    public void A_zone_that_the_state_does_not_keep_adds_those_that_do()
    {
        var place = RecipientPlace.Of(new() { Phone = Number("+12125550123"), PhoneCountry = "US", Zone = "America/Los_Angeles", StoreZone = "Asia/Tokyo" });
        Assert.Equal(["US-CA", "US-ID", "US-NV", "US-NY", "US-OR", "US-WA"], place.Regions);
        Assert.Equal(["America/Los_Angeles", "America/New_York"], place.Zones);
    }

    [Theory]
    [InlineData("TX", "US-TX")]
    [InlineData("tx", "US-TX")]
    [InlineData("US-TX", "US-TX")]
    [InlineData("texas", "US-TX")]
    [InlineData(" New  york ", "US-NY")]
    [InlineData("D.C.", "US-DC")]
    [InlineData("Washington, D.C.", "US-DC")]
    [InlineData("Washington", "US-WA")]
    [InlineData("District Of Columbia", "US-DC")]
    public void A_state_is_read_however_platforms_write_it(string text, string region) =>
        Assert.Equal([region], RecipientPlace.Of(new() { Country = "US", Region = text, StoreZone = "Asia/Tokyo" }).Regions);

    [Fact]
    public void Each_state_and_province_is_read_by_code_full_code_and_name()
    {
        foreach (var region in RulesOracle.Places.GetProperty("regions").EnumerateObject())
        {
            foreach (var text in region.Value.GetProperty("names").GetString()!.Split(", ").Append(region.Name).Append(region.Name[3..]))
            {
                var place = RecipientPlace.Of(new() { Country = region.Name[..2], Region = text, StoreZone = "Asia/Tokyo" });
                Assert.Equal([region.Name], place.Regions);
                Assert.Equal(region.Value.GetProperty("zones").GetString()!.Split(' ').Order(StringComparer.Ordinal), place.Zones);
            }
        }
    }

    [Fact]
    public void Each_area_code_leads_to_its_place_and_to_no_second_country()
    {
        var places = RulesOracle.Places;
        var all = places.GetProperty("regions").EnumerateObject().Where(r => r.Value.TryGetProperty("areaCodes", out _))
            .SelectMany(r => r.Value.GetProperty("areaCodes").GetString()!.Split(' '), (r, code) => (Code: code, Place: r.Name))
            .Concat(places.GetProperty("otherAreaCodes").EnumerateObject().SelectMany(c => c.Value.GetString()!.Split(' '), (c, code) => (Code: code, Place: c.Name)))
            .ToLookup(p => p.Code, p => p.Place);
        Assert.True(all.Count > 430, $"{all.Count}");
        foreach (var code in all)
        {
            Assert.Matches("^[2-9][0-8][0-9]$", code.Key);
            var country = Assert.Single(code.Select(place => place[..2]).Distinct());
            var found = RecipientPlace.Of(new() { Phone = Number($"+1{code.Key}5550123"), StoreZone = "Asia/Tokyo" });
            Assert.Equal([country], found.Countries);
            Assert.Equal(code.Where(place => place.Contains('-')).Order(StringComparer.Ordinal), found.Regions);
        }

        Assert.Equal(51, all.SelectMany(p => p).Where(p => p.StartsWith("US-", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(13, all.SelectMany(p => p).Where(p => p.StartsWith("CA-", StringComparison.Ordinal)).Distinct().Count());
    }

    [Theory] // A sample from memory of well-known exchanges, so that a shifted table is noticed.
    [InlineData("212", "US-NY")]
    [InlineData("305", "US-FL")]
    [InlineData("312", "US-IL")]
    [InlineData("404", "US-GA")]
    [InlineData("512", "US-TX")]
    [InlineData("617", "US-MA")]
    [InlineData("702", "US-NV")]
    [InlineData("808", "US-HI")]
    [InlineData("907", "US-AK")]
    [InlineData("401", "US-RI")]
    [InlineData("334", "US-AL")]
    [InlineData("504", "US-LA")]
    [InlineData("601", "US-MS")]
    [InlineData("502", "US-KY")]
    [InlineData("405", "US-OK")]
    [InlineData("206", "US-WA")]
    [InlineData("410", "US-MD")]
    [InlineData("203", "US-CT")]
    [InlineData("973", "US-NJ")]
    [InlineData("604", "CA-BC")]
    [InlineData("514", "CA-QC")]
    [InlineData("709", "CA-NL")]
    public void A_well_known_area_code_is_where_everybody_knows(string code, string region) =>
        Assert.Equal([region], RecipientPlace.Of(new() { Phone = Number($"+1{code}5550123"), StoreZone = "Asia/Tokyo" }).Regions);

    private static PhoneNumber? Number(string? text) => PhoneNumber.TryParse(text, out var number) ? number : null;
}
