using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

public sealed class MessageLanguageTests
{
    [Theory]
    [InlineData("ar-AE", "en", "ar")]
    [InlineData("AR", "en", "ar")]
    [InlineData("ar_EG", "en", "ar")]
    [InlineData("ary", "en", "ar")]
    [InlineData("arn-CL", "ar", "en")]
    [InlineData("en-US", "ar-AE", "en")]
    [InlineData("fr", "ar-AE", "en")]
    [InlineData(null, "ar-AE", "ar")]
    [InlineData("", "ar", "ar")]
    [InlineData("und", "ar", "ar")]
    [InlineData("??", "en-GB", "en")]
    [InlineData(null, "de", "en")]
    [InlineData(null, null, "en")]
    public void A_person_reads_their_own_language_or_the_store_s(string? person, string? store, string expected) =>
        Assert.Equal(expected, MessageLanguage.For(person, store));

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 3, 1)]
    [InlineData(2, 3, 2)]
    [InlineData(3, 3, 3)]
    [InlineData(2, 2, 3)]
    [InlineData(4, 5, 2)]
    [InlineData(5, 5, 3)]
    public void The_last_reminder_is_called_so_only_when_it_is(int step, int steps, int words) =>
        Assert.Equal(words, CartReminder.WordsFor(step, steps));
}
