namespace StoreConnector.Demo;

/// <summary>Where to look when the story is told.</summary>
internal static class Farewell
{
    public static async Task TellAsync(
        Transcript transcript, string folder, Uri url, Cast cast, Watch watch, bool keeps, CancellationToken cancel)
    {
        var english = await SaveAsync(folder, "reminder-en.html", watch.MailsTo(cast.Layla), cancel);
        var arabic = await SaveAsync(folder, "reminder-ar.html", watch.MailsTo(cast.Mariam), cancel);
        var at = keeps ? url.GetLeftPart(UriPartial.Authority) : "http://127.0.0.1:5188";
        var (store, key) = (cast.Dina.StoreId, watch.Customers.GetValueOrDefault(cast.Dina)?.Key);
        transcript.Head("Where to look");
        transcript.Say($"""
              Two of the mails; open them in a browser:
                {english}
                {arabic}

              {(keeps ? $"The service goes on at {at} (its log and data: {folder})."
                : $"The service is stopped; its log and data stay in {folder}.")}
              {(keeps ? "Ctrl-C stops it. Ask it, in another terminal:" : $"Start it again on them, and ask it in another terminal:\n    ./run --Storage:Path={folder}\n")}
                auth="Authorization: Bearer $(cat {folder}/operator.key)"
                curl -s "{at}/api/operator/outbox?storeId={store}" -H "$auth"     # what would have left
                curl -s "{at}/api/stores/{store}/customers/{key}" -H "$auth"     # Dina: decisions, reasons, facts
            """);
    }

    private static async Task<string> SaveAsync(
        string folder, string name, IReadOnlyList<Mail> mails, CancellationToken cancel)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, mails.Count > 0 ? mails[0].Html : "", cancel);
        return path;
    }
}
