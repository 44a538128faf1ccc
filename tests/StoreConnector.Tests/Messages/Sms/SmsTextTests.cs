using System.Globalization;
using System.Text.Json;
using StoreConnector.Core.Messages.Sms;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Messages.Sms;

/// <summary>The fixtures are Twilio's sms-segments-calculator's answers: see SOURCES.md beside them.</summary>
public sealed class SmsTextTests
{
    [Fact]
    public void Every_text_of_the_calculator_is_measured_as_it_measures_it() => EachVector((name, text, vector) =>
    {
        AssertSize(name, vector.GetProperty("auto"), text);
        AssertSize(name, vector.GetProperty("smart"), SmsText.Simplify(text));
    });

    [Fact]
    public void Segments_break_where_the_calculator_breaks_them() => EachVector((name, text, vector) =>
    {
        var parts = SmsText.Split(text);
        Assert.Equal(text, string.Concat(parts));
        Assert.Equal(vector.GetProperty("auto").GetProperty("perSegmentChars").EnumerateArray().Select(n => n.GetInt32()),
            parts.Select(part => new StringInfo(part).LengthInTextElements));
    });

    [Fact]
    public void The_table_of_seven_bits_is_GSM_03_38()
    {
        using var table = Read("gsm0338-table.json");
        var septets = table.RootElement.EnumerateObject().ToDictionary(
            row => (char)int.Parse(row.Name[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            row => row.Value.GetArrayLength());
        for (var c = char.MinValue; c < char.MaxValue; c++)
        {
            Assert.Equal(septets.ContainsKey(c), SmsText.IsGsm7(c));
            if (septets.TryGetValue(c, out var count)) { Assert.Equal(new(SmsCoding.Gsm7, count, 1), SmsText.Measure($"{c}")); }
        }
    }

    [Fact]
    public void Every_look_alike_has_its_letter()
    {
        using var map = Read("sms-smart-encoding-map.json");
        var pairs = map.RootElement.EnumerateObject().ToList();
        Assert.Equal(271, pairs.Count);
        Assert.All(pairs, pair => Assert.Equal(pair.Value.GetString(), SmsText.Simplify(pair.Name)));
        Assert.Equal("قهوة à é ü € [x]", SmsText.Simplify("قهوة à é ü € [x]"));
    }

    [Fact]
    public void Line_ends_and_halves_of_letters_are_measured_too()
    {
        Assert.Equal(new(SmsCoding.Gsm7, 2, 1), SmsText.Measure("\r\n"));
        Assert.Equal(new(SmsCoding.Ucs2, 1, 1), SmsText.Measure("\uD83C"));
    }

    [Fact]
    public void A_letter_under_a_hundred_marks_is_spread_over_segments()
    {
        var text = "a" + new string('\u0301', 100);
        Assert.Equal(new(SmsCoding.Ucs2, 101, 2), SmsText.Measure(text));
    }

    private static void AssertSize(string name, JsonElement expected, string text)
    {
        var size = SmsText.Measure(text);
        Assert.Equal((name, expected.GetProperty("encoding").GetString(), expected.GetProperty("units").GetInt32(),
                expected.GetProperty("segments").GetInt32()),
            (name, size.Coding == SmsCoding.Gsm7 ? "GSM-7" : "UCS-2", size.Units, size.Segments));
    }

    private static void EachVector(Action<string, string, JsonElement> check)
    {
        var count = 0;
        foreach (var file in new[] { "sms-vectors.json", "sms-vectors-random.json" })
        {
            using var vectors = Read(file);
            foreach (var vector in vectors.RootElement.GetProperty("vectors").EnumerateArray())
            {
                count++;
                check(vector.GetProperty("name").GetString()!, vector.GetProperty("text").GetString()!, vector);
            }
        }

        Assert.Equal(38 + 120, count);
    }

    private static JsonDocument Read(string file) => JsonDocument.Parse(File.ReadAllText(Repo.Fixture("messages", file)));
}
