using System.Threading.Channels;

namespace StoreConnector.Storage.Sqlite;

/// <summary>
/// The one thread that writes. It takes what is waiting, runs it in one transaction and commits once, so that many
/// requests share one fsync. When nobody else is waiting a request is committed alone and at once.
/// </summary>
/// <remarks>
/// There are no savepoints: a request looks at all its preconditions before its first change, so one that does not hold
/// has changed nothing and the others go on. A request is either run and answered, or cancelled and not run.
/// </remarks>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>The most requests of one commit.</summary>
    public const int MaxGroup = 256;

    /// <summary>The most bytes of one commit: a group ends with the request that passes it.</summary>
    public const long MaxGroupBytes = 8 * 1024 * 1024;

    /// <summary>The most requests that wait; the next caller waits for room.</summary>
    public const int MaxWaiting = 4096;

    /// <summary>Numbers reserved on disk at once, so that not every commit writes the counter.</summary>
    private const long NumberBlock = 1_000_000;

    private readonly Channel<Request> waiting = Channel.CreateBounded<Request>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly SqliteSession db;
    private readonly string file;
    private readonly Action<long> committed;
    private readonly Thread thread;
    private long reserved;

    /// <param name="db">The writer's own session; it is closed with the writer.</param>
    /// <param name="file">For what failures say.</param>
    /// <param name="committed">Called after each commit, on the writer's thread, with the pages it wrote.</param>
    public SqliteWriter(SqliteSession db, string file, Action<long> committed)
    {
        (this.db, this.file, this.committed) = (db, file, committed);
        reserved = db.LastNumber;
        thread = new(Loop) { IsBackground = true, Name = "SQLite writer" };
        thread.Start();
    }

    /// <summary>Held while a transaction is open; who holds it keeps the writer out.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Runs the work in the next transaction; on return it is on disk.</summary>
    /// <param name="bytes">About how much it writes.</param>
    /// <param name="work">
    /// Either changes nothing or everything it means to. A <see cref="StorageUnavailableException"/> is its own answer
    /// and must come before its first change; any other exception undoes the whole group.
    /// </param>
    public async ValueTask<T> RunAsync<T>(long bytes, Func<SqliteSession, T> work, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var request = new Request<T>(bytes, work, cancel);
        try
        {
            await waiting.Writer.WriteAsync(request, cancel);
        }
        catch (ChannelClosedException)
        {
            throw new StorageUnavailableException($"{file} is being closed.");
        }

        return await request.Answer.ConfigureAwait(false);
    }

    /// <summary>Finishes what waits, and ends.</summary>
    public void Dispose()
    {
        waiting.Writer.TryComplete();
        thread.Join();
        db.Dispose();
    }

    private void Loop()
    {
        var group = new List<Request>(MaxGroup);
        while (waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            Take(group);
            var failure = group.Count == 0 ? null : TryCommit(group);
            foreach (var request in group)
            {
                request.Finish(failure);
            }

            group.Clear();
        }
    }

    private void Take(List<Request> group)
    {
        var bytes = 0L;
        while (group.Count < MaxGroup && bytes < MaxGroupBytes && waiting.Reader.TryRead(out var request))
        {
            if (!request.IsCancelled())
            {
                group.Add(request);
                bytes += request.Bytes;
            }
        }
    }

    private StorageUnavailableException? TryCommit(List<Request> group)
    {
        lock (Gate)
        {
            try
            {
                Commit(group);
                return null;
            }
#pragma warning disable CA1031 // Whatever it was, all that waited must hear of it, and the thread must go on.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                UndoIfOpen();
                return SqliteFailure.Explain(failure, file);
            }
        }
    }

    private void Commit(List<Request> group)
    {
        db.Use("BEGIN IMMEDIATE").Run();
        foreach (var request in group)
        {
            request.Run(db);
        }

        var upTo = db.LastNumber > reserved ? db.LastNumber + NumberBlock : reserved;
        if (upTo != reserved)
        {
            db.Use("UPDATE numbers SET reserved = ?1").Bind(upTo).Run();
        }

        db.Use("COMMIT").Run();
        reserved = upTo;
        committed(db.TakePagesWritten());
    }

    private void UndoIfOpen()
    {
        try
        {
            if (db.InTransaction) // A full disk may have undone it already.
            {
                db.Use("ROLLBACK").Run();
            }
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // Then the next BEGIN fails and says so; nothing of this group was acknowledged.
        }
    }

    private abstract class Request(long bytes, CancellationToken cancel)
    {
        public long Bytes => bytes;

        protected CancellationToken Cancel => cancel;

        public abstract bool IsCancelled();

        public abstract void Run(SqliteSession db);

        public abstract void Finish(StorageUnavailableException? failure);
    }

    private sealed class Request<T>(long bytes, Func<SqliteSession, T> work, CancellationToken cancel)
        : Request(bytes, cancel)
    {
        private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private StorageUnavailableException? refusal;
        private T result = default!;

        public Task<T> Answer => answer.Task;

        public override bool IsCancelled() => Cancel.IsCancellationRequested && answer.TrySetCanceled(Cancel);

        public override void Run(SqliteSession db)
        {
            try
            {
                result = work(db);
            }
            catch (StorageUnavailableException refused)
            {
                refusal = refused;
            }
        }

        public override void Finish(StorageUnavailableException? failure)
        {
            if ((failure ?? refusal) is { } wrong)
            {
                answer.SetException(wrong);
            }
            else
            {
                answer.SetResult(result);
            }
        }
    }
}
