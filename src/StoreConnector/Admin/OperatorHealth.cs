using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Admin;

/// <summary>How the service is, for who runs it.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="Uptime">Since this process began, on the machine's clock.</param>
/// <param name="Engine">What it keeps things in.</param>
/// <param name="Now">The service's clock.</param>
/// <param name="SweptUntil">Everything that was due until then is queued; null before the first sweep.</param>
/// <param name="SweepLag">How far that is behind; a minute or two is usual.</param>
/// <param name="LastNightly">When the night's work was last looked at and nothing failed; null before that.</param>
/// <param name="Poison">Messages that were given up, by queue.</param>
internal sealed record HealthModel(
    string Version, string Uptime, string Engine, DateTimeOffset Now, DateTimeOffset? SweptUntil, string? SweepLag,
    DateTimeOffset? LastNightly, IReadOnlyDictionary<string, int> Poison);

/// <summary>A handful of point reads and counts: asking costs the same however much is stored.</summary>
internal static class OperatorHealth
{
    public static async Task<Ok<HealthModel>> ReadAsync(
        DueIndex due, NightMark night, IQueues queues, EngineName engine, TimeProvider clock,
        CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var until = await SweptUntilAsync(due, cancel);
        var poison = new Dictionary<string, int>();
        foreach (var name in Queues.All)
        {
            poison[name] = await (await queues.OpenAsync(name, cancel)).PoisonCountAsync(cancel);
        }

        return TypedResults.Ok(new HealthModel(
            Version, Whole(TimeProvider.System.GetUtcNow() - Process.GetCurrentProcess().StartTime.ToUniversalTime()),
            engine.Text, now, until, until is null ? null : Whole(now - until.Value), await night.ReadAsync(cancel),
            poison));
    }

    private static string Version => typeof(OperatorHealth).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static string Whole(TimeSpan span) =>
        IsoDuration.Write(span < TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Floor(span.TotalSeconds)));

    /// <summary>The shard that is furthest behind.</summary>
    private static async ValueTask<DateTimeOffset?> SweptUntilAsync(DueIndex due, CancellationToken cancel)
    {
        DateTimeOffset? earliest = null;
        for (var shard = 0; shard < DueIndex.Shards; shard++)
        {
            if (DueIndex.TimeOf(await due.ReadDoneAsync(shard, cancel)) is not { } done) { return null; }

            earliest = done < earliest || earliest is null ? done : earliest;
        }

        return earliest;
    }
}
