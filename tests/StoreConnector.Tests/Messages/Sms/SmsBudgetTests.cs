using System.Text;
using StoreConnector.Core.Messages;
using StoreConnector.Core.Messages.Sms;

namespace StoreConnector.Tests.Messages.Sms;

/// <summary>Whatever a shop writes, a text message costs what it may cost and says what it must say.</summary>
public sealed class SmsBudgetTests
{
    private const int Seed = 20261122, Rounds = 10_000;

    private static readonly string[] Pieces =
    [
        "Rimal", "Coffee", "Espresso", "إسبريسو", "قهوة", "الدار", "é", "á", "ç", "Ü", "👍🏽", "👨‍👩‍👧‍👦", "€", "[x]", "{{title}}", "{{link}}",
        "\u200F", "\u202E", "\u200B", "“", "”", "…", "–", "’", "\u00A0", "\t", "\r\n", "e\u0301", "ñ", "日本", "\uD83C", "\0", "(", ")", ":",
        "A-very-long-word-without-any-blank-in-it-at-all-that-goes-on-and-on-and-on", ",", "%", "½", "°", "™",
    ];

    [Trait("Speed", "slow")]
    [Fact]
    public void Ten_thousand_texts_stay_within_their_budget_or_say_why_not()
    {
        var random = new Random(Seed);
        var (ready, tooLong) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var message = Make(random);
            var draft = SmsComposer.Compose(message);
            switch (draft)
            {
                case SmsDraft.Ready text:
                    ready++;
                    AssertReady(message, text, round);
                    break;
                case SmsDraft.TooLong over:
                    tooLong++;
                    Assert.True(over.Segments > over.Budget && over.Budget == SmsComposer.Budget(message.Language), $"round {round}");
                    break;
                default:
                    Assert.False(message.Brand.Any(char.IsLetterOrDigit), $"round {round}: {draft}");
                    break;
            }
        }

        Assert.True(ready > Rounds / 2 && tooLong > Rounds / 50, $"{ready} ready, {tooLong} too long: aim better.");
    }

    private static void AssertReady(SmsMessage message, SmsDraft.Ready ready, int round)
    {
        var text = ready.Text;
        Assert.Equal(SmsText.Measure(text), ready.Size);
        Assert.True(ready.Size.Segments <= SmsComposer.Budget(message.Language), $"round {round}: {text}");
        Assert.DoesNotContain(text.EnumerateRunes(), rune => rune.Value is 0x200E or 0x200F or 0x200B or (>= 0x202A and <= 0x202E)
            or '“' or '”' or '…' or '–' or '’' or < ' ');

        Assert.Contains($" {message.Link.AbsoluteUri} ", text, StringComparison.Ordinal);
        Assert.EndsWith(message.WayOut switch
        {
            SmsWayOut.Link(var stop) => ": " + stop.AbsoluteUri,
            SmsWayOut.Code when message.Language == "ar" => "للإيقاف أرسل B AD-RIMAL إلى 7726",
            SmsWayOut.Code => "To stop, text B AD-RIMAL to 7726",
            SmsWayOut.ReplyOptOut => message.Language == "ar" ? "للإيقاف أرسل: STOP" : "Reply STOP to opt out",
            _ => message.Language == "ar" ? "للإيقاف أرسل: إيقاف" : "Reply STOP to end",
        }, text, StringComparison.Ordinal);
        AssertBrand(message, text, round);
    }

    /// <summary>The brand stands first, whole or cut; only its accents and pictures may be gone.</summary>
    private static void AssertBrand(SmsMessage message, string text, int round)
    {
        if (message.Brand.StartsWith("Rimal", StringComparison.Ordinal))
        {
            Assert.StartsWith("Rimal", text, StringComparison.Ordinal);
        }

        var head = text[..text.IndexOf(" https://", StringComparison.Ordinal)];
        var from = 0;
        foreach (var letter in Letters(message.Brand).Take(SmsComposer.MinBrand / 2))
        {
            from = head.IndexOf(letter, from) + 1;
            Assert.True(from > 0, $"round {round}: {message.Brand} | {text}");
        }
    }

    // ASCII and Arabic letters: what no step takes from a brand.
    private static string Letters(string text) =>
        string.Concat(text.Where(c => char.IsAsciiLetter(c) || c is >= '\u0621' and <= '\u064A'));

    private static SmsMessage Make(Random random)
    {
        var link = $"https://l.example.com/{new string('a', random.Next(10) == 0 ? random.Next(150) : 10)}";
        SmsTopic topic = random.Next(3) switch
        {
            0 => new SmsTopic.Cart(Title(random), random.Next(4)),
            1 => new SmsTopic.Drop(Title(random), new(random.Next(1, 100_000) / 100m, "AED"),
                random.Next(2) == 0 ? null : new(random.Next(1, 100_000), "AED"), random.Next(3)),
            _ => new SmsTopic.Reorder(Title(random), random.Next(2) == 0 ? null : random.Next(1, 400)),
        };
        return new()
        {
            Language = random.Next(2) == 0 ? "en" : "ar",
            Brand = random.Next(3) == 0 ? Words(random, 1, 4) : string.Join(' ', Enumerable.Repeat("Rimal", random.Next(1, 12))),
            Topic = topic,
            Link = new(link),
            WayOut = random.Next(4) switch
            {
                0 => new SmsWayOut.ReplyOptOut(),
                1 => new SmsWayOut.Reply(),
                2 => new SmsWayOut.Code("AD-RIMAL"),
                _ => new SmsWayOut.Link(new("https://l.example.com/u/AB12cd34EF")),
            },
            Digits = random.Next(4) == 0 ? Digits.ArabicIndic : Digits.Western,
        };
    }

    private static string? Title(Random random) => random.Next(12) == 0 ? null
        : random.Next(2) == 0 ? string.Join(' ', Enumerable.Repeat("Espresso blend", random.Next(1, 9))) : Words(random, 0, 12);

    private static string Words(Random random, int least, int most)
    {
        var text = new StringBuilder();
        for (var count = random.Next(least, most + 1); count > 0; count--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
            if (random.Next(3) > 0) { text.Append(' '); }
        }

        return text.ToString();
    }
}
