using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using StoreConnector.Core.Events;
using StoreConnector.Hosting.Functions;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Hosting;

/// <summary>What the Functions host hands over: recorded envelopes, and what may become of them.</summary>
public sealed class EnvelopeTests
{
    [Theory]
    [InlineData("queue-datatype-binary", "{\"id\":1005,\"DequeueCount\":99}", 1, "800ae4b3-bdd2-4c08-badd-f08e5a34b865")]
    [InlineData("queue-plain-text", "plain text", 3, "800ae4b3-bdd2-4c08-badd-f08e5a34b865")]
    [InlineData("queue-json-array", "[1,2]", 1, "800ae4b3-bdd2-4c08-badd-f08e5a34b865")]
    // As text the message's own properties are laid over the host's: one more reason for dataType binary.
    [InlineData("queue-json-object", "{\"id\":1005,\"shop\":\"a\\\"b\",\"nested\":{\"x\":1},\"arr\":[1,2],\"DequeueCount\":99}", 99, "1005")]
    public void A_recorded_envelope_is_read(string file, string body, int dequeues, string id)
    {
        var envelope = Read(File.ReadAllText(Repo.Fixture("functions", $"{file}.request.json")));

        Assert.Equal((body, dequeues, id), (Encoding.UTF8.GetString(envelope.Body.Span), envelope.Dequeues, envelope.Id));
    }

    [Theory]
    [InlineData("timer")]
    [InlineData("timer-pastdue-retrycontext")]
    public void A_timers_envelope_is_none_of_a_message(string file) => Assert.Throws<JsonException>(() =>
        Read(File.ReadAllText(Repo.Fixture("functions", $"{file}.request.json"))));

    [Theory]
    [InlineData("3", 3)]
    [InlineData("\"3\"", 3)]
    [InlineData("\"\\\"3\\\"\"", 3)]
    [InlineData("0", 1)]
    [InlineData("-3", 1)]
    [InlineData("3.5", 1)]
    [InlineData("null", 1)]
    [InlineData("{}", 1)]
    [InlineData("\"many\"", 1)]
    [InlineData("99999999999", 1)]
    public void A_count_is_read_however_often_it_is_quoted(string count, int dequeues) => Assert.Equal(dequeues,
        Read($$$"""{"Data":{"msg":"eA=="},"Metadata":{"DequeueCount":{{{count}}},"New":[{"a":1}]},"More":true}""").Dequeues);

    [Theory]
    [InlineData("{\"Data\":{\"msg\":\"eyJhIjoxfQ==\"}}", "{\"a\":1}")]
    [InlineData("{\"Data\":{\"msg\":\"{\\\"a\\\":1}\"},\"Metadata\":null}", "{\"a\":1}")]
    [InlineData("{\"Data\":{\"msg\":\"\\\"{\\\\\\\"a\\\\\\\":1}\\\"\"},\"Metadata\":[]}", "{\"a\":1}")]
    [InlineData("{\"Data\":{\"msg\":{\"a\":1}},\"Metadata\":{}}", "{\"a\":1}")]
    [InlineData("{\"Data\":{\"msg\":\"\"}}", "")]
    public void A_body_is_read_as_base64_once_quoted_twice_quoted_or_bare(string json, string body)
    {
        var envelope = Read(json);
        Assert.Equal((body, "", 1), (Encoding.UTF8.GetString(envelope.Body.Span), envelope.Id, envelope.Dequeues));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"Data\":null}")]
    [InlineData("{\"Data\":\"msg\"}")]
    [InlineData("{\"Data\":{\"other\":\"x\"}}")]
    [InlineData("{\"Data\":{\"msg\":\"\\ud800\"}}")]
    public void What_is_no_envelope_is_told(string json) => Assert.Throws<JsonException>(() => Read(json));

    private static Envelope Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Envelope.Read(document.RootElement);
    }
}

/// <summary>The life under the Functions host, on a real socket, its storage the fake engine.</summary>
public sealed class FunctionsSetupTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Repo.Root, "src", "StoreConnector", "Hosting", "Functions");

    private readonly int port;
    private readonly TestService service;
    private readonly HttpClient host = new();
    private readonly Import imports = new();

    public FunctionsSetupTests()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        service = new(all => all.AddSingleton<IImportHandler>(imports), ("FUNCTIONS_CUSTOMHANDLER_PORT", port.ToString(CultureInfo.InvariantCulture)),
            ("AzureWebJobsStorage", "UseDevelopmentStorage=true"), ("FUNCTIONS_APP_ROOT_PATH", Folder));
        host.BaseAddress = new(FormattableString.Invariant($"http://127.0.0.1:{port}/"));
    }

    public static TheoryData<string> Functions() => [.. Directory.EnumerateDirectories(Folder).Select(d => Path.GetFileName(d)).Where(n => n != "Http")];

    public void Dispose()
    {
        host.Dispose();
        service.Dispose();
    }

    [Fact]
    public void It_listens_on_the_hosts_port_of_this_machine_alone() => Assert.Equal([$"http://127.0.0.1:{port}"],
        service.Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses);

    [Fact]
    public async Task Whoever_asks_for_its_life_needs_no_key()
    {
        using var answer = await host.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Every_function_that_the_host_knows_is_answered_with_an_object(string function)
    {
        using var answer = await CallAsync(function, IsTimer(function) ? Timer : Envelope(Message(function)));

        Assert.Equal((HttpStatusCode.OK, "application/json", "{}"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync()));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task An_outsider_finds_none_of_them_and_nothing_is_handled(string function)
    {
        await using var front = await FrontDoor.OpenAsync(() => host.BaseAddress, r => r.Headers.TryAddWithoutValidation("x-ms-invocation-id", "1"));
        using var outside = new HttpClient { BaseAddress = front.Address };
        var touched = false;
        service.Engine.Before = step =>
        {
            touched |= step.What != "open"; // Who might have handled it is there before he is asked.
            return default;
        };

        using var answer = await outside.PostAsync(new Uri(function, UriKind.Relative), Json(Envelope("nonsense"u8.ToArray())));
        // Who says that he is the host, and comes by the front.
        using var disguised = new HttpRequestMessage(HttpMethod.Post, new Uri(front.Address, function)) { Content = Json(Timer) };
        disguised.Headers.Host = host.BaseAddress!.Authority;
        disguised.Headers.Add("x-ms-invocation-id", "");
        using var second = await outside.SendAsync(disguised);
        // Who comes by the worker's own address under the name of the site.
        using var named = new HttpRequestMessage(HttpMethod.Post, new Uri(host.BaseAddress, function)) { Content = Json(Timer) };
        named.Headers.Host = "connect.example.com";
        using var third = await host.SendAsync(named);

        Assert.All(new[] { answer, second, third }, a => Assert.Equal(HttpStatusCode.NotFound, a.StatusCode));
        Assert.False(touched);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Without_the_hosts_port_there_is_none_of_them(string function)
    {
        using var standalone = new TestService();
        using var answer = await standalone.Anonymous.PostAsync(new Uri(function, UriKind.Relative), Json(Timer));
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"Data\":{\"timer\":{}}}")]
    [InlineData("{\"Data\":{\"msg\":\"\\ud800\"}}")]
    public async Task What_is_no_envelope_is_a_bad_request(string body)
    {
        foreach (var (function, _) in FunctionsSetup.Triggered)
        {
            using var answer = await CallAsync(function, body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_message_that_fails_is_a_failure_to_the_host_too()
    {
        foreach (var (function, _) in FunctionsSetup.Triggered)
        {
            using var answer = await CallAsync(function, Envelope("{\"v\":1,\"no\":\"message\"}"u8.ToArray()));
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            Assert.DoesNotContain("   at ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_tick_that_fails_is_a_failure_to_the_host_too()
    {
        service.Engine.Before = _ => throw new StorageUnavailableException("It rests.");
        foreach (var function in new[] { "Sweep", "Nightly" })
        {
            using var answer = await CallAsync(function, Timer);
            Assert.False(answer.IsSuccessStatusCode);
            Assert.DoesNotContain("   at ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_largest_message_comes_through_and_what_is_larger_than_any_does_not()
    {
        using var most = await CallAsync("WakeUps", Envelope(Padded(48 * 1024)));
        Assert.Equal(HttpStatusCode.OK, most.StatusCode);
        using var more = await CallAsync("WakeUps", Envelope(Padded(400 * 1024)));
        Assert.False(more.IsSuccessStatusCode);

        static byte[] Padded(int size) => [.. Message("WakeUps"), .. Enumerable.Repeat((byte)' ', size - Message("WakeUps").Length)];
    }

    private static bool IsTimer(string function) => function is "Sweep" or "Nightly";

    private static string Timer => File.ReadAllText(Repo.Fixture("functions", "timer.request.json"));

    /// <summary>One whose store is gone: nothing is left to do.</summary>
    private static byte[] Message(string function) => function switch
    {
        "ShopEvents" => Queues.Write(new ShopEventMessage(1, "gone", new("e1", ManualClock.Monday, ManualClock.Monday,
            EventOrigin.Webhook, [], [], new StoreErased(ManualClock.Monday)))),
        "WakeUps" => Queues.Write(new WakeUpMessage(1, "gone", "c1", ManualClock.Monday)),
        "ProductChanges" => Queues.Write(new ProductChangeMessage(1, "gone", 1, "t", 2, "")),
        _ => Queues.Write(new ImportMessage(1, "gone", "test", "")),
    };

    private static string Envelope(byte[] body) =>
        "{\"Data\":{\"msg\":\"" + Convert.ToBase64String(body) + "\"},\"Metadata\":{\"DequeueCount\":\"1\",\"Id\":\"\\\"800ae4b3\\\"\","
        + "\"sys\":{\"MethodName\":\"F\"}}}";

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    /// <summary>As the host calls: chunked, by the address that we listen on.</summary>
    private async Task<HttpResponseMessage> CallAsync(string function, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(function, UriKind.Relative)) { Content = Json(body) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        return await host.SendAsync(request);
    }

    private sealed class Import : IImportHandler
    {
        string IImportHandler.Import => "test";

        public Task HandleAsync(ImportMessage message, CancellationToken cancel) => Task.CompletedTask;
    }
}
