using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing;

/// <summary>How far an import is.</summary>
internal enum ImportStatus
{
    /// <summary>It waits for its turn, or for the shop to begin.</summary>
    Queued,

    /// <summary>The shop writes the file.</summary>
    Running,

    /// <summary>The file, or the site's list, is read page by page.</summary>
    Reading,

    /// <summary>All of it was queued.</summary>
    Done,

    /// <summary>The merchant stopped it.</summary>
    Stopped,

    /// <summary>It could not be: <see cref="ImportState.Why"/> says why.</summary>
    Failed,
}

/// <summary>One import of one store, as it is kept. It holds nothing of a person, and never a file's address.</summary>
internal sealed record ImportState
{
    /// <summary>Files asked for in one run: one that is cut short three times will be a fourth time.</summary>
    public const int MaxFiles = 3;

    /// <summary>Which: one of <see cref="Imports.KindsOf"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Names the step that comes next; null at the end. A message of another name is a repeat of what is behind us, of
    /// a run that was given up, or comes before its step was saved.
    /// </summary>
    public string? Next { get; init; }

    /// <summary>How far it is.</summary>
    public required ImportStatus Status { get; init; }

    /// <summary>When the run was begun.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it came to an end, whichever.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The shop's name of the operation that writes the file.</summary>
    public string? Operation { get; init; }

    /// <summary>
    /// When the file was found finished, or the list begun: the time at which its events were received.
    /// </summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>Where the next page of the file begins.</summary>
    public BulkMark Mark { get; init; } = BulkMark.Start;

    /// <summary>Where the next page of the site's list begins; null where a file is read.</summary>
    public RowMark? Rows { get; init; }

    /// <summary>Lines of the whole file, or rows of the list; null until that is known.</summary>
    public long? Of { get; init; }

    /// <summary>Bytes of the whole file, where the shop said it.</summary>
    public long? Bytes { get; init; }

    /// <summary>Objects that could not be read; they are left out.</summary>
    public int Unreadable { get; init; }

    /// <summary>Files asked for in this run.</summary>
    public int Files { get; init; }

    /// <summary>Why it failed, in a sentence for the merchant.</summary>
    public string? Why { get; init; }

    /// <summary>The step that is awaited; null when none is.</summary>
    public ImportStep? Step() => Next is not { } name ? null : new(name, Status switch
    {
        ImportStatus.Queued => ImportDo.Start,
        ImportStatus.Running => ImportDo.Poll,
        ImportStatus.Reading => ImportDo.Page,
        _ => ImportDo.Cancel,
    });

    /// <summary>Whether it is still under way, or will be.</summary>
    public bool IsOpen() => Status is ImportStatus.Queued or ImportStatus.Running or ImportStatus.Reading;
}

/// <summary>A place in a list that is sorted by id and can only be asked for by how many rows to pass over.</summary>
/// <param name="Offset">Rows before it, as the list was when it was read.</param>
/// <param name="LastId">The greatest id that was read: what is to come is greater. 0 at the beginning.</param>
/// <param name="Read">Rows that were read in all.</param>
internal sealed record RowMark(long Offset, long LastId, long Read);

/// <summary>An import's row and the version to save against; both null when it was never begun.</summary>
internal sealed record ImportRead(ImportState? State, string? ETag);

/// <summary>Where a store's imports are kept: a row for each kind in the store's own table.</summary>
internal static class ImportTable
{
    private const string Partition = "imports";

    public static async ValueTask<ImportRead> ReadAsync(StoreContext store, string kind, CancellationToken cancel)
    {
        var row = await store.Customers.Table.ReadAsync(Partition, kind, cancel);
        return row is null ? new(null, null)
            : new(JsonSerializer.Deserialize<ImportState>(row.Value.Span, EventJson.Options), row.ETag);
    }

    /// <returns>False when another writer came first: read again and decide again.</returns>
    public static ValueTask<bool> TryWriteAsync(
        StoreContext store, ImportState state, string? etag, CancellationToken cancel)
    {
        var value = JsonSerializer.SerializeToUtf8Bytes(state, EventJson.Options);
        return store.Customers.Table.TryWriteAsync(Partition,
            [etag is null ? new TableWrite.Insert(state.Kind, value) : new TableWrite.Replace(state.Kind, value, etag)],
            cancel);
    }
}

/// <summary>What a step of an import is to do.</summary>
internal enum ImportDo
{
    /// <summary>Ask the shop for the file.</summary>
    Start,

    /// <summary>See whether it is written.</summary>
    Poll,

    /// <summary>Read a page.</summary>
    Page,

    /// <summary>Tell the shop that nobody wants it.</summary>
    Cancel,
}

/// <summary>One step, as a message of <see cref="Queues.Imports"/> carries it.</summary>
/// <param name="Name">Which: <see cref="ImportState.Next"/> says whether it is awaited.</param>
/// <param name="Do">What.</param>
/// <param name="Looks">How often it was looked whether the file is written.</param>
/// <param name="Tries">How often the step was tried in vain.</param>
internal sealed record ImportStep(string Name, ImportDo Do, int Looks = 0, int Tries = 0)
{
    /// <summary>The name of a look that nobody waits for: it is followed by no other.</summary>
    public const string Unasked = "unasked";

    /// <summary>A name that no other step has.</summary>
    public static string NewName() => RandomNumberGenerator.GetHexString(12, lowercase: true);

    public static bool TryParse(string text, [NotNullWhen(true)] out ImportStep? step)
    {
        step = text.Split(' ') is [{ Length: > 0 } name, var what, var looks, var tries]
            && Enum.TryParse<ImportDo>(what, out var todo) && Enum.IsDefined(todo)
            && int.TryParse(looks, NumberStyles.None, CultureInfo.InvariantCulture, out var looked)
            && int.TryParse(tries, NumberStyles.None, CultureInfo.InvariantCulture, out var tried)
            ? new(name, todo, looked, tried) : null;
        return step is not null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Do} {Looks} {Tries}");
}
