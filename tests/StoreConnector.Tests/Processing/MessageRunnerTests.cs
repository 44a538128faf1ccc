using System.Text;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Processing;

public sealed class MessageRunnerTests
{
    private readonly ManualClock clock = new();
    private readonly FakeEngine engine;
    private readonly FakeHandlers handlers = new();
    private readonly MessageRunner runner;
    private readonly Failures failures;

    public MessageRunnerTests()
    {
        engine = new(clock);
        runner = handlers.Runner(engine, clock);
        failures = new(engine);
    }

    [Fact]
    public async Task Each_queue_has_its_handler()
    {
        var seen = new List<string>();
        handlers.OnWakeUp = (m, _) => Seen($"wake-up of {m.CustomerKey}");
        handlers.OnChange = (m, _) => Seen($"change of {m.ProductId}");
        handlers.OnImport = (m, _) => Seen($"import after {m.After}");

        Assert.True(await RunAsync(Queues.WakeUps, Queues.Write(new WakeUpMessage(1, "s1", "k1", clock.Now))));
        Assert.True(await RunAsync(Queues.ProductChanges, Queues.Write(new ProductChangeMessage(1, "s1", 7, "t", 8, ""))));
        Assert.True(await RunAsync(Queues.Imports, FakeHandlers.Message("page 2")));

        Assert.Equal(["wake-up of k1", "change of 7", "import after page 2"], seen);

        Task Seen(string what)
        {
            seen.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_first_success_costs_no_call_to_storage()
    {
        Assert.True(await RunAsync(Queues.Imports, FakeHandlers.Message("x")));
        Assert.Equal(0, engine.Steps);
    }

    [Fact]
    public async Task A_failure_is_noted_without_the_exceptions_text_and_forgotten_once_it_works()
    {
        var body = FakeHandlers.Message("x");
        handlers.OnImport = (_, _) => throw new InvalidOperationException("mariam@example.com");

        Assert.False(await RunAsync(Queues.Imports, body, 3));
        var noted = await failures.FindAsync(Queues.Imports, body, default);
        handlers.OnImport = (_, _) => Task.CompletedTask;
        Assert.True(await RunAsync(Queues.Imports, body, 4));

        Assert.NotNull(noted);
        Assert.Equal(("InvalidOperationException", 3, clock.Now), (noted.Kind, noted.Attempts, noted.FailedAt));
        Assert.StartsWith("InvalidOperationException at StoreConnector.Tests.Processing.MessageRunnerTests", noted.Reason,
            StringComparison.Ordinal);
        Assert.DoesNotContain("mariam", noted.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("/", noted.Reason, StringComparison.Ordinal); // No path of the machine it was built on.
        Assert.Empty(engine.Rows(Failures.Table));
    }

    [Fact]
    public async Task A_failure_is_found_by_the_body_alone()
    {
        handlers.OnImport = (_, _) => throw new StorageUnavailableException("as asked");
        await RunAsync(Queues.Imports, FakeHandlers.Message("x"));

        var row = Assert.Single(engine.Rows(Failures.Table));
        Assert.Equal(Queues.Imports, row.Partition);
        Assert.Matches("^[0-9a-f]{32}$", row.Key);
        Assert.Equal("Storage did not answer.", (await failures.FindAsync(Queues.Imports, FakeHandlers.Message("x"), default))?.Reason);
        Assert.Null(await failures.FindAsync(Queues.Imports, FakeHandlers.Message("y"), default));
        Assert.Null(await failures.FindAsync(Queues.WakeUps, FakeHandlers.Message("x"), default));
    }

    [Theory]
    [InlineData("shop-events", "no JSON")]
    [InlineData("shop-events", "null")]
    [InlineData("shop-events", "{}")]
    [InlineData("shop-events", """{"v": 1, "storeId": "s1", "event": {"id": "x"}}""")]
    [InlineData("wake-ups", "{}")]
    [InlineData("wake-ups", """{"v": 1, "storeId": "s1", "customerKey": "k", "at": "tomorrow"}""")]
    [InlineData("product-changes", "{}")]
    [InlineData("imports", "[]")]
    public async Task What_cannot_be_read_says_so_in_a_plain_sentence(string queue, string body)
    {
        Assert.False(await RunAsync(queue, Encoding.UTF8.GetBytes(body)));
        Assert.Equal("The message cannot be read: it is not the JSON of this queue's messages.",
            (await failures.FindAsync(queue, Encoding.UTF8.GetBytes(body), default))?.Reason);
    }

    [Fact]
    public async Task An_import_that_this_version_does_not_know_says_so()
    {
        var body = Queues.Write(new ImportMessage(1, "s1", "made-up", ""));
        Assert.False(await RunAsync(Queues.Imports, body));
        Assert.Equal("This version knows no import of that name.", (await failures.FindAsync(Queues.Imports, body, default))?.Reason);
    }

    [Fact]
    public async Task What_the_host_had_no_patience_for_says_so()
    {
        using var impatient = new CancellationTokenSource();
        handlers.OnImport = (_, cancel) =>
        {
            impatient.Cancel();
            cancel.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        };

        Assert.False(await runner.RunAsync(Queues.Imports, FakeHandlers.Message("x"), "1", 1, impatient.Token));
        Assert.Equal("The host ended the attempt: it took too long, or the service stopped.",
            (await failures.FindAsync(Queues.Imports, FakeHandlers.Message("x"), default))?.Reason);
    }

    [Fact]
    public async Task Storage_that_takes_no_note_changes_nothing()
    {
        engine.Before = _ => throw new StorageUnavailableException("as asked");
        Assert.True(await RunAsync(Queues.Imports, FakeHandlers.Message("x"), 2));
        handlers.OnImport = (_, _) => throw new InvalidOperationException("as asked");
        Assert.False(await RunAsync(Queues.Imports, FakeHandlers.Message("x"), 2));
    }

    [Fact]
    public async Task Who_drops_a_message_that_was_given_up_drops_its_reason()
    {
        var (body, givenUp) = (FakeHandlers.Message("x"), new GivenUp(engine, failures));
        handlers.OnImport = (_, _) => throw new InvalidOperationException("as asked");
        var queue = await ((IQueues)engine).OpenAsync(Queues.Imports, default);
        await queue.SendAsync([new(body)], default);
        for (var i = 1; i <= IQueue.MaxDequeues; i++)
        {
            foreach (var m in await queue.ReceiveAsync(1, TimeSpan.FromSeconds(1), default))
            {
                await RunAsync(Queues.Imports, m.Body, m.Dequeues);
            }

            clock.Advance(TimeSpan.FromSeconds(2));
        }

        await queue.ReceiveAsync(1, TimeSpan.FromSeconds(1), default);
        var one = Assert.Single(await givenUp.ListAsync(Queues.Imports, default));
        Assert.Equal(IQueue.MaxDequeues, one.Failure?.Attempts);
        await givenUp.DropAsync(Queues.Imports, one.Message.Id, default);

        Assert.Empty(engine.Poison(Queues.Imports));
        Assert.Empty(engine.Rows(Failures.Table));
    }

    private ValueTask<bool> RunAsync(string queue, ReadOnlyMemory<byte> body, int dequeues = 1) =>
        runner.RunAsync(queue, body, "1", dequeues, default);
}
