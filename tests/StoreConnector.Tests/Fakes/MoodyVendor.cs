using StoreConnector.Channels;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Fakes;

/// <summary>
/// A vendor as bad as vendors are, by chance of a seed: it loses answers, accepts and then fails, tells everything twice and
/// in any order, takes a STOP at any time, and counts what it accepted.
/// </summary>
internal sealed class MoodyVendor(Random random, World world) : IMessageChannel
{
    private readonly List<(DateTimeOffset At, VendorReport Report)> toTell = [];
    private readonly Dictionary<string, DeliveryStatus> truth = [];
    private int told;

    /// <summary>What it accepted, and when.</summary>
    public List<(DateTimeOffset At, OutgoingMessage Message)> Accepted { get; } = [];

    /// <summary>Addresses whose STOP we acknowledged, and when.</summary>
    public Dictionary<string, DateTimeOffset> Stopped { get; } = [];

    /// <summary>The greatest that it told of each message.</summary>
    public Dictionary<string, DeliveryStatus> Told { get; } = [];

    public ValueTask<SendResult> SendAsync(OutgoingMessage message, CancellationToken cancel)
    {
        var luck = random.NextDouble();
        if (luck < 0.05) { return new(new SendResult.Refused("Refused, says the twin.")); }

        if (luck < 0.12) { return new(new SendResult.Unknown("It never arrived, and nobody can know.")); }

        Accepted.Add((world.Clock.Now, message));
        Plan(message);
        return new(luck < 0.3 ? new SendResult.Unknown("The answer was lost.") : new SendResult.Accepted("v" + message.SendId));
    }

    public ValueTask<FoundMessage?> FindAsync(SentMessage sent, CancellationToken cancel) =>
        new(random.NextDouble() < 0.5 || !truth.ContainsKey(sent.SendId) ? null
            : new FoundMessage("v" + sent.SendId, DeliveryStatus.Accepted));

    /// <summary>Tells what is due by now, each now and then twice.</summary>
    public async Task TellAsync()
    {
        var due = toTell.Where(t => t.At <= world.Clock.Now).OrderBy(_ => random.Next()).ToList();
        toTell.RemoveAll(t => t.At <= world.Clock.Now);
        foreach (var (_, report) in due)
        {
            var store = (await world.FindAsync(World.StoreId, default))!;
            for (var times = random.Next(1, 4); times > 0; times--) { await world.Reports.ApplyAsync(store, [report], default); }

            if (report.IsOptOut == true) { Stopped.TryAdd(report.To!.Address, world.Clock.Now); }

            if (report is { Status: { } status, SendId: { } id }
                && (!Told.TryGetValue(id, out var known) || status > known)) { Told[id] = status; }
        }
    }

    /// <summary>When it has something to tell; null when nothing.</summary>
    public DateTimeOffset? Next() => toTell.Count == 0 ? null : toTell.Min(t => t.At);

    private void Plan(OutgoingMessage message)
    {
        var (id, luck) = (message.SendId, random.NextDouble());
        truth[id] = luck < 0.1 ? DeliveryStatus.Failed : luck < 0.15 ? DeliveryStatus.BadAddress : DeliveryStatus.Delivered;
        foreach (var status in new[] { DeliveryStatus.Accepted, DeliveryStatus.OnItsWay, truth[id] })
        {
            if (random.Next(4) > 0) { Later(new VendorReport($"{id}-{status}", default) { SendId = id, Status = status }); }
        }

        Assert.True(EmailAddress.TryParse(message.To, out var to));
        if (random.Next(6) == 0) { Later(new($"{id}-stop", default) { To = Contact.Of(to), IsOptOut = true }); }

        if (random.Next(20) == 0) { Later(new($"{id}-spam", default) { SendId = id, IsComplaint = true }); }
    }

    private void Later(VendorReport report)
    {
        var at = world.Clock.Now.AddMinutes(random.NextDouble() * random.Next(1, 5000));
        toTell.Add((at, report with { Id = $"{report.Id}-{told++}", At = at }));
    }
}
