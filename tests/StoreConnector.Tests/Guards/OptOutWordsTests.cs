using FsCheck;
using FsCheck.Fluent;
using StoreConnector.Core.Guards;

namespace StoreConnector.Tests.Guards;

public sealed class OptOutWordsTests
{
    [Theory]
    [InlineData("STOP")]
    [InlineData("stop")]
    [InlineData("  Stop.  ")]
    [InlineData("STOP!!!")]
    [InlineData("\"Stop\"")]
    [InlineData("Stop\u200F")]
    [InlineData("ＳＴＯＰ")]
    [InlineData("quit")]
    [InlineData("End")]
    [InlineData("revoke")]
    [InlineData("opt out")]
    [InlineData("Opt-Out")]
    [InlineData("OPTOUT")]
    [InlineData("cancel")]
    [InlineData("Unsubscribe")]
    [InlineData("STOPALL")]
    [InlineData("please   stop")]
    [InlineData("إيقاف")]
    [InlineData("ايقاف")]
    [InlineData("إيقـــاف")]
    [InlineData("إِيقَاف")]
    [InlineData("الغاء")]
    [InlineData("إلغاء.")]
    [InlineData("توقف")]
    [InlineData("Stopp")]
    [InlineData("abmelden")]
    [InlineData("Ende")]
    [InlineData("ARRET")]
    [InlineData("arrêt")]
    [InlineData("Baja")]
    [InlineData("parar")]
    [InlineData("ALTO")]
    [InlineData("¡Cancelar!")]
    public void A_word_that_ends_texts_counts_as_the_whole_text(string body) =>
        Assert.Equal(TextMeaning.Stop, OptOutWords.Read(body));

    [Theory]
    [InlineData("START", TextMeaning.Start)]
    [InlineData("yes", TextMeaning.Start)]
    [InlineData("UnStop", TextMeaning.Start)]
    [InlineData("نعم", TextMeaning.Start)]
    [InlineData("نَعَم", TextMeaning.Start)]
    [InlineData("Ja", TextMeaning.Start)]
    [InlineData("Oui", TextMeaning.Start)]
    [InlineData("Sí", TextMeaning.Start)]
    [InlineData("si", TextMeaning.Start)]
    [InlineData("HELP", TextMeaning.Help)]
    [InlineData("info?", TextMeaning.Help)]
    [InlineData("مساعدة", TextMeaning.Help)]
    [InlineData("مساعده", TextMeaning.Help)]
    [InlineData("Hilfe", TextMeaning.Help)]
    [InlineData("aide", TextMeaning.Help)]
    [InlineData("Ayuda", TextMeaning.Help)]
    [InlineData("Stop texting me", TextMeaning.Unclear)]
    [InlineData("STOOP, sorry: stop it", TextMeaning.Unclear)]
    [InlineData("stopppp", TextMeaning.Unclear)]
    [InlineData("pls unsubcribe me", TextMeaning.Unclear)]
    [InlineData("أرجو إيقاف الرسائل", TextMeaning.Unclear)]
    [InlineData("Bitte abmelden, danke", TextMeaning.Unclear)]
    [InlineData("I want to opt-out now", TextMeaning.Unclear)]
    [InlineData("yes please", TextMeaning.Other)]
    [InlineData("When does it arrive?", TextMeaning.Other)]
    [InlineData("متى تصل الطلبية؟", TextMeaning.Other)]
    [InlineData("I am at the bus-tops", TextMeaning.Other)]
    [InlineData("", TextMeaning.Other)]
    [InlineData(null, TextMeaning.Other)]
    [InlineData("\uD83D", TextMeaning.Other)]
    public void Other_texts_mean_what_they_say(string? body, TextMeaning meaning) =>
        Assert.Equal(meaning, OptOutWords.Read(body));

    [Fact]
    public void A_stop_stays_one_whatever_stands_round_it()
    {
        string[] words = ["stop", "إيقاف", "arrêt", "opt out", "Cancelar"];
        string[] around = [" ", "\n", ".", "!", "«", "\u200F", "\u0640", "\uFEFF", "…", "👍"];
        Prop.ForAll(
            Gen.Elements(words).Two().ToArbitrary(), Gen.Elements(around).ListOf().ToArbitrary(),
            Gen.Elements(around).ListOf().ToArbitrary(),
            (word, before, after) => OptOutWords.Read(string.Concat(before) + word.Item1 + string.Concat(after))
                == TextMeaning.Stop).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_text_is_too_odd_to_be_read() => Prop.ForAll<string?>(text =>
    {
        var folded = OptOutWords.Fold(text);
        return folded == folded.Trim() && !folded.Contains("  ", StringComparison.Ordinal)
            && Enum.IsDefined(OptOutWords.Read(text)) && OptOutWords.Fold(folded) == folded;
    }).QuickCheckThrowOnFailure();
}
