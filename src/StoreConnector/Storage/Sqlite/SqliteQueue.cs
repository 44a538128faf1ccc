using System.Globalization;

namespace StoreConnector.Storage.Sqlite;

/// <summary>One queue. Queues are never dropped, so the handle keeps the id.</summary>
internal sealed class SqliteQueue(
    long queue, SqliteReaders readers, SqliteWriter writer, TimeProvider clock, TimeProvider machine)
    : IQueue
{
    /// <summary>The most messages one receive moves to the poison list; the rest wait for the next.</summary>
    private const int MaxPoisoned = 256;

    // The states of SqliteSchema, in the order they are handed out.
    private const int Leased = 0;
    private const int PutOff = 1;
    private const int Ready = 2;

    private readonly QueueSignal signal = new();

    public async ValueTask SendAsync(IReadOnlyList<QueueSend> messages, CancellationToken cancel)
    {
        Limits.CheckSend(messages);
        var bytes = 0L;
        foreach (var message in messages)
        {
            bytes += message.Body.Length;
        }

        if (await writer.RunAsync(bytes, db => Send(db, messages), cancel))
        {
            signal.Set();
        }
    }

    public async ValueTask<IReadOnlyList<QueueMessage>> ReceiveAsync(int max, TimeSpan lease, CancellationToken cancel)
    {
        Limits.CheckReceive(max, lease);
        return await writer.RunAsync(0, db => Receive(db, max, lease), cancel);
    }

    public async ValueTask DeleteAsync(QueueMessage message, CancellationToken cancel)
    {
        if (Number(message.Id) is { } id && Receipt.TryParse(message.Receipt) is { } receipt)
        {
            await writer.RunAsync(0, db => Delete(db, id, receipt), cancel);
        }
    }

    public ValueTask<IReadOnlyList<PoisonMessage>> PoisonAsync(int max, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return new(readers.Read(db => Poison(db, max)));
    }

    public ValueTask<int> PoisonCountAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return new(readers.Read(PoisonCount));
    }

    public ValueTask WaitAsync(TimeSpan atMost, CancellationToken cancel) => signal.WaitAsync(atMost, cancel);

    public async ValueTask<bool> RunAgainAsync(string poisonId, CancellationToken cancel)
    {
        if (Number(poisonId) is not { } id || !await writer.RunAsync(0, db => RunAgain(db, id), cancel))
        {
            return false;
        }

        signal.Set();
        return true;
    }

    public async ValueTask DropPoisonAsync(string poisonId, CancellationToken cancel)
    {
        if (Number(poisonId) is { } id)
        {
            await writer.RunAsync(0, db => TakePoison(db, id) && DeleteBody(db, id), cancel);
        }
    }

    /// <returns>Whether one of them can be handed out now.</returns>
    private bool Send(SqliteSession db, IReadOnlyList<QueueSend> messages)
    {
        var (now, any) = (clock.GetUtcNow(), false);
        foreach (var message in messages)
        {
            var id = db.Next();
            db.Use("INSERT INTO bodies (id, body) VALUES (?1, ?2)").Bind(id).Bind(message.Body).Run();
            Put(db, message.VisibleAt is null ? Ready : PutOff, message.VisibleAt?.UtcTicks ?? 0, id, 0);
            any |= message.VisibleAt is null || message.VisibleAt <= now;
        }

        return any;
    }

    private List<QueueMessage> Receive(SqliteSession db, int max, TimeSpan lease)
    {
        var (taken, poisoned) = (new List<QueueMessage>(), 0);
        var now = machine.GetUtcNow();
        var visible = clock.GetUtcNow().UtcTicks;
        foreach (var (state, until) in new[] { (Leased, now.UtcTicks), (PutOff, visible), (Ready, 0L) })
        {
            // What was given up makes room for others, so look again until nothing is left.
            for (var found = Find(db, state, until, max - taken.Count);
                found.Count > 0 && poisoned < MaxPoisoned;
                found = Find(db, state, until, max - taken.Count))
            {
                foreach (var message in found)
                {
                    Remove(db, state, message.Until, message.Id, message.Dequeues);
                    if (message.Dequeues < IQueue.MaxDequeues)
                    {
                        taken.Add(HandOut(db, message, now + lease));
                    }
                    else
                    {
                        GiveUp(db, message.Id);
                        poisoned++;
                    }
                }
            }
        }

        return taken;
    }

    private List<(long Until, long Id, int Dequeues)> Find(SqliteSession db, int state, long until, int max)
    {
        using var found = db.Use("""
            SELECT until, id, dequeues FROM messages WHERE queue = ?1 AND state = ?2 AND until <= ?3
            ORDER BY until, id LIMIT ?4
            """).Bind(queue).Bind(state).Bind(until).Bind(max);
        var messages = new List<(long, long, int)>();
        while (found.Step())
        {
            messages.Add((found.Long(0), found.Long(1), (int)found.Long(2)));
        }

        return messages;
    }

    private QueueMessage HandOut(SqliteSession db, (long Until, long Id, int Dequeues) message, DateTimeOffset until)
    {
        var receipt = new Receipt(until.UtcTicks, message.Dequeues + 1);
        Put(db, Leased, receipt.Until, message.Id, receipt.Dequeues);
        using var found = db.Use("SELECT body FROM bodies WHERE id = ?1").Bind(message.Id);
        return found.Step()
            ? new(Text(message.Id), receipt.ToString(), found.Bytes(0), receipt.Dequeues)
            : throw new InvalidDataException($"The message {message.Id} has no body.");
    }

    private void GiveUp(SqliteSession db, long id)
    {
        var poisonId = db.Next(); // A number of its own: the list is in the order of giving up.
        db.Use("UPDATE bodies SET id = ?1 WHERE id = ?2").Bind(poisonId).Bind(id).Run();
        db.Use("INSERT INTO poison (queue, id, poisoned_at) VALUES (?1, ?2, ?3)")
            .Bind(queue).Bind(poisonId).Bind(clock.GetUtcNow().UtcTicks).Run();
    }

    private bool Delete(SqliteSession db, long id, Receipt receipt) =>
        Remove(db, Leased, receipt.Until, id, receipt.Dequeues) && DeleteBody(db, id);

    private List<PoisonMessage> Poison(SqliteSession db, int max)
    {
        using var found = db.Use("""
            SELECT poison.id, body, poisoned_at FROM poison JOIN bodies ON bodies.id = poison.id
            WHERE queue = ?1 ORDER BY poison.id LIMIT ?2
            """).Bind(queue).Bind(max);
        var messages = new List<PoisonMessage>();
        while (found.Step())
        {
            messages.Add(new(Text(found.Long(0)), found.Bytes(1), new(found.Long(2), TimeSpan.Zero)));
        }

        return messages;
    }

    private int PoisonCount(SqliteSession db)
    {
        using var found = db.Use("SELECT count(*) FROM poison WHERE queue = ?1").Bind(queue);
        return found.Step() ? (int)found.Long(0) : 0;
    }

    private bool RunAgain(SqliteSession db, long poisonId)
    {
        if (!TakePoison(db, poisonId))
        {
            return false;
        }

        var id = db.Next(); // A new number, so that no old receipt fits.
        db.Use("UPDATE bodies SET id = ?1 WHERE id = ?2").Bind(id).Bind(poisonId).Run();
        Put(db, Ready, 0, id, 0);
        return true;
    }

    private bool TakePoison(SqliteSession db, long poisonId) =>
        db.Use("DELETE FROM poison WHERE queue = ?1 AND id = ?2").Bind(queue).Bind(poisonId).Run() > 0;

    private void Put(SqliteSession db, int state, long until, long id, int dequeues) =>
        db.Use("INSERT INTO messages (queue, state, until, id, dequeues) VALUES (?1, ?2, ?3, ?4, ?5)")
            .Bind(queue).Bind(state).Bind(until).Bind(id).Bind(dequeues).Run();

    private bool Remove(SqliteSession db, int state, long until, long id, int dequeues) =>
        db.Use("DELETE FROM messages WHERE queue = ?1 AND state = ?2 AND until = ?3 AND id = ?4 AND dequeues = ?5")
            .Bind(queue).Bind(state).Bind(until).Bind(id).Bind(dequeues).Run() > 0;

    private static bool DeleteBody(SqliteSession db, long id) =>
        db.Use("DELETE FROM bodies WHERE id = ?1").Bind(id).Run() > 0;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Names one hand-out, and leads straight to its row.</summary>
    private sealed record Receipt(long Until, int Dequeues)
    {
        public static Receipt? TryParse(string text) =>
            text.Split('.') is [var until, var dequeues] && Number(until) is { } ticks && Number(dequeues) is { } count
                ? new(ticks, (int)count)
                : null;

        public override string ToString() => $"{Text(Until)}.{Text(Dequeues)}";
    }
}
