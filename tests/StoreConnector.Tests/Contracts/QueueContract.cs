using System.Diagnostics;
using System.Text;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Contracts;

/// <summary>What <see cref="IQueue"/> and <see cref="IQueues"/> promise, for every engine and the fake.</summary>
public abstract class QueueContract
{
    /// <summary>A lease that no test outlives.</summary>
    private static readonly TimeSpan LongLease = TimeSpan.FromMinutes(1);

    /// <summary>A lease that <see cref="EndLeasesAsync"/> ends.</summary>
    private protected virtual TimeSpan Lease => LongLease;

    /// <summary>How long a message is hidden where that is looked at.</summary>
    private protected virtual TimeSpan Later => TimeSpan.FromHours(3);

    /// <summary>How exact the engine is about it.</summary>
    private protected virtual TimeSpan Grain => TimeSpan.FromTicks(1);

    private protected abstract IQueues Queues { get; }

    /// <summary>The clock that messages become visible by.</summary>
    private protected ManualClock Service { get; } = new();

    /// <summary>Lets the machine's clock, and nothing else if the engine has two, go on by a lease.</summary>
    private protected abstract Task EndLeasesAsync();

    /// <summary>Lets the service's clock go on.</summary>
    private protected virtual Task PassAsync(TimeSpan span)
    {
        Service.Advance(span);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_message_is_handed_out_once_while_leased_and_never_after_its_delete()
    {
        var queue = await OpenAsync();
        await SendAsync(queue, "one");
        var taken = Assert.Single(await TakeAsync(queue));
        Assert.Equal(("one", 1), (Text(taken.Body), taken.Dequeues));
        Assert.Empty(await TakeAsync(queue));
        await queue.DeleteAsync(taken, default);
        await queue.DeleteAsync(taken, default);
        await EndLeasesAsync();
        Assert.Empty(await TakeAsync(queue));
    }

    [Fact]
    public async Task A_lease_that_ends_hands_it_out_again_and_the_old_receipt_deletes_nothing()
    {
        var queue = await OpenAsync();
        await SendAsync(queue, "one");
        var first = Assert.Single(await TakeAsync(queue));
        await EndLeasesAsync();
        var second = Assert.Single(await TakeAsync(queue));
        Assert.Equal((first.Id, 2, "one"), (second.Id, second.Dequeues, Text(second.Body)));
        await queue.DeleteAsync(first, default);
        await EndLeasesAsync();
        var third = Assert.Single(await TakeAsync(queue));
        await queue.DeleteAsync(third, default);
        await EndLeasesAsync();
        Assert.Empty(await TakeAsync(queue));
    }

    [Fact]
    public async Task A_receipt_of_an_ended_lease_still_deletes_while_nobody_else_was_handed_it()
    {
        var queue = await OpenAsync();
        await SendAsync(queue, "one");
        var taken = Assert.Single(await TakeAsync(queue));
        await EndLeasesAsync();
        await queue.DeleteAsync(taken, default);
        Assert.Empty(await TakeAsync(queue));
    }

    [Fact]
    public async Task Nothing_is_handed_out_before_its_time_on_the_service_clock()
    {
        var queue = await OpenAsync();
        await queue.SendAsync([new(Bytes("later"), Service.Now + Later),
            new(Bytes("past"), Service.Now - Later)], default);
        Assert.Equal(["past"], (await TakeAsync(queue)).Select(m => Text(m.Body)));
        await PassAsync(Later - Grain);
        Assert.DoesNotContain("later", (await TakeAsync(queue)).Select(m => Text(m.Body)));
        await PassAsync(Grain);
        Assert.Contains("later", (await TakeAsync(queue)).Select(m => Text(m.Body)));
    }

    [Fact]
    public async Task At_most_so_many_are_handed_out_and_each_of_them_once()
    {
        var queue = await OpenAsync();
        var sent = Enumerable.Range(0, 70).Select(n => $"m{n}").ToList();
        await SendAsync(queue, [.. sent]);
        var taken = new List<string>();
        foreach (var expected in new[] { 32, 32, 6, 0 })
        {
            var page = await queue.ReceiveAsync(32, LongLease, default);
            Assert.Equal(expected, page.Count);
            taken.AddRange(page.Select(m => Text(m.Body)));
        }

        Assert.Equal(sent.Order(), taken.Order());
    }

    [Fact]
    public async Task Eight_pumps_share_the_work_and_none_is_done_twice()
    {
        var queue = await OpenAsync();
        await SendAsync(queue, [.. Enumerable.Range(0, 200).Select(n => $"m{n}")]);
        var done = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var mine = new List<string>();
            while (await queue.ReceiveAsync(5, LongLease, default) is { Count: > 0 } page)
            {
                foreach (var message in page)
                {
                    mine.Add(Text(message.Body));
                    await queue.DeleteAsync(message, default);
                }
            }

            return mine;
        })));
        Assert.Equal(200, done.SelectMany(mine => mine).Distinct().Count());
        Assert.Equal(200, done.Sum(mine => mine.Count));
    }

    [Fact]
    public async Task What_failed_five_times_is_poison_and_can_be_run_again_or_dropped()
    {
        var queue = await OpenAsync();
        await SendAsync(queue, "bad");
        var last = await FailAsync(queue);
        await SendAsync(queue, "good");
        var good = Assert.Single(await TakeAsync(queue));
        Assert.Equal("good", Text(good.Body));
        await queue.DeleteAsync(good, default);
        var poison = Assert.Single(await queue.PoisonAsync(10, default));
        Assert.Equal(("bad", Service.Now), (Text(poison.Body), poison.PoisonedAt));
        await queue.DeleteAsync(last, default);
        Assert.Single(await queue.PoisonAsync(10, default));

        Assert.True(await queue.RunAgainAsync(poison.Id, default));
        Assert.False(await queue.RunAgainAsync(poison.Id, default));
        Assert.Empty(await queue.PoisonAsync(10, default));
        await queue.DeleteAsync(last, default);
        var again = Assert.Single(await TakeAsync(queue));
        Assert.Equal(("bad", 1), (Text(again.Body), again.Dequeues));

        for (var times = 1; times < IQueue.MaxDequeues; times++)
        {
            await EndLeasesAsync();
            await TakeAsync(queue);
        }

        await EndLeasesAsync();
        await TakeAsync(queue);
        poison = (await queue.PoisonAsync(10, default)).Single(p => Text(p.Body) == "bad");
        await queue.DropPoisonAsync(poison.Id, default);
        await queue.DropPoisonAsync(poison.Id, default);
        Assert.DoesNotContain("bad", (await queue.PoisonAsync(10, default)).Select(p => Text(p.Body)));
        Assert.False(await queue.RunAgainAsync(poison.Id, default));
    }

    [Fact]
    public async Task Poison_is_listed_oldest_first_and_no_more_than_asked_for()
    {
        var queue = await OpenAsync();
        foreach (var body in new[] { "first", "second", "third" })
        {
            await SendAsync(queue, body);
            await FailAsync(queue);
            Assert.Empty(await TakeAsync(queue));
        }

        Assert.Equal(["first", "second"], (await queue.PoisonAsync(2, default)).Select(p => Text(p.Body)));
    }

    [Fact]
    public async Task Poison_is_counted_and_what_waits_is_not()
    {
        var queue = await OpenAsync();
        Assert.Equal(0, await queue.PoisonCountAsync(default));
        await SendAsync(queue, "bad");
        await FailAsync(queue);
        await SendAsync(queue, "good");
        await TakeAsync(queue);

        Assert.Equal(1, await queue.PoisonCountAsync(default));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("")]
    public async Task What_is_not_poison_is_not_run_again_and_an_unknown_message_is_not_deleted(string id)
    {
        var queue = await OpenAsync();
        await SendAsync(queue, "one");
        var taken = Assert.Single(await TakeAsync(queue));
        Assert.False(await queue.RunAgainAsync(id, default));
        await queue.DropPoisonAsync(id, default);
        await queue.DeleteAsync(taken with { Receipt = id + "?" }, default);
        await EndLeasesAsync();
        Assert.Single(await TakeAsync(queue));
    }

    [Fact]
    public async Task All_are_kept_or_none()
    {
        var queue = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await queue.SendAsync([new(Bytes("fine")), new(new byte[IQueue.MaxBytes + 1])], default));
        Assert.Empty(await TakeAsync(queue));
        await queue.SendAsync([], default);
        await queue.SendAsync([new(new byte[IQueue.MaxBytes]), new(default)], default);
        Assert.Equal([IQueue.MaxBytes, 0], (await TakeAsync(queue)).Select(m => m.Body.Length));
    }

    [Fact]
    public async Task More_than_thirty_two_or_a_lease_of_no_length_is_refused()
    {
        var queue = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await queue.ReceiveAsync(33, Lease, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await queue.ReceiveAsync(0, Lease, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await queue.ReceiveAsync(1, TimeSpan.Zero, default));
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("Shop")]
    [InlineData("a_b_c")]
    public async Task A_bad_name_of_a_queue_is_refused(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await Queues.OpenAsync(name, default));

    [Fact]
    public async Task Queues_know_nothing_of_one_another_and_opening_again_is_the_same_queue()
    {
        var (one, two) = (await OpenAsync("one"), await OpenAsync("two"));
        await SendAsync(one, "for one");
        Assert.Empty(await TakeAsync(two));
        Assert.Single(await TakeAsync(await OpenAsync("one")));
    }

    [Fact]
    public async Task A_wait_ends_with_a_message_or_with_its_time()
    {
        var queue = await OpenAsync();
        var waiting = queue.WaitAsync(TimeSpan.FromSeconds(30), default);
        await SendAsync(queue, "one");
        await waiting;
        await SendAsync(queue, "two");
        var clock = Stopwatch.StartNew();
        await queue.WaitAsync(TimeSpan.FromSeconds(30), default);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "A message that came before the wait ends it.");
        await queue.WaitAsync(TimeSpan.FromMilliseconds(30), default);
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        var queue = await OpenAsync();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await queue.WaitAsync(TimeSpan.FromSeconds(30), stop.Token));
    }

    private protected ValueTask<IQueue> OpenAsync(string name = "queue") => Queues.OpenAsync(name, default);

    private protected static ValueTask SendAsync(IQueue queue, params string[] bodies) =>
        queue.SendAsync([.. bodies.Select(body => new QueueSend(Bytes(body)))], default);

    private protected ValueTask<IReadOnlyList<QueueMessage>> TakeAsync(IQueue queue) =>
        queue.ReceiveAsync(32, Lease, default);

    private async Task<QueueMessage> FailAsync(IQueue queue)
    {
        QueueMessage? last = null;
        for (var times = 1; times <= IQueue.MaxDequeues; times++)
        {
            last = Assert.Single(await TakeAsync(queue));
            Assert.Equal(times, last.Dequeues);
            await EndLeasesAsync();
        }

        return last!;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
