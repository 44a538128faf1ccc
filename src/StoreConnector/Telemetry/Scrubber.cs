using System.Diagnostics;
using OpenTelemetry;

namespace StoreConnector.Telemetry;

/// <summary>
/// Takes out of spans that are not ours what must not leave: ASP.NET's and HttpClient's tell paths, and paths hold
/// hooks' tokens, links' codes and vendors' account ids. Only tags that are known to be harmless stay; a span's name is
/// made anew from method and route.
/// </summary>
internal sealed class Scrubber : BaseProcessor<Activity>
{
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "http.request.method", "http.response.status_code", "http.route", "url.scheme", "error.type",
        "network.protocol.version", "server.port",
    };

    public override void OnEnd(Activity data)
    {
        data.TraceStateString = null; // Whatever a caller wrote.
        if (data.Source.Name == Signals.Name) { return; }

        var isClient = data.Kind == ActivityKind.Client;
        foreach (var key in data.TagObjects.Select(tag => tag.Key).ToList())
        {
            // Whom we call is a vendor or a shop's site; how we were called is anybody's text.
            if (!Harmless.Contains(key) && !(isClient && key == "server.address")) { data.SetTag(key, null); }
        }

        data.DisplayName = NameOf(data);
        data.SetStatus(data.Status); // Its description may be an exception's text.
        // What an event holds cannot be taken out of it.
        if (data.Events.Any()) { data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded; }
    }

    private static string NameOf(Activity data)
    {
        var (method, route) = (data.GetTagItem("http.request.method") as string, data.GetTagItem("http.route"));
        return method is null ? data.OperationName : route is string template ? $"{method} {template}" : method;
    }
}
