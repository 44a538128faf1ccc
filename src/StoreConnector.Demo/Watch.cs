namespace StoreConnector.Demo;

/// <summary>
/// Asks the service, over its API, what it decided and what would have left, and tells each thing once, in the order of
/// time. All it knows comes from there.
/// </summary>
internal sealed class Watch(ServiceApi api, IReadOnlyList<Shopper> people, Transcript transcript)
{
    private readonly Dictionary<Shopper, string> keys = [];
    private readonly Dictionary<Shopper, int> decisionsTold = [];
    private readonly Dictionary<string, int> mailsTold = [];

    /// <summary>Everybody that the service knows of, as it sees them.</summary>
    public Dictionary<Shopper, Customer> Customers { get; } = [];

    /// <summary>All messages to each address, oldest first.</summary>
    public ILookup<string, Mail> Mails { get; private set; } = Enumerable.Empty<Mail>().ToLookup(m => m.To);

    /// <summary>Looks once and tells what is new.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        await ReadCustomersAsync(cancel);
        var news = await ReadOutboxAsync(cancel);
        // A mail's decision was saved before it left: reading again shows every one that belongs before it.
        if (news.Count > 0) { await ReadCustomersAsync(cancel); }

        foreach (var (who, customer) in Customers)
        {
            news.AddRange(customer.Decisions.Skip(decisionsTold.GetValueOrDefault(who))
                .Select(d => (d.At, who.Name, Speaker.Service, Sentence(d))));
            decisionsTold[who] = customer.Decisions.Count;
        }

        foreach (var (at, who, speaker, text) in news.OrderBy(n => n.At).ThenBy(n => n.Speaker))
        {
            transcript.Line(at, who, speaker, text);
        }
    }

    public IReadOnlyList<Mail> MailsTo(Shopper who) => [.. Mails[who.Email], .. Mails[who.Phone]];

    /// <summary>The newest decision about her; null while there is none.</summary>
    public Decided? LastAbout(Shopper who) =>
        Customers.GetValueOrDefault(who)?.Decisions is [.., var last] ? last : null;

    private async Task ReadCustomersAsync(CancellationToken cancel)
    {
        foreach (var who in people)
        {
            if (!keys.TryGetValue(who, out var key))
            {
                if (await api.FindAsync(who.StoreId, who.Email, cancel) is not { } found) { continue; }

                key = keys[who] = found;
            }

            Customers[who] = await api.CustomerAsync(who.StoreId, key, cancel);
        }
    }

    private async Task<List<(DateTimeOffset At, string Who, Speaker Speaker, string Text)>> ReadOutboxAsync(
        CancellationToken cancel)
    {
        var news = new List<(DateTimeOffset, string, Speaker, string)>();
        var all = new List<Mail>();
        foreach (var storeId in people.Select(p => p.StoreId).Distinct())
        {
            var mails = await api.OutboxAsync(storeId, cancel);
            news.AddRange(mails.Skip(mailsTold.GetValueOrDefault(storeId))
                .Select(m => (m.SentAt, NameOf(m.To), Speaker.Outbox, Sentence(m))));
            mailsTold[storeId] = mails.Count;
            all.AddRange(mails);
        }

        Mails = all.ToLookup(m => m.To);
        return news;
    }

    private string NameOf(string to) => people.FirstOrDefault(p => p.Email == to || p.Phone == to)?.Name ?? "somebody";

    private static string Sentence(Mail m)
    {
        var what = m.Automation switch
        {
            "price-drop" => "price drop", "replenishment" => "time to reorder", _ => $"reminder {m.Step}",
        };
        return m.Channel == "sms" ? $"{what} as a text to {m.To} ({m.Segments} segments):\n{m.Text}"
            : $"{what} to {m.To}: {m.Subject}";
    }

    private static string Sentence(Decided d)
    {
        var verdict = d is { Decision: "wait", Until: { } until }
            ? $"wait until {ServiceTime.Show(until)} ({d.Reason})." : $"{d.Decision} ({d.Reason}).";
        return Transcript.FitsOnOneLine($"{verdict} {d.Why}") ? $"{verdict} {d.Why}" : $"{verdict}\n{d.Why}";
    }
}
