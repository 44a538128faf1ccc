using System.Collections.Immutable;
using System.Globalization;
using StoreConnector.Storage;

namespace StoreConnector.Tests.Fakes;

/// <summary>One call of the engine, as the hooks see it.</summary>
/// <param name="Number">1, 2, 3 … in the order of the calls.</param>
/// <param name="What">
/// open, drop, read, range, write; send, receive, delete-message, poison, run-again, drop-poison.
/// </param>
/// <param name="Where">The table's or queue's name.</param>
/// <param name="Key">
/// <c>partition/row</c>, <c>partition/row,row</c> of a batch, <c>partition/from..to</c>; the id of a message; else
/// empty.
/// </param>
/// <param name="IsWrite">Whether it can change anything (a receive does: it leases).</param>
internal sealed record StorageStep(int Number, string What, string Where, string Key, bool IsWrite);

/// <summary>
/// Both storage seams in memory. Nothing happens by itself: no threads, no wall clock, ETags and ids from one counter.
/// The effect of a call happens at once between <see cref="Before"/> and <see cref="After"/>, so a hook that throws is
/// a crash before or after it (a lost answer), and one that waits lets a scheduler interleave handlers.
/// Opening what exists is not a step, for no engine leaves the process for it.
/// </summary>
/// <param name="clock">The service's clock, which leases run on too.</param>
internal sealed class FakeEngine(TimeProvider clock) : ITables, IQueues
{
    private readonly Lock gate = new();
    private TaskCompletionSource sent = NewSignal();

    /// <summary>Called before the effect of every call; may throw or wait.</summary>
    public Func<StorageStep, ValueTask>? Before { get; set; }

    /// <summary>Called after the effect of every call, before its answer; may throw or wait.</summary>
    public Func<StorageStep, ValueTask>? After { get; set; }

    /// <summary>Everything that is stored. It never changes in place: keep it, and set it again to go back.</summary>
    public FakeState State { get; set; } = FakeState.Empty;

    /// <summary>How many steps there were; set it to zero to count again.</summary>
    public int Steps { get; set; }

    /// <summary>A second engine that begins with the same content and goes its own way. It has no hooks.</summary>
    public FakeEngine Clone(TimeProvider? otherClock = null) =>
        new(otherClock ?? clock) { State = State, Steps = Steps };

    // What tests look at. None of it is a step.

    public IReadOnlyList<string> TableNames => [.. State.Tables.Keys];

    public IReadOnlyList<string> QueueNames => [.. State.Queues.Keys];

    /// <summary>All rows of a table by partition and key; none when the table does not exist.</summary>
    public IReadOnlyList<FakeRow> Rows(string table) =>
        State.Tables.TryGetValue(table, out var partitions)
            ? [.. partitions.SelectMany(partition => partition.Value.Select(row =>
                new FakeRow(partition.Key, row.Key, row.Value.Value, row.Value.ETag)))]
            : [];

    /// <summary>One row, or null.</summary>
    public TableRow? Row(string table, string partition, string row) =>
        State.Tables.GetValueOrDefault(table)?.GetValueOrDefault(partition)?.GetValueOrDefault(row);

    /// <summary>
    /// All messages of a queue, visible or not, in the order they were sent; poison is not among them.
    /// </summary>
    public IReadOnlyList<FakeMessage> Messages(string queue) =>
        State.Queues.TryGetValue(queue, out var content) ? [.. content.Messages.Values] : [];

    /// <summary>The messages of a queue that a receive could take now.</summary>
    public IReadOnlyList<FakeMessage> Visible(string queue) =>
        [.. Messages(queue).Where(m => m.IsVisible(clock.GetUtcNow()))];

    /// <summary>The poisoned messages of a queue, oldest first.</summary>
    public IReadOnlyList<PoisonMessage> Poison(string queue) =>
        State.Queues.TryGetValue(queue, out var content) ? [.. content.Poison.Values] : [];

    async ValueTask<ITable> ITables.OpenAsync(string name, CancellationToken cancel)
    {
        Limits.CheckTableName(name);
        if (!State.Tables.ContainsKey(name))
        {
            await StepAsync("open", name, "", true, () => State = State.WithTable(name), cancel);
        }

        return new Table(this, name);
    }

    public ValueTask DropAsync(string name, CancellationToken cancel)
    {
        Limits.CheckTableName(name);
        return Done(StepAsync("drop", name, "", true, () =>
            State = State with { Tables = State.Tables.Remove(name) }, cancel));
    }

    async ValueTask<IQueue> IQueues.OpenAsync(string name, CancellationToken cancel)
    {
        Limits.CheckQueueName(name);
        if (!State.Queues.ContainsKey(name))
        {
            await StepAsync("open", name, "", true, () => State = State.WithQueue(name), cancel);
        }

        return new Queue(this, name);
    }

    /// <summary>
    /// The one place with real time, as the seam asks: a pump in a test must not wait forever, nor spin.
    /// </summary>
    public async ValueTask WaitAsync(TimeSpan atMost, CancellationToken cancel)
    {
        Task signal;
        lock (gate)
        {
            signal = sent.Task;
        }

        await signal.WaitAsync(atMost, TimeProvider.System, cancel)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            sent = sent.Task.IsCompleted ? NewSignal() : sent;
        }
    }

    /// <summary>Ends a <see cref="WaitAsync"/>, for example after the clock was moved.</summary>
    public void Wake()
    {
        lock (gate)
        {
            sent.TrySetResult();
        }
    }

    private async ValueTask<T> StepAsync<T>(
        string what, string where, string key, bool isWrite, Func<T> effect, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        StorageStep step;
        lock (gate)
        {
            step = new(++Steps, what, where, key, isWrite);
        }

        if (Before is { } before)
        {
            await before(step);
        }

        T answer;
        lock (gate)
        {
            answer = effect();
        }

        if (After is { } after)
        {
            await after(step);
        }

        return answer;
    }

    private static async ValueTask Done<T>(ValueTask<T> step) => await step;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long NextNumber()
    {
        State = State with { Counter = State.Counter + 1 };
        return State.Counter;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Table(FakeEngine engine, string name) : ITable
    {
        public ValueTask<TableRow?> ReadAsync(string partition, string row, CancellationToken cancel)
        {
            Limits.CheckKey(partition);
            Limits.CheckKey(row);
            return engine.StepAsync("read",
                name, $"{partition}/{row}", false, () => Rows(partition).GetValueOrDefault(row), cancel);
        }

        public ValueTask<IReadOnlyList<TableRow>> RangeAsync(
            string partition, string from, string to, int max, CancellationToken cancel)
        {
            Limits.CheckRange(partition, from, to, max);
            return engine.StepAsync<IReadOnlyList<TableRow>>("range", name, $"{partition}/{from}..{to}", false, () =>
                [.. Rows(partition).Values
                    .Where(row => string.CompareOrdinal(row.Key, from) >= 0 && string.CompareOrdinal(row.Key, to) < 0)
                    .Take(max)], cancel);
        }

        public ValueTask<IReadOnlyList<ScannedRow>> ScanAsync(
            string afterPartition, string afterRow, int max, CancellationToken cancel)
        {
            Limits.CheckScan(afterPartition, afterRow, max);
            return engine.StepAsync<IReadOnlyList<ScannedRow>>("scan", name, $"{afterPartition}/{afterRow}", false, () =>
                [.. (engine.State.Tables.GetValueOrDefault(name) ?? FakeState.NoPartitions)
                    .SelectMany(p => p.Value.Values.Select(row => new ScannedRow(p.Key, row)))
                    .SkipWhile(r => string.CompareOrdinal(r.Partition, afterPartition) is var order
                        && (order < 0 || (order == 0 && string.CompareOrdinal(r.Row.Key, afterRow) <= 0)))
                    .Take(max)], cancel);
        }

        public ValueTask<bool> TryWriteAsync(string partition,
            IReadOnlyList<TableWrite> batch, CancellationToken cancel)
        {
            Limits.CheckBatch(partition, batch);
            TableWrite[] writes = [.. batch];
            var keys = $"{partition}/{string.Join(',', writes.Select(write => write.Key))}";
            return engine.StepAsync("write", name, keys, true, () => Write(partition, writes), cancel);
        }

        private ImmutableSortedDictionary<string, TableRow> Rows(string partition) =>
            engine.State.Tables.GetValueOrDefault(name)?.GetValueOrDefault(partition) ?? FakeState.NoRows;

        private bool Write(string partition, TableWrite[] writes)
        {
            var partitions = engine.State.Tables.GetValueOrDefault(name)
                ?? throw new StorageUnavailableException($"The table '{name}' was dropped: open it again.");
            var rows = Rows(partition);
            if (!writes.All(write => Holds(write, rows.GetValueOrDefault(write.Key))))
            {
                return false;
            }

            foreach (var write in writes)
            {
                rows = write is TableWrite.Delete
                    ? rows.Remove(write.Key)
                    : rows.SetItem(write.Key,
                        new(write.Key, Limits.ValueOf(write).ToArray(), Text(engine.NextNumber())));
            }

            partitions = rows.IsEmpty ? partitions.Remove(partition) : partitions.SetItem(partition, rows);
            engine.State = engine.State with { Tables = engine.State.Tables.SetItem(name, partitions) };
            return true;
        }

        private static bool Holds(TableWrite write, TableRow? row) => write switch
        {
            TableWrite.Insert => row is null,
            TableWrite.Replace replace => row?.ETag == replace.ETag,
            TableWrite.Delete { ETag: { } tag } => row?.ETag == tag,
            _ => true,
        };
    }

    private sealed class Queue(FakeEngine engine, string name) : IQueue
    {
        public ValueTask WaitAsync(TimeSpan atMost, CancellationToken cancel) => engine.WaitAsync(atMost, cancel);

        private FakeQueue Content
        {
            get => engine.State.Queues[name];
            set => engine.State = engine.State with { Queues = engine.State.Queues.SetItem(name, value) };
        }

        private DateTimeOffset Now => engine.ServiceNow;

        public ValueTask SendAsync(IReadOnlyList<QueueSend> messages, CancellationToken cancel)
        {
            Limits.CheckSend(messages);
            FakeMessage[] kept =
                [.. messages.Select(send => new FakeMessage("", send.Body.ToArray(), 0, send.VisibleAt, null))];
            return Done(engine.StepAsync("send", name, "", true, () => Send(kept), cancel));
        }

        public ValueTask<IReadOnlyList<QueueMessage>> ReceiveAsync(int max, TimeSpan lease, CancellationToken cancel)
        {
            Limits.CheckReceive(max, lease);
            return engine.StepAsync<IReadOnlyList<QueueMessage>>(
                "receive", name, "", true, () => Receive(max, lease), cancel);
        }

        public ValueTask DeleteAsync(QueueMessage message, CancellationToken cancel) =>
            Done(engine.StepAsync("delete-message", name, message.Id, true, () =>
            {
                var known = Content.Messages.GetValueOrDefault(Number(message.Id));
                if (known is { LeasedUntil: not null } && known.Receipt == message.Receipt)
                {
                    Content = Content with { Messages = Content.Messages.Remove(Number(message.Id)) };
                }

                return true;
            }, cancel));

        public ValueTask<IReadOnlyList<PoisonMessage>> PoisonAsync(int max, CancellationToken cancel) =>
            engine.StepAsync<IReadOnlyList<PoisonMessage>>("poison", name, "", false, () =>
                [.. Content.Poison.Values.Take(max)], cancel);

        public ValueTask<bool> RunAgainAsync(string poisonId, CancellationToken cancel) =>
            engine.StepAsync("run-again", name, poisonId, true, () =>
            {
                if (!Content.Poison.TryGetValue(Number(poisonId), out var poison))
                {
                    return false;
                }

                Content = Content with { Poison = Content.Poison.Remove(Number(poisonId)) };
                return Send([new("", poison.Body, 0, null, null)]);
            }, cancel);

        public ValueTask DropPoisonAsync(string poisonId, CancellationToken cancel) =>
            Done(engine.StepAsync("drop-poison", name, poisonId, true, () =>
                Content = Content with { Poison = Content.Poison.Remove(Number(poisonId)) }, cancel));

        private bool Send(FakeMessage[] messages)
        {
            foreach (var message in messages)
            {
                var number = engine.NextNumber();
                Content = Content with { Messages = Content.Messages.Add(number, message with { Id = Text(number) }) };
            }

            engine.sent.TrySetResult();
            return true;
        }

        private List<QueueMessage> Receive(int max, TimeSpan lease)
        {
            var taken = new List<QueueMessage>();
            foreach (var message in Content.Messages.Values.Where(m => m.IsVisible(Now)).OrderBy(m => m.Turn).ToList())
            {
                if (taken.Count == max)
                {
                    break;
                }

                if (message.Dequeues >= IQueue.MaxDequeues)
                {
                    GiveUp(message);
                    continue;
                }

                var leased = message with { Dequeues = message.Dequeues + 1, LeasedUntil = Now + lease };
                Content = Content with { Messages = Content.Messages.SetItem(Number(message.Id), leased) };
                taken.Add(new(leased.Id, leased.Receipt, leased.Body, leased.Dequeues));
            }

            return taken;
        }

        private void GiveUp(FakeMessage message)
        {
            var number = engine.NextNumber();
            Content = Content with
            {
                Messages = Content.Messages.Remove(Number(message.Id)),
                Poison = Content.Poison.Add(number, new(Text(number), message.Body, Now)),
            };
        }

        private static long Number(string id) =>
            long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private DateTimeOffset ServiceNow => clock.GetUtcNow();
}

/// <summary>A row, for assertions.</summary>
internal sealed record FakeRow(string Partition, string Key, ReadOnlyMemory<byte> Value, string ETag);

/// <summary>A message, for assertions: waiting, or handed out until <paramref name="LeasedUntil"/>.</summary>
internal sealed record FakeMessage(
    string Id, ReadOnlyMemory<byte> Body, int Dequeues, DateTimeOffset? VisibleAt, DateTimeOffset? LeasedUntil)
{
    /// <summary>Names the last hand-out.</summary>
    public string Receipt => Dequeues.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Ended leases first, then what was put off, then the rest; the seam promises no order, but ours is one.
    /// </summary>
    public (int, DateTimeOffset) Turn =>
        LeasedUntil is { } until ? (0, until) : VisibleAt is { } from ? (1, from) : (2, default);

    public bool IsVisible(DateTimeOffset now) => (LeasedUntil ?? VisibleAt ?? now) <= now;
}

/// <summary>One queue's content, by the number of each message.</summary>
internal sealed record FakeQueue(
    ImmutableSortedDictionary<long, FakeMessage> Messages, ImmutableSortedDictionary<long, PoisonMessage> Poison);

/// <summary>All that a <see cref="FakeEngine"/> holds: a value, so that going back costs nothing.</summary>
internal sealed record FakeState(
    ImmutableSortedDictionary<string,
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, TableRow>>> Tables,
    ImmutableSortedDictionary<string, FakeQueue> Queues,
    long Counter)
{
    public static readonly ImmutableSortedDictionary<string, TableRow> NoRows = Sorted<TableRow>();

    public static readonly FakeState Empty =
        new(Sorted<ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, TableRow>>>(),
            Sorted<FakeQueue>(), 0);

    public static readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, TableRow>> NoPartitions =
        Sorted<ImmutableSortedDictionary<string, TableRow>>();

    public FakeState WithTable(string name) => Tables.ContainsKey(name)
        ? this
        : this with { Tables = Tables.Add(name, Sorted<ImmutableSortedDictionary<string, TableRow>>()) };

    public FakeState WithQueue(string name) => Queues.ContainsKey(name) ? this : this with
    {
        Queues = Queues.Add(name, new(
            ImmutableSortedDictionary<long, FakeMessage>.Empty, ImmutableSortedDictionary<long, PoisonMessage>.Empty)),
    };

    private static ImmutableSortedDictionary<string, T> Sorted<T>() =>
        ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}
