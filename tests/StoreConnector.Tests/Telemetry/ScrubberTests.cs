using System.Diagnostics;
using StoreConnector.Telemetry;

namespace StoreConnector.Tests.Telemetry;

[Collection(nameof(Listening))]
public sealed class ScrubberTests : IDisposable
{
    private const string Token = "hook-token-qzx";

    private readonly ActivitySource source = new("Somebody's");
    private readonly ActivityListener listener = new()
    {
        ShouldListenTo = s => s.Name == "Somebody's",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    private readonly Scrubber scrubber = new();

    public ScrubberTests() => ActivitySource.AddActivityListener(listener);

    public void Dispose()
    {
        scrubber.Dispose();
        listener.Dispose();
        source.Dispose();
    }

    [Fact]
    public void A_servers_span_keeps_its_route_and_loses_its_path()
    {
        var span = Scrub(ActivityKind.Server, s => s.SetTag("http.request.method", "POST").SetTag("http.route", "/webhooks/{hookToken}")
            .SetTag("url.path", "/webhooks/" + Token).SetTag("url.query", "?x=" + Token).SetTag("client.address", "203.0.113.9")
            .SetTag("server.address", Token + ".example.com").SetTag("user_agent.original", Token).SetTag("http.response.status_code", 200)
            .SetTag("whatever.comes.next", Token).DisplayName = "POST /webhooks/" + Token);

        Assert.Equal("POST /webhooks/{hookToken}", span.DisplayName);
        Assert.Equal(["http.request.method", "http.route", "http.response.status_code"], span.TagObjects.Select(t => t.Key));
        Assert.True(span.Recorded);
    }

    [Fact]
    public void A_clients_span_keeps_the_host_and_loses_the_url()
    {
        var span = Scrub(ActivityKind.Client, s => s.SetTag("http.request.method", "POST").SetTag("server.address", "api.twilio.com")
            .SetTag("url.full", $"https://api.twilio.com/2010-04-01/Accounts/{Token}/Messages.json").SetTag("error.type", "timeout")
            .SetStatus(ActivityStatusCode.Error, Token));

        Assert.Equal("POST", span.DisplayName);
        Assert.Equal(["http.request.method", "server.address", "error.type"], span.TagObjects.Select(t => t.Key));
        Assert.Equal((ActivityStatusCode.Error, null), (span.Status, span.StatusDescription));
    }

    [Fact]
    public void A_span_with_events_is_not_exported_at_all_for_nothing_can_be_taken_out_of_them()
    {
        var span = Scrub(ActivityKind.Client, s => s.AddException(new InvalidOperationException(Token)));
        Assert.False(span.Recorded);
    }

    [Fact]
    public void What_a_caller_wrote_beside_the_trace_does_not_travel_on()
    {
        var span = Scrub(ActivityKind.Server, s => s.TraceStateString = "vendor=" + Token);
        Assert.Null(span.TraceStateString);
        Assert.Equal("work", span.DisplayName);
    }

    private Activity Scrub(ActivityKind kind, Action<Activity> tell)
    {
        var span = source.StartActivity("work", kind)!;
        tell(span);
        span.Stop();
        scrubber.OnEnd(span);
        return span;
    }
}
