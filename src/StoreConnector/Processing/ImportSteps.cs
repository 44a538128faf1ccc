using StoreConnector.Core.Events;
using StoreConnector.Storage;

namespace StoreConnector.Processing;

/// <summary>Where a step of an import stands.</summary>
internal sealed record ImportPlace(StoreContext Store, ImportState State, string ETag, ImportStep Step)
{
    /// <summary>Whether it is this step that comes next.</summary>
    public bool IsAwaited => Step.Name == State.Next;
}

/// <summary>
/// What the imports of all platforms do alike. Every step first queues the next one and then saves where it is, so that
/// a crash between repeats a step; a repeat finds the same events, which do no harm.
/// </summary>
/// <param name="kind">One of <see cref="Imports.KindsOf"/>.</param>
internal sealed class ImportSteps(
    string kind, IStoreDirectory stores, Imports imports, IQueue shopEvents, TimeProvider clock)
{
    /// <summary>Events are queued no faster, in a second: what happens now has to get its turn among them.</summary>
    public const int EventsPerSecond = 200;

    /// <summary>Until a step is saved the next one is not looked at.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    /// <summary>Before a step that got no answer is tried again; doubled each time up to the longest.</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(30), LongestRetry = TimeSpan.FromHours(1);

    /// <summary>How often a step is tried that gets no answer: for about a day.</summary>
    private const int MaxTries = 30;

    /// <summary>How often a step is put off that nobody awaits yet; then it never will be.</summary>
    private const int MaxEarly = 5;

    /// <summary>Messages queued at once.</summary>
    private const int Batch = 100;

    /// <summary>Where the step stands that a message carries; null when there is nothing to it any more.</summary>
    public async ValueTask<ImportPlace?> FindAsync(ImportMessage message, CancellationToken cancel)
    {
        if (!ImportStep.TryParse(message.After, out var step)
            || await stores.FindAsync(message.StoreId, cancel) is not { Store.IsActive: true } store) { return null; }

        var (state, etag) = await ImportTable.ReadAsync(store, kind, cancel);
        return state is null || etag is null ? null : new(store, state, etag, step);
    }

    /// <summary>
    /// A repeat of what is behind us, or a step that came before it was saved that it comes. The two cannot be told
    /// apart, so it comes a few times more, and is dropped.
    /// </summary>
    public Task NotAwaitedAsync(ImportPlace at, CancellationToken cancel) =>
        // It has come to its end, and a crash may have come before the next one was begun.
        !at.State.IsOpen() ? imports.BeginNextAsync(at.Store, cancel).AsTask()
        : at.Step.Name == ImportStep.Unasked || at.Step.Tries >= MaxEarly ? Task.CompletedTask
        : RetryAsync(at, Settled * Math.Pow(2, at.Step.Tries), cancel);

    /// <summary>Queues what a page said.</summary>
    /// <returns>How long the next page waits, so that not more come in a second.</returns>
    public async ValueTask<TimeSpan> QueueAsync(
        ImportPlace at, IReadOnlyList<StoreEvent> events, CancellationToken cancel)
    {
        foreach (var batch in events.Chunk(Batch))
        {
            await shopEvents.SendAsync([.. batch.Select(e => new QueueSend(
                Queues.Write(new ShopEventMessage(1, at.Store.Store.Id, e))))], cancel);
        }

        var pace = TimeSpan.FromSeconds((double)events.Count / EventsPerSecond);
        return pace > Settled ? pace : Settled;
    }

    /// <summary>The same step later; after too many tries it is a failure.</summary>
    public Task AgainAsync(ImportPlace at, string why, CancellationToken cancel)
    {
        if (at.Step.Tries >= MaxTries) { return FailAsync(at, why, cancel); }

        var wait = FirstRetry * Math.Pow(2, Math.Min(at.Step.Tries, 10));
        return RetryAsync(at, wait < LongestRetry ? wait : LongestRetry, cancel);
    }

    /// <summary>It cannot be.</summary>
    /// <param name="why">A sentence for the merchant.</param>
    public Task FailAsync(ImportPlace at, string why, CancellationToken cancel) =>
        EndAsync(at, at.State with { Status = ImportStatus.Failed, Why = why }, cancel);

    /// <summary>It is over, and the next kind begins.</summary>
    public async Task EndAsync(ImportPlace at, ImportState state, CancellationToken cancel)
    {
        var ended = state with { FinishedAt = clock.GetUtcNow(), Next = null };
        if (await ImportTable.TryWriteAsync(at.Store, ended, at.ETag, cancel))
        {
            await imports.BeginNextAsync(at.Store, cancel);
        }
    }

    /// <summary>The next step is queued before this one is said to be behind us: a crash between repeats.</summary>
    /// <returns>False when somebody else has changed the import: it was stopped, or this step ran twice.</returns>
    public async ValueTask<bool> GoOnAsync(
        ImportPlace at, ImportState next, TimeSpan wait, CancellationToken cancel)
    {
        next = next with { Next = ImportStep.NewName() };
        await imports.QueueAsync(at.Store, kind, next.Step()!, cancel, wait);
        return await ImportTable.TryWriteAsync(at.Store, next, at.ETag, cancel);
    }

    private Task RetryAsync(ImportPlace at, TimeSpan wait, CancellationToken cancel) => imports.QueueAsync(
        at.Store, kind, at.Step with { Tries = at.Step.Tries + 1 }, cancel, wait).AsTask();
}
