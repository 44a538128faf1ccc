using System.Text;
using System.Text.Json;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Values;

/// <summary>The fixtures are libphonenumber-js' answers: see SOURCES.md beside them.</summary>
public sealed class PhoneNumbersTests
{
    private const int Seed = 20261122, Rounds = 10_000;

    /// <summary>What we read and the library does not: it trips over marks of direction and a full-width plus.</summary>
    private static readonly Dictionary<string, string> OnlyOurs = new()
    {
        ["\u202A+966551234567\u202C"] = "+966551234567",
        ["＋１４１５５５５２６７１"] = "+14155552671",
    };

    [Theory]
    [InlineData("phone-vectors.json", 173)]
    [InlineData("phone-examples.json", 490)]
    public void Every_number_is_read_as_the_library_reads_it(string file, int count)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Repo.Fixture("messages", file)));
        var vectors = json.RootElement.GetProperty("vectors").EnumerateArray().ToList();
        Assert.Equal(count, vectors.Count);
        foreach (var vector in vectors)
        {
            var (raw, country) = (vector.GetProperty("raw").GetString()!, vector.GetProperty("country").GetString());
            var expected = OnlyOurs.GetValueOrDefault(raw) ?? vector.GetProperty("e164").GetString();
            PhoneNumber.TryParse(raw, country, out var number);
            Assert.Equal((raw, country, expected), (raw, country, number?.E164));
            if (number is null || OnlyOurs.ContainsKey(raw)) { continue; }

            var plan = PhoneNumbers.PlanOf(number);
            Assert.Equal((raw, Region(vector), vector.GetProperty("type").GetString()), (raw, plan.Region, Word(plan.Type)));
        }

        static string? Region(JsonElement vector) => vector.TryGetProperty("region", out var region) ? region.GetString() : null;
    }

    [Theory]
    [InlineData("+971501234567", true)] // mobile
    [InlineData("+14155552671", true)] // fixed line or mobile
    [InlineData("+97142345678", false)] // fixed line
    [InlineData("+18005550199", false)] // toll free
    [InlineData("+15550100010", false)] // no plan knows it
    [InlineData("+80012345678", false)] // of no country
    [InlineData("+9991234567", false)] // no such calling code
    public void Text_messages_go_to_mobiles(string e164, bool isTextable)
    {
        Assert.True(PhoneNumber.TryParse(e164, out var number));
        Assert.Equal(isTextable, PhoneNumbers.PlanOf(number).IsTextable);
    }

    [Theory]
    [InlineData("0501234567", null)]
    [InlineData("0501234567", "XX")]
    [InlineData("0501234567", "ae")]
    [InlineData("4155552671~12", "US")]
    [InlineData("4155552671, 4155552672", "US")]
    [InlineData("4155552671 or 2672", "US")]
    [InlineData(null, "US")]
    [InlineData("   ", "US")]
    public void What_could_be_several_numbers_or_none_is_refused(string? text, string? country) =>
        Assert.False(PhoneNumber.TryParse(text, country, out _));

    [Fact]
    public void A_text_of_any_length_is_refused_at_once() =>
        Assert.False(PhoneNumber.TryParse(new string('1', 1_000_000), "US", out _));

    [Fact]
    public void Whatever_is_typed_is_a_number_that_reads_itself_or_none()
    {
        const string Letters = "0123456789012345678901234567890123456789+++ -.()/٠١٢٣٤٥٦٧٨٩۰۱۲＋０１\u200F\u202A\0\r\nxa#~;,=ext\uD800";
        string?[] countries = [null, "US", "AE", "SA", "EG", "GB", "DE", "AR", "BR", "MX", "IT", "KZ", "AX", "JP", "XX", "", "💥"];
        string[] beginnings = ["", "", "", "+971 5", "05", "00971 5", "9715", "+1 (415) 555-", "415 555", "010", "+٢٠ 10", "07", "+"];
        var random = new Random(Seed);
        var read = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var text = new StringBuilder(beginnings[random.Next(beginnings.Length)]);
            for (var length = random.Next(16); length > 0; length--) { text.Append(Letters[random.Next(random.Next(20) == 0 ? Letters.Length : 40)]); }

            var country = countries[random.Next(countries.Length)];
            if (!PhoneNumber.TryParse(text.ToString(), country, out var number)) { continue; }

            read++;
            Assert.True(PhoneNumber.TryParse(number.E164, out var same) && same == number, $"round {round}: {text}");
            Assert.NotEqual(PhoneType.Unknown, PhoneNumbers.PlanOf(number).Type);
        }

        Assert.True(read > Rounds / 50, $"Only {read} were numbers: aim better.");
    }

    private static string Word(PhoneType type) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(type.ToString());
}
