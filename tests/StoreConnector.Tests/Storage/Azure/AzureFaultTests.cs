using System.Diagnostics;
using System.Globalization;
using System.Text;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Queues;
using StoreConnector.Storage;
using StoreConnector.Storage.Azure;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Storage.Azure;

/// <summary>Azure's tables on a bad day: what is lost, repeated, refused, busy or gone.</summary>
[Trait("Needs", "node")]
public sealed class AzureTableFaultTests(Azurite azurite) : IAsyncLifetime
{
    private readonly MoodyTransport way = new();
    private readonly string prefix = Azurite.NewPrefix();
    private AzureAccount account = null!;
    private ITable table = null!, others = null!;
    private ITables tables = null!, elsewhere = null!, hasty = null!;

    public async ValueTask InitializeAsync()
    {
        account = await azurite.AccountAsync();
        tables = new AzureEngine(account, prefix, new ManualClock(), transport: way);
        hasty = new AzureEngine(account, prefix, new ManualClock(), transport: way, patience: TimeSpan.FromSeconds(0.5));
        elsewhere = new AzureEngine(account, prefix, new ManualClock());
        table = await tables.OpenAsync("faults", default);
        others = await elsewhere.OpenAsync("faults", default);
        way.Attempts.Clear();
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task A_lost_answer_of_an_insert_is_looked_up()
    {
        way.Next("POST", new Mood.Mute());

        Assert.True(await WriteAsync(new TableWrite.Insert("r", Bytes("one"))));
        Assert.Equal((2, "one"), (way.Count("POST"), await ReadAsync("r")));
        Assert.False(await WriteAsync(new TableWrite.Insert("r", Bytes("two"))));
    }

    [Fact]
    public async Task A_lost_answer_of_a_replace_is_looked_up()
    {
        await WriteAsync(new TableWrite.Insert("r", Bytes("one")));
        var etag = await ETagAsync("r");
        way.Next("PUT", new Mood.Mute());

        Assert.True(await WriteAsync(new TableWrite.Replace("r", Bytes("two"), etag)));
        Assert.Equal("two", await ReadAsync("r"));
        Assert.False(await WriteAsync(new TableWrite.Replace("r", Bytes("three"), etag)));
    }

    [Fact]
    public async Task A_lost_answer_of_a_batch_with_a_delete_is_looked_up_and_nothing_is_written_twice()
    {
        await WriteAsync(new TableWrite.Put("a", Bytes("1")), new TableWrite.Put("b", Bytes("1")));
        var etag = await ETagAsync("a");
        string applied = "";
        way.Next("POST", new Mood.Mute(async () => applied = (await others.ReadAsync("p", "c", default))!.ETag));

        Assert.True(await WriteAsync(new TableWrite.Delete("b"), new TableWrite.Replace("a", Bytes("2"), etag),
            new TableWrite.Put("c", Bytes("2"))));
        Assert.Equal(("2", null, "2"), (await ReadAsync("a"), await ReadAsync("b"), await ReadAsync("c")));
        Assert.Equal(applied, await ETagAsync("c"));
    }

    [Fact]
    public async Task A_lost_answer_of_a_batch_of_a_put_and_a_delete_does_not_put_again_over_what_came_since()
    {
        await WriteAsync(new TableWrite.Put("a", Bytes("1")), new TableWrite.Put("b", Bytes("1")));
        string applied = "";
        way.Next("POST", new Mood.Mute(async () => applied = (await others.ReadAsync("p", "a", default))!.ETag));

        Assert.True(await WriteAsync(new TableWrite.Put("a", Bytes("2")), new TableWrite.Delete("b")));
        Assert.Equal(applied, await ETagAsync("a"));
    }

    [Fact]
    public async Task A_lost_answer_of_deletes_alone_is_fine_when_they_need_nothing_and_unknown_when_they_need_a_version()
    {
        await WriteAsync(new TableWrite.Put("a", Bytes("1")), new TableWrite.Put("b", Bytes("1")), new TableWrite.Put("c", Bytes("1")));
        way.Next("POST", new Mood.Mute());
        Assert.True(await WriteAsync(new TableWrite.Delete("a"), new TableWrite.Delete("b")));
        way.Next("DELETE", new Mood.Mute());
        await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await WriteAsync(new TableWrite.Delete("c", await ETagAsync("c"))));
        Assert.Null(await ReadAsync("c"));
    }

    [Fact]
    public async Task What_never_left_is_sent_again()
    {
        way.Next("POST", new Mood.Deaf(), new Mood.Deaf());
        Assert.True(await WriteAsync(new TableWrite.Insert("r", Bytes("one"))));
        way.Next("PUT", new Mood.Deaf());
        Assert.True(await WriteAsync(new TableWrite.Replace("r", Bytes("two"), await ETagAsync("r"))));
        way.Next("POST", new Mood.Deaf());
        Assert.True(await WriteAsync(new TableWrite.Delete("r"), new TableWrite.Insert("s", Bytes("three"))));
        Assert.Equal((null, "three"), (await ReadAsync("r"), await ReadAsync("s")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_another_has_written_since_nothing_is_claimed(bool applied)
    {
        await WriteAsync(new TableWrite.Insert("r", Bytes("one")));
        var etag = await ETagAsync("r");
        var between = () => others.TryWriteAsync("p", [new TableWrite.Put("r", Bytes("theirs"))], default).AsTask();
        way.Next("PUT", applied ? new Mood.Mute(between) : new Mood.Deaf(between));

        var e = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await WriteAsync(new TableWrite.Replace("r", Bytes("two"), etag)));
        Assert.Contains("was lost", e.Message, StringComparison.Ordinal);
        Assert.Equal("theirs", await ReadAsync("r"));
    }

    [Theory]
    [InlineData(503, "ServerBusy", 1)]
    [InlineData(503, "ServerBusy", 3)]
    [InlineData(429, "TooManyRequests", 2)]
    [InlineData(500, "InternalError", 2)]
    [InlineData(408, "RequestTimeout", 1)]
    public async Task A_busy_service_is_waited_for(int status, string code, int times)
    {
        way.Next("POST", [.. Enumerable.Repeat(new Mood.Says(status, code), times)]);
        way.Next("GET", [.. Enumerable.Repeat(new Mood.Says(status, code), times)]);

        Assert.True(await WriteAsync(new TableWrite.Insert("r", Bytes("one"))));
        Assert.Equal(times + 1, way.Count("POST"));
        Assert.Equal("one", await ReadAsync("r"));
    }

    [Fact]
    public async Task A_service_that_stays_busy_is_told_in_plain_words()
    {
        way.Next("POST", [.. Enumerable.Repeat(new Mood.Says(503, "ServerBusy"), TableClientOptions.MaxRetries + 1)]);

        var e = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await WriteAsync(new TableWrite.Insert("r", default)));
        Assert.Contains("503 ServerBusy: it is too busy", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task A_service_that_never_answers_is_unavailable()
    {
        way.Next("GET", [.. Enumerable.Repeat(new Mood.Silent(), TableClientOptions.MaxRetries + 1)]);

        var impatient = await hasty.OpenAsync("faults", default);
        var e = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await impatient.ReadAsync("p", "r", default));
        Assert.Contains("did not answer", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attempt_that_is_not_answered_is_given_up_for_the_next()
    {
        way.Next("POST", new Mood.Silent());
        var impatient = await hasty.OpenAsync("faults", default);
        Assert.True(await impatient.TryWriteAsync("p", [new TableWrite.Insert("r", Bytes("one"))], default));
    }

    [Fact]
    public async Task Whoever_changes_his_mind_is_let_go_at_once()
    {
        using var cancel = new CancellationTokenSource();
        way.Next("GET", new Mood.Deaf(cancel.CancelAsync));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await table.ReadAsync("p", "r", cancel.Token));
        Assert.Equal(1, way.Count("GET"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a c")]
    [InlineData("a b c")]
    public async Task Deletes_of_missing_rows_are_left_out_of_their_batch(string there)
    {
        string[] all = ["a", "b", "c"];
        var present = there.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var lost in new[] { false, true })
        {
            foreach (var row in present) { await WriteAsync(new TableWrite.Put(row, Bytes("1"))); }

            await WriteAsync(new TableWrite.Put("kept", Bytes("1")));
            if (lost) { way.Next("POST", new Mood.Mute()); }

            Assert.True(await WriteAsync([.. all.Select(r => new TableWrite.Delete(r)),
                new TableWrite.Replace("kept", Bytes("2"), await ETagAsync("kept"))]));
            Assert.Equal("kept=2", await AllAsync());
            Assert.True(await WriteAsync([.. all.Select(r => new TableWrite.Delete(r))]));
        }
    }

    [Fact]
    public async Task A_condition_beside_deletes_of_missing_rows_still_counts()
    {
        await WriteAsync(new TableWrite.Put("a", Bytes("1")), new TableWrite.Put("b", Bytes("1")));
        var old = await ETagAsync("a");
        await WriteAsync(new TableWrite.Put("a", Bytes("2")));

        Assert.False(await WriteAsync(new TableWrite.Delete("missing"), new TableWrite.Delete("b"), new TableWrite.Replace("a", default, old)));
        Assert.False(await WriteAsync(new TableWrite.Delete("b"), new TableWrite.Delete("missing"), new TableWrite.Delete("a", old)));
        Assert.False(await WriteAsync(new TableWrite.Delete("missing"), new TableWrite.Delete("gone", old)));
        Assert.Equal("a=2 b=1", await AllAsync());
    }

    [Fact]
    public async Task A_batch_near_the_limit_goes_through_and_one_over_it_never_leaves()
    {
        Assert.True(await WriteAsync(Rows(28 * 1024)));
        var before = way.Attempts.Count;
        await Assert.ThrowsAsync<ArgumentException>(async () => await WriteAsync(Rows(29 * 1024)));
        Assert.Equal(before, way.Attempts.Count);
        Assert.Equal(100, (await table.RangeAsync("p", "", "~", 1000, default)).Count(r => r.Value.Length == 28 * 1024));

        static TableWrite[] Rows(int size) => [.. Enumerable.Range(0, ITable.MaxBatch).Select(n =>
            new TableWrite.Put(n.ToString("D256", CultureInfo.InvariantCulture), new byte[size]))];
    }

    [Fact]
    public async Task The_largest_value_comes_back_as_it_was()
    {
        var most = new byte[ITable.MaxValue];
        new Random(7).NextBytes(most);
        Assert.True(await WriteAsync(new TableWrite.Insert("r", most)));
        Assert.True((await table.ReadAsync("p", "r", default))!.Value.Span.SequenceEqual(most));
        Assert.True(await WriteAsync(new TableWrite.Put("r", Bytes("small"))));
        Assert.Equal("small", await ReadAsync("r"));
    }

    [Fact]
    public async Task More_rows_than_a_range_may_hold_are_paged()
    {
        List<string> keys = [.. Enumerable.Range(0, 1005).Select(n => n.ToString("D4", CultureInfo.InvariantCulture))];
        foreach (var some in keys.Chunk(ITable.MaxBatch)) { await WriteAsync([.. some.Select(k => new TableWrite.Put(k, default))]); }

        var first = await table.RangeAsync("p", "", "~", Limits.MaxRange, default);
        var rest = await table.RangeAsync("p", TableRow.After(first[^1].Key), "~", Limits.MaxRange, default);
        Assert.Equal(keys, first.Concat(rest).Select(r => r.Key));

        way.PageSize = 400; // A page may be shorter than was asked for.
        way.Attempts.Clear();
        Assert.Equal(keys[..1000], (await table.RangeAsync("p", "", "~", Limits.MaxRange, default)).Select(r => r.Key).Take(1000));
        Assert.Equal(3, way.Count("GET"));
        way.PageSize = 1;
        Assert.True(await WriteAsync([new TableWrite.Delete("0001"), new TableWrite.Delete("0002"), new TableWrite.Delete("x")]));
        Assert.Equal(["0000", "0003"], (await table.RangeAsync("p", "", "0004", 10, default)).Select(r => r.Key));
    }

    [Fact]
    public async Task A_table_that_another_has_dropped_says_so_and_can_be_made_again()
    {
        await WriteAsync(new TableWrite.Put("r", Bytes("one")));
        await elsewhere.DropAsync("faults", default);

        Assert.Null(await ReadAsync("r"));
        Assert.Equal("", await AllAsync());
        Assert.Contains("open it again", (await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await WriteAsync(new TableWrite.Put("r", Bytes("two"))))).Message, StringComparison.Ordinal);
        table = await tables.OpenAsync("faults", default);
        Assert.True(await WriteAsync(new TableWrite.Put("r", Bytes("three")), new TableWrite.Delete("x")));
        Assert.Equal("three", Encoding.UTF8.GetString((await others.ReadAsync("p", "r", default))!.Value.Span));
        await elsewhere.DropAsync("faults", default);
        await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await WriteAsync(new TableWrite.Put("r", Bytes("two")), new TableWrite.Put("s", Bytes("two"))));
    }

    [Fact]
    public async Task A_table_that_is_being_removed_is_no_conflict()
    {
        way.Next("POST", Failed("409 Conflict", "TableBeingDeleted", "0:The specified table is being deleted."));
        var e = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await WriteAsync(Two()));
        Assert.Contains("still being removed", e.Message, StringComparison.Ordinal);
        way.Next("POST", new Mood.Says(409, "TableBeingDeleted"));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await tables.OpenAsync("another", default));
    }

    [Fact]
    public async Task An_answer_that_names_no_operation_does_not_go_round_for_ever()
    {
        await WriteAsync(new TableWrite.Put("a", default));
        way.Next("POST", [.. Enumerable.Repeat(Failed("404 Not Found", "ResourceNotFound", "It is gone."), 20)]);
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await WriteAsync(Two()));
        Assert.InRange(way.Count("POST"), 1, 10);
    }

    [Fact]
    public async Task An_answer_that_is_nobodys_we_know_is_no_success()
    {
        way.Next("POST", new Mood.Says(200, "", "<html>Please sign in.</html>", "text/html"));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await WriteAsync(Two()));
        way.Next("GET", new Mood.Says(200, "", "<html>Please sign in.</html>", "text/html"), new Mood.Says(200, "", "{}"));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await ReadAsync("r"));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await AllAsync());
    }

    private static TableWrite[] Two() => [new TableWrite.Delete("a"), new TableWrite.Put("b", default)];

    private static Mood.Says Failed(string status, string code, string message) => new(202, "",
        $"--batchresponse\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 {status}\r\n"
        + "Content-Type: application/json\r\n\r\n{\"odata.error\":{\"code\":\"" + code + "\",\"message\":{\"lang\":\"en-US\",\"value\":\"" + message
        + "\"}}}\r\n--c--\r\n--batchresponse--", "multipart/mixed; boundary=batchresponse");

    private ValueTask<bool> WriteAsync(params TableWrite[] batch) => table.TryWriteAsync("p", batch, default);

    private async Task<string?> ReadAsync(string row) =>
        await table.ReadAsync("p", row, default) is { } found ? Encoding.UTF8.GetString(found.Value.Span) : null;

    private async Task<string> ETagAsync(string row) => (await table.ReadAsync("p", row, default))!.ETag;

    private async Task<string> AllAsync() => string.Join(' ', (await table.RangeAsync("p", "", "~", 1000, default))
        .Select(r => $"{r.Key}={Encoding.UTF8.GetString(r.Value.Span)}"));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

/// <summary>Who is not let in, and who is not reached.</summary>
public sealed class AzureDoorTests
{
    private const string Secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

    [Fact]
    [Trait("Needs", "node")]
    public async Task A_wrong_key_is_told_in_plain_words_without_it()
    {
        await using var azurite = new Azurite();
        var right = await azurite.AccountAsync();
        var account = AzureAccount.Parse($"AccountName={right.Name};AccountKey={Secret};TableEndpoint={right.Tables};QueueEndpoint={right.Queues}");
        await TellsAsync(new(account, "sc", new ManualClock()), "403", "check the account's key");
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task An_account_that_is_not_reached_is_told_in_time_and_in_plain_words()
    {
        var account = AzureAccount.Parse($"AccountName=nobody;AccountKey={Secret};TableEndpoint=http://127.0.0.1:1/nobody;"
            + "QueueEndpoint=http://127.0.0.1:1/nobody");
        await TellsAsync(new(account, "sc", new ManualClock()), "did not answer", "check the network");
    }

    [Fact]
    public async Task An_identity_that_is_none_is_told_in_plain_words() => await TellsAsync(
        new(AzureAccount.Of("acct", new Nobody()), "sc", new ManualClock(), transport: new MoodyTransport(null)), "No identity", "AZURE_CLIENT_ID");

    [Fact]
    public async Task An_accounts_own_host_is_asked_at_the_paths_it_knows_in_a_version_that_takes_identities()
    {
        var way = new MoodyTransport(null);
        ITables tables = new AzureEngine(AzureAccount.Of("acct", new Somebody()), "sc", new ManualClock(), transport: way);
        way.Next("POST", new Mood.Says(204, ""), new Mood.Says(204, ""));
        way.Next("GET", new Mood.Says(404, "ResourceNotFound"), new Mood.Says(404, "ResourceNotFound"));
        way.Next("DELETE", new Mood.Says(204, ""));

        var table = await tables.OpenAsync("stores", default);
        await table.ReadAsync("p", "r:1", default);
        await table.RangeAsync("p", "", "~", 5, default);
        await table.TryWriteAsync("p", [new TableWrite.Insert("r", default)], default);
        await tables.DropAsync("stores", default);

        Assert.Equal(
        [
            "/Tables", "/scstores(PartitionKey='p',RowKey='r%3A1')", "/scstores()", "/scstores", "/Tables('scstores')",
        ], way.Attempts.Select(a => a.Address.AbsolutePath));
        Assert.All(way.Attempts, a => Assert.Equal(("https", "acct.table.core.windows.net"), (a.Address.Scheme, a.Address.Authority)));
        Assert.All(way.Attempts, a => Assert.Contains("2020-12-06", a.Headers, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_batch_names_its_rows_by_the_accounts_own_host()
    {
        var way = new MoodyTransport(null);
        ITables tables = new AzureEngine(AzureAccount.Of("acct", new Somebody()), "sc", new ManualClock(), transport: way);
        way.Next("POST", new Mood.Says(204, ""), new Mood.Says(202, "", "\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n"));

        var table = await tables.OpenAsync("stores", default);
        Assert.True(await table.TryWriteAsync("p", [new TableWrite.Put("a", default), new TableWrite.Put("b", default)], default));
        Assert.Equal("/$batch", way.Attempts.Last().Address.AbsolutePath);
    }

    [Fact]
    public async Task A_name_that_is_too_long_with_its_prefix_is_refused()
    {
        var engine = new AzureEngine(AzureAccount.Of("acct", new Nobody()), new('p', 20), new ManualClock(), transport: new MoodyTransport(null));
        await Assert.ThrowsAsync<ArgumentException>(async () => await ((ITables)engine).OpenAsync(new('t', 44), default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await ((IQueues)engine).OpenAsync(new('q', 40), default));
        await ((IQueues)engine).OpenAsync(new('q', 35), default);
    }

    private static async Task TellsAsync(AzureEngine engine, params string[] words)
    {
        var watch = Stopwatch.StartNew();
        var queue = await ((IQueues)engine).OpenAsync("queue", default);
        Func<Task>[] all =
        [
            async () => await ((ITables)engine).OpenAsync("table", default),
            async () => await queue.SendAsync([new("x"u8.ToArray())], default),
            async () => await queue.PoisonAsync(1, default),
            async () => await queue.ReachAsync(default),
        ];
        foreach (var ask in all)
        {
            watch.Restart();
            var e = await Assert.ThrowsAsync<StorageUnavailableException>(ask);
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1)); // They do not hang; the pauses between attempts are under 2 s.
            Assert.All(words, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
            Assert.DoesNotContain(Secret, e.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    private sealed class Nobody : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("Nobody is signed in.");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("Nobody is signed in.");
    }

    private sealed class Somebody : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("token-not-real", DateTimeOffset.UtcNow.AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}

/// <summary>Azure's queues on a bad day.</summary>
[Trait("Needs", "node")]
public sealed class AzureQueueFaultTests(Azurite azurite) : IAsyncLifetime
{
    private readonly MoodyTransport way = new();
    private readonly ManualClock clock = new();
    private readonly string prefix = Azurite.NewPrefix();
    private IQueue queue = null!, others = null!;

    public async ValueTask InitializeAsync()
    {
        var account = await azurite.AccountAsync();
        queue = await ((IQueues)new AzureEngine(account, prefix, clock, transport: way)).OpenAsync("letters", default);
        others = await ((IQueues)new AzureEngine(account, prefix, clock)).OpenAsync("letters", default);
        await queue.ReachAsync(default);
        way.Attempts.Clear();
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task What_one_sends_the_other_takes()
    {
        await SendAsync("one");
        var taken = Assert.Single(await TakeAsync(others));
        Assert.Equal("one", Text(taken.Body));
        await others.DeleteAsync(taken, default);
        Assert.Empty(await TakeAsync(queue));
    }

    [Fact]
    public async Task A_lost_answer_of_a_delete_is_no_failure()
    {
        await SendAsync("one");
        var taken = Assert.Single(await TakeAsync(queue));
        way.Next("DELETE", new Mood.Mute());
        await queue.DeleteAsync(taken, default);
        Assert.Equal(2, way.Count("DELETE"));
    }

    [Fact]
    public async Task A_lost_answer_of_a_send_leaves_the_message_once_at_least()
    {
        way.Next("POST", new Mood.Mute());
        await SendAsync("one");
        Assert.InRange((await TakeAsync(queue)).Count, 1, 2);
    }

    [Theory]
    [InlineData(503, "ServerBusy")]
    [InlineData(500, "InternalError")]
    public async Task A_busy_service_is_waited_for(int status, string code)
    {
        way.Next("POST", new Mood.Says(status, code), new Mood.Says(status, code));
        way.Next("GET", new Mood.Says(status, code));
        await SendAsync("one");
        Assert.Equal("one", Text(Assert.Single(await TakeAsync(queue)).Body));
    }

    [Theory]
    [InlineData(400, "OutOfRangeInput")]
    [InlineData(413, "RequestBodyTooLarge")]
    [InlineData(404, "ResourceNotFound")]
    [InlineData(409, "QueueBeingDeleted")]
    public async Task Whatever_it_refuses_is_told_as_the_seam_promises(int status, string code)
    {
        way.Next("POST", new Mood.Says(status, code));
        var e = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await SendAsync("one"));
        Assert.Contains($"{status} {code}", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(502, "<html><br>Bad gateway</html>", "text/html")]
    [InlineData(404, "{\"message\":\"no\"}", "application/json")]
    [InlineData(200, "<html>Please sign in.", "text/html")]
    public async Task An_answer_that_is_nobodys_we_know_is_told_as_the_seam_promises(int status, string body, string type)
    {
        way.Next("POST", [.. Enumerable.Repeat(new Mood.Says(status, "", body, type), 4)]);
        way.Next("GET", [.. Enumerable.Repeat(new Mood.Says(status, "", body, type), 4)]);
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await SendAsync("one"));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await TakeAsync(queue));
    }

    [Fact]
    public async Task What_is_too_far_ahead_is_refused_with_all_that_was_to_go_with_it()
    {
        var now = clock.GetUtcNow();
        await Assert.ThrowsAsync<ArgumentException>(async () => await queue.SendAsync(
            [new("now"u8.ToArray()), new("in eight days"u8.ToArray(), now.AddDays(8))], default));
        Assert.Equal(0, way.Count("POST"));
        await queue.SendAsync([new("in seven days"u8.ToArray(), now.AddDays(7))], default);
        Assert.Empty(await TakeAsync(queue));
    }

    [Fact]
    public async Task A_message_never_expires()
    {
        await SendAsync("one");
        var message = Assert.Single((await (await RawAsync()).ReceiveMessagesAsync()).Value);
        Assert.Equal(9999, message.ExpiresOn!.Value.Year);
    }

    [Theory]
    [InlineData("no base64 at all <&>")]
    [InlineData("{\"id\":1}")]
    public async Task A_message_that_is_no_base64_becomes_poison_and_harms_no_other(string strange)
    {
        var raw = await RawAsync();
        await raw.SendMessageAsync(strange);
        await SendAsync("two", "three");

        List<string> taken = [];
        for (var looks = 0; looks < 3; looks++) { taken.AddRange((await TakeAsync(queue)).Select(m => Text(m.Body))); }

        Assert.Equal(["three", "two"], taken.Order());
        var poison = Assert.Single(await queue.PoisonAsync(32, default));
        Assert.Equal(strange, Text(poison.Body));
        Assert.True(await queue.RunAgainAsync(poison.Id, default));
        Assert.Equal(strange, Text(Assert.Single(await TakeAsync(queue)).Body));
        Assert.Equal(0, await queue.PoisonCountAsync(default));
    }

    [Fact]
    public async Task What_the_functions_host_gave_up_is_listed_run_again_and_dropped()
    {
        var host = await RawAsync("-poison", QueueMessageEncoding.Base64);
        await host.SendMessageAsync("first");
        await host.SendMessageAsync("second");
        await (await RawAsync("-poison")).SendMessageAsync("not base64 <>");

        var listed = await queue.PoisonAsync(32, default);
        Assert.Equal(["first", "not base64 <>", "second"], listed.Select(p => Text(p.Body)).Order());
        Assert.Equal(3, await others.PoisonCountAsync(default));
        Assert.True(await others.RunAgainAsync(listed.Single(p => Text(p.Body) == "second").Id, default));
        Assert.False(await queue.RunAgainAsync(listed.Single(p => Text(p.Body) == "second").Id, default));
        Assert.Equal("second", Text(Assert.Single(await TakeAsync(queue)).Body));
        await queue.DropPoisonAsync(listed.Single(p => Text(p.Body) == "first").Id, default);
        await queue.DropPoisonAsync("no such id", default);
        Assert.Equal("not base64 <>", Text(Assert.Single(await queue.PoisonAsync(32, default)).Body));
        Assert.Empty((await host.PeekMessagesAsync(32)).Value);
    }

    [Fact]
    public async Task All_poison_is_listed_however_much_there_is_and_whoever_else_takes_some_away()
    {
        var host = await RawAsync("-poison", QueueMessageEncoding.Base64);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(n => host.SendMessageAsync($"{n}")));
        way.Next("DELETE", new Mood.Mute(), new Mood.Says(404, "MessageNotFound"));

        Assert.Equal(Enumerable.Range(0, 40), (await queue.PoisonAsync(100, default))
            .Select(p => int.Parse(Text(p.Body), CultureInfo.InvariantCulture)).Order());
        Assert.Equal(40, await others.PoisonCountAsync(default));
        Assert.Equal(5, (await queue.PoisonAsync(5, default)).Count);
    }

    private async Task<QueueClient> RawAsync(string suffix = "", QueueMessageEncoding encoding = QueueMessageEncoding.None)
    {
        var client = new QueueClient(await azurite.ConnectionStringAsync(), $"{prefix}-letters{suffix}",
            new QueueClientOptions { MessageEncoding = encoding });
        await client.CreateIfNotExistsAsync();
        return client;
    }

    private ValueTask SendAsync(params string[] bodies) =>
        queue.SendAsync([.. bodies.Select(b => new QueueSend(Encoding.UTF8.GetBytes(b)))], default);

    private static async Task<IReadOnlyList<QueueMessage>> TakeAsync(IQueue queue) => await queue.ReceiveAsync(32, TimeSpan.FromMinutes(1), default);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
