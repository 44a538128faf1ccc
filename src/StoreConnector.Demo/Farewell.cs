namespace StoreConnector.Demo;

/// <summary>Where to look when the story is told.</summary>
internal static class Farewell
{
    public static async Task TellAsync(
        Transcript transcript, string folder, Uri url, Cast cast, Watch watch, bool keeps, CancellationToken cancel)
    {
        var english = await SaveAsync(folder, "reminder-en.html", watch.MailsTo(cast.Layla), cancel);
        var arabic = await SaveAsync(folder, "reminder-ar.html", watch.MailsTo(cast.Mariam), cancel);
        var drop = await SaveAsync(folder, "price-drop-en.html", watch.MailsTo(cast.Yusuf), cancel);
        var reorder = await SaveAsync(folder, "reorder-en.html", watch.MailsTo(cast.Karim), cancel);
        var at = keeps ? url.GetLeftPart(UriPartial.Authority) : "http://127.0.0.1:5188";
        var (store, key) = (cast.Dina.StoreId, watch.Customers.GetValueOrDefault(cast.Dina)?.Key);
        transcript.Head("Where to look");
        var how = keeps
            ? $"The service goes on, until Ctrl-C. Its data and its log: {folder}"
            : $"The service is stopped; its data and its log stay in {folder}\n  Start it again on them:\n\n"
                + $"    ./run --Storage:Path={folder}";
        transcript.Say($"""
              Four of the mails, to be opened in a browser:

                {english}
                {arabic}
                {drop}
                {reorder}

              {how}

              Ask it from another terminal what would have left, and all about Dina:

                at={at} data={folder}
                auth="Authorization: Bearer $(cat $data/operator.key)" store={store}
                curl -s "$at/api/operator/outbox?storeId=$store" -H "$auth"
                curl -s "$at/api/stores/$store/customers/{key}" -H "$auth"

            """);
    }

    private static async Task<string> SaveAsync(
        string folder, string name, IReadOnlyList<Mail> mails, CancellationToken cancel)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, mails.Count > 0 ? mails[0].Html ?? "" : "", cancel);
        return path;
    }
}
