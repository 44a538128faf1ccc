using System.Globalization;
using System.Text;
using StoreConnector.Storage;
using StoreConnector.Storage.Sqlite;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Storage.Sqlite;

/// <summary>
/// Random calls to the file and to the fake must get equal answers, so that what a test learns from the fake is true of
/// the file. ETags, ids and receipts are each engine's own: the test keeps them in pairs, also the ones that went
/// stale.
/// </summary>
public sealed class SqliteAgainstFakeTests
{
    private const int Calls = 1200;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_calls_get_the_answers_the_fake_gives(int seed)
    {
        using var folder = new TemporaryFolder();
        var clock = new ManualClock();
        await using var file = SqliteEngine.Open(folder.Path, clock, clock);
        var run = new Run(new(seed), clock, new FakeEngine(clock), file);
        for (var call = 1; call <= Calls; call++)
        {
            var (expected, found) = await run.NextAsync();
            Assert.True(expected == found,
                $"seed {seed}, call {call}: the fake says\n{expected}\nand the file\n{found}");
        }
    }

    private sealed class Run(Random chance, ManualClock clock, FakeEngine fake, SqliteEngine file)
    {
        private static readonly string[] Names = ["one", "two"];
        private readonly List<(string Fake, string File)> tags = [("0", "0")];
        private readonly List<(QueueMessage Fake, QueueMessage File)> messages = [];
        private readonly List<(string Fake, string File)> poison = [("0", "0")];

        /// <summary>Makes one call of both, and says in words what each answered.</summary>
        public async Task<(string Fake, string File)> NextAsync()
        {
            var name = Names[chance.Next(Names.Length)];
            var (fakeTable, fileTable) = (await Table(fake, name), await Table(file, name));
            var (fakeQueue, fileQueue) = (await Queue(fake, name), await Queue(file, name));
            switch (chance.Next(100))
            {
                case < 35:
                    return await WriteAsync(fakeTable, fileTable);
                case < 50:
                    return await RangeAsync(fakeTable, fileTable);
                case < 51:
                    await ((ITables)fake).DropAsync(name, default);
                    await ((ITables)file).DropAsync(name, default);
                    return ("dropped", "dropped");
                case < 65:
                    return await SendAsync(fakeQueue, fileQueue);
                case < 82:
                    return await ReceiveAsync(fakeQueue, fileQueue);
                case < 88 when messages.Count > 0:
                    var (fakeMessage, fileMessage) = Any(messages);
                    await fakeQueue.DeleteAsync(fakeMessage, default);
                    await fileQueue.DeleteAsync(fileMessage, default);
                    return ("deleted", "deleted");
                case < 92:
                    return await PoisonAsync(fakeQueue, fileQueue);
                default:
                    clock.Advance(TimeSpan.FromSeconds(chance.Next(0, 90)));
                    return ("later", "later");
            }
        }

        private async Task<(string, string)> WriteAsync(ITable inFake, ITable inFile)
        {
            var (forFake, forFile) = (new List<TableWrite>(), new List<TableWrite>());
            foreach (var key in Enumerable.Range(0, chance.Next(1, 4)).Select(_ => Key()).Distinct())
            {
                var (tag, value, kind) = (Any(tags), Value(), chance.Next(5));
                forFake.Add(Write(kind, key, value, tag.Fake));
                forFile.Add(Write(kind, key, value, tag.File));
            }

            var partition = Key();
            return ($"{await inFake.TryWriteAsync(partition, forFake, default)}",
                $"{await inFile.TryWriteAsync(partition, forFile, default)}");
        }

        private async Task<(string, string)> RangeAsync(ITable inFake, ITable inFile)
        {
            var (partition, from, to, max) = (Key(), Key(), chance.Next(2) == 0 ? "~" : Key(), chance.Next(1, 5));
            var fakeRows = await inFake.RangeAsync(partition, from, to, max, default);
            var fileRows = await inFile.RangeAsync(partition, from, to, max, default);
            foreach (var (one, other) in fakeRows.Zip(fileRows))
            {
                tags.Add((one.ETag, other.ETag));
                Assert.Equal(one.Value.ToArray(),
                    (await inFile.ReadAsync(partition, one.Key, default))!.Value.ToArray());
            }

            return (Say(fakeRows), Say(fileRows));

            static string Say(IEnumerable<TableRow> rows) =>
                string.Join('\n', rows.Select(r => $"{r.Key}={Text(r.Value)}"));
        }

        private async Task<(string, string)> SendAsync(IQueue inFake, IQueue inFile)
        {
            List<QueueSend> sends = [.. Enumerable.Range(0, chance.Next(0, 4)).Select(_ => new QueueSend(
                Value(), chance.Next(2) == 0 ? null : clock.Now.AddSeconds(chance.Next(-30, 90))))];
            await inFake.SendAsync(sends, default);
            await inFile.SendAsync(sends, default);
            return ("sent", "sent");
        }

        private async Task<(string, string)> ReceiveAsync(IQueue inFake, IQueue inFile)
        {
            var (max, lease) = (chance.Next(1, 6), TimeSpan.FromSeconds(chance.Next(1, 40)));
            var fromFake = await inFake.ReceiveAsync(max, lease, default);
            var fromFile = await inFile.ReceiveAsync(max, lease, default);
            messages.AddRange(fromFake.Zip(fromFile));
            return (Say(fromFake), Say(fromFile));

            static string Say(IEnumerable<QueueMessage> some) =>
                string.Join('\n', some.Select(m => $"{Text(m.Body)} {m.Dequeues}"));
        }

        private async Task<(string, string)> PoisonAsync(IQueue inFake, IQueue inFile)
        {
            var fromFake = await inFake.PoisonAsync(5, default);
            var fromFile = await inFile.PoisonAsync(5, default);
            poison.AddRange(fromFake.Zip(fromFile).Select(pair => (pair.First.Id, pair.Second.Id)));
            var id = Any(poison);
            if (chance.Next(3) == 0)
            {
                await inFake.DropPoisonAsync(id.Fake, default);
                await inFile.DropPoisonAsync(id.File, default);
                return (Say(fromFake), Say(fromFile));
            }

            return (Say(fromFake) + await inFake.RunAgainAsync(id.Fake, default),
                Say(fromFile) + await inFile.RunAgainAsync(id.File, default));

            static string Say(IEnumerable<PoisonMessage> some) =>
                string.Join('\n', some.Select(p => $"{Text(p.Body)} {p.PoisonedAt:O}"));
        }

        private static TableWrite Write(int kind, string key, byte[] value, string tag) => kind switch
        {
            0 => new TableWrite.Insert(key, value),
            1 => new TableWrite.Replace(key, value, tag),
            2 => new TableWrite.Delete(key, tag),
            3 => new TableWrite.Delete(key),
            _ => new TableWrite.Put(key, value),
        };

        // The freshest are the likeliest, or hardly an ETag would ever match.
        private T Any<T>(List<T> known) => known[^(1 + chance.Next(1 + chance.Next(known.Count)))];

        private string Key() => new[] { "a", "a-", "a:", "aZ", "a_", "b" }[chance.Next(6)];

        private byte[] Value() =>
            Encoding.UTF8.GetBytes(chance.Next().ToString(CultureInfo.InvariantCulture).PadLeft(chance.Next(1, 3000)));

        private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span).Trim();

        private static ValueTask<ITable> Table(ITables engine, string name) => engine.OpenAsync(name, default);

        private static ValueTask<IQueue> Queue(IQueues engine, string name) => engine.OpenAsync(name, default);
    }
}
