using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StoreConnector.Hosting;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Hosting;

public sealed class HealthTests : IDisposable
{
    private readonly TestService service = new();

    public void Dispose() => service.Dispose();

    [Fact]
    public async Task It_is_ready_when_tables_and_queues_answer()
    {
        using var answer = await service.Anonymous.GetAsync("/health/ready");
        Assert.Equal((HttpStatusCode.OK, "ready"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("read", "its tables did not answer")]
    [InlineData("poison", "its queues did not answer")]
    [InlineData("", "its tables and queues did not answer")]
    public async Task What_does_not_answer_is_named_and_no_secret_of_it(string what, string sentence)
    {
        service.Engine.Before = step => what.Length == 0 || step.What == what ? throw new StorageUnavailableException("AccountKey=qzx") : default;
        using var answer = await service.Anonymous.GetAsync("/health/ready");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("storage-unavailable", problem.GetProperty("code").GetString());
        Assert.Contains(sentence, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("qzx", problem.GetRawText(), StringComparison.Ordinal);
        service.Engine.Before = null;
        Assert.Equal(HttpStatusCode.OK, (await service.Anonymous.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task Why_it_does_not_answer_is_told_to_the_operator_once_until_it_changes()
    {
        var (engine, log) = (new FakeEngine(TimeProvider.System), new LogLines());
        using var factory = LoggerFactory.Create(l => l.AddProvider(log));
        var readiness = new Readiness(engine, engine, factory.CreateLogger<Readiness>());
        foreach (var why in new[] { "check the account's key.", "check the account's key.", "check the network.", null, "check the network." })
        {
            engine.Before = _ => why is null ? default : throw new StorageUnavailableException(why);
            Assert.Equal(why is null ? [] : ["tables", "queues"], await readiness.MissingAsync(default));
        }

        Assert.Equal(
        [
            "Warning: The tables do not answer: check the account's key.", "Warning: The tables do not answer: check the network.",
            "Warning: The tables do not answer: check the network.",
        ], log.All.Where(line => line.Contains("tables", StringComparison.Ordinal)));
        Assert.Equal(3, log.All.Count(line => line.Contains("queues", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Storage_that_hangs_is_told_within_five_seconds_and_asked_no_second_time_meanwhile()
    {
        var (clock, engine, never, asked) = (new HurriedClock(), new FakeEngine(TimeProvider.System), new TaskCompletionSource(), 0);
        var readiness = new Readiness(engine, engine, NullLogger<Readiness>.Instance, clock);
        engine.Before = async step =>
        {
            if (step.Where == StoreRegistry.Table) { Interlocked.Increment(ref asked); }

            await never.Task;
        };

        Assert.Equal(["tables", "queues"], await readiness.MissingAsync(default));
        Assert.Equal(["tables", "queues"], await readiness.MissingAsync(default));
        await Eventually.HoldsAsync(() => Volatile.Read(ref asked) > 0);
        Assert.Equal(1, Volatile.Read(ref asked));
        Assert.InRange(Readiness.Patience, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)); // The clock passes it at once.

        engine.Before = null;
        never.SetResult();
        await Acceptance.Client.UntilAsync(() => readiness.MissingAsync(default), missing => missing.Count == 0);
    }

    [Fact]
    public async Task The_operator_sees_how_the_service_is_and_nobody_else()
    {
        using var refused = await service.Anonymous.GetAsync("/api/operator/health");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        var before = await ReadAsync();
        await service.Get<ISweeper>().SweepAsync(default);
        await service.Get<INightly>().RunAsync(default);
        var after = await ReadAsync();

        Assert.False(before.TryGetProperty("sweptUntil", out var until) && until.ValueKind != JsonValueKind.Null);
        Assert.Equal("sqlite", after.GetProperty("engine").GetString());
        Assert.Matches(@"^[0-9]+\.[0-9]+", after.GetProperty("version").GetString());
        Assert.Matches("^P(T|[0-9])", after.GetProperty("uptime").GetString());
        Assert.Matches("^PT(1M)?([0-9]+S)?$", after.GetProperty("sweepLag").GetString());
        Assert.Equal(DateTimeOffset.UtcNow, after.GetProperty("lastNightly").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
        Assert.Equal(Queues.All, after.GetProperty("poison").EnumerateObject().Select(p => p.Name));
        Assert.All(after.GetProperty("poison").EnumerateObject(), p => Assert.Equal(0, p.Value.GetInt32()));
    }

    private async Task<JsonElement> ReadAsync() =>
        await service.Operator.GetFromJsonAsync<JsonElement>("/api/operator/health");
}
