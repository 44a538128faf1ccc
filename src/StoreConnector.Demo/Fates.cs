namespace StoreConnector.Demo;

/// <summary>What must have come of everybody, checked against what the service itself says.</summary>
internal static class Fates
{
    /// <summary>Tells each fate and whether it came.</summary>
    /// <returns>How many did not.</returns>
    public static int Tell(Cast cast, Watch watch, Transcript transcript)
    {
        var wrong = 0;
        void Fate(Shopper who, string told, int mails, string? language, params string[] reasons)
        {
            var found = Differs(watch, who, mails, language, reasons);
            transcript.Fate(who.Name, told, found);
            wrong += found is null ? 0 : 1;
        }

        Fate(cast.Layla, "left a cart: reminded after 5 hours and once more after a day, in English.", 2, "en");
        Fate(cast.Sara, "bought as a guest on another device: silence.", 0, "en", "already-bought");
        Fate(cast.Omar, "never gave permission: silence.", 0, "en", "no-permission");
        Fate(cast.Dina, "visited her cart three times: one reminder, and none after she bought.", 1, "en",
            "already-bought");
        Fate(cast.Mariam, "shops in Arabic: one reminder in Arabic, as her store has set.", 1, "ar", "series-done");
        Fate(cast.Nora, "unsubscribed by the link in the first reminder: no second.", 1, "en", "unsubscribed");
        Fate(cast.Yusuf, "took a dripper out of his cart again; it got cheaper: told, once.", 1, "en", "series-done");
        Fate(cast.Karim, "buys coffee every 27 days: reminded when it is nearly used up.", 1, "en", "series-done");
        Fate(cast.Salma, "agreed to texts alone, and left at night: one text, in the morning.", 1, null, "series-done",
            "one-text-per-cart");
        Fate(cast.Hana, "a price fell in the evening and was up again by morning: silence.", 0, null, "price-rose");
        return wrong;
    }

    private static string? Differs(Watch watch, Shopper who, int mails, string? language, string[] reasons)
    {
        var sent = watch.MailsTo(who);
        var steps = string.Join(", ", sent.Select(m => m.Step));
        var direction = language == "ar" ? "rtl" : "ltr";
        bool IsWritten(Mail mail) => language is null ? mail is { Channel: "sms", Segments: > 0 and <= 2 }
            : mail.Html?.Contains($"lang=\"{language}\"", StringComparison.Ordinal) == true
                && mail.Html.Contains($"dir=\"{direction}\"", StringComparison.Ordinal);

        return !sent.Select(m => m.Step).SequenceEqual(Enumerable.Range(1, mails)) ? $"the reminders were [{steps}]."
            : sent.Select(m => m.Occasion).Distinct().Count() > 1 ? "they spoke of more than one thing."
            : !sent.All(IsWritten) ? $"it is not written as {language ?? "a text"}."
            : reasons.Length > 0 && !reasons.Contains(watch.LastAbout(who)?.Reason)
                ? $"the last reason is {watch.LastAbout(who)?.Reason ?? "missing"}."
            : null;
    }
}
