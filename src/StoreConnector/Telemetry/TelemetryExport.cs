using System.Diagnostics.Tracing;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace StoreConnector.Telemetry;

/// <summary>
/// Hands spans and metrics to an OTLP collector when the standard settings name one. Without them nothing of
/// OpenTelemetry is even loaded. What goes wrong here never disturbs the service.
/// </summary>
internal sealed partial class TelemetryExport : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    /// <summary>What of ASP.NET's and HttpClient's metrics is kept: a host's name may be a shop's.</summary>
    private static readonly string[] HttpTags =
    [
        "http.request.method", "http.response.status_code", "http.route", "url.scheme", "error.type",
        "network.protocol.version",
    ];

    private readonly IDisposable? sdk, trouble;

    public TelemetryExport(IConfiguration all, ILogger<TelemetryExport> log)
    {
        try
        {
            if (Broken(all) is { } name)
            {
                NotAnEndpoint(log, name);
                return;
            }

            (sdk, trouble) = (Begin(all), new ExportTrouble(log));
            Exporting(log);
        }
        catch (Exception e) // The service works without.
        {
            CannotBegin(log, e.GetType().Name);
        }
    }

    /// <summary>Whether the settings name a collector.</summary>
    public static bool IsWanted(IConfiguration all) =>
        IsSet(all, Endpoint) || IsSet(all, TracesEndpoint) || IsSet(all, MetricsEndpoint);

    /// <summary>Hands over what is left, within a few seconds.</summary>
    public void Dispose()
    {
        sdk?.Dispose();
        trouble?.Dispose();
    }

    private static bool IsSet(IConfiguration all, string name) => !string.IsNullOrWhiteSpace(all[name]);

    /// <summary>The name of an endpoint that is none; null when all can be.</summary>
    private static string? Broken(IConfiguration all) => new[] { Endpoint, TracesEndpoint, MetricsEndpoint }
        .FirstOrDefault(name => IsSet(all, name) && !(Uri.TryCreate(all[name], UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"));

    [MethodImpl(MethodImplOptions.NoInlining)] // So that the types are not loaded before they are wanted.
    private static OpenTelemetrySdk Begin(IConfiguration all)
    {
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var (both, traces, metrics) = (IsSet(all, Endpoint), IsSet(all, TracesEndpoint), IsSet(all, MetricsEndpoint));
        return OpenTelemetrySdk.Create(builder =>
        {
            builder.Services.AddSingleton(all); // So that OTEL_… may stand wherever a setting may.
            builder.ConfigureResource(r => r.Clear()
                .AddService("storeconnector", serviceVersion: Version, autoGenerateServiceInstanceId: true)
                .AddTelemetrySdk().AddEnvironmentVariableDetector()); // OTEL_SERVICE_NAME comes last, and wins.
            if (both || traces) { builder.WithTracing(tracing => Trace(tracing, all)); }

            if (both || metrics) { builder.WithMetrics(Measure); }

            builder.UseOtlpExporter();
        });
    }

    private static string Version => typeof(TelemetryExport).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static void Trace(TracerProviderBuilder tracing, IConfiguration all)
    {
        tracing.AddSource(Signals.Name, "Microsoft.AspNetCore", "System.Net.Http").AddProcessor(new Scrubber());
        // A platform's own trace must not decide whether ours is kept.
        if (!IsSet(all, "OTEL_TRACES_SAMPLER")) { tracing.SetSampler(new AlwaysOnSampler()); }
    }

    private static void Measure(MeterProviderBuilder metrics) => metrics
        .AddMeter(Signals.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
            "System.Net.Http", "System.Runtime")
        .AddView(i => i.Meter.Name is "Microsoft.AspNetCore.Hosting" or "System.Net.Http"
            ? new MetricStreamConfiguration { TagKeys = HttpTags } : null);

    [LoggerMessage(4301, LogLevel.Information, "Traces and metrics are exported by OTLP")]
    private static partial void Exporting(ILogger log);

    [LoggerMessage(4302, LogLevel.Error,
        "{Name} is no address of a collector, for example http://127.0.0.1:4317: nothing is exported")]
    private static partial void NotAnEndpoint(ILogger log, string name);

    [LoggerMessage(4303, LogLevel.Error, "Traces and metrics cannot be exported: {Kind}. The service works without")]
    private static partial void CannotBegin(ILogger log, string kind);

    [LoggerMessage(4304, LogLevel.Warning,
        "The collector does not take traces or metrics ({Event}): look at OTEL_EXPORTER_OTLP_ENDPOINT and "
        + "OTEL_EXPORTER_OTLP_PROTOCOL. The service works without; this is said once")]
    private static partial void NotTaken(ILogger log, string @event);

    /// <summary>Tells the first thing that an exporter complains of: what follows would say the same.</summary>
    private sealed class ExportTrouble(ILogger log) : EventListener
    {
        private int told;

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name.StartsWith("OpenTelemetry-Exporter-", StringComparison.Ordinal))
            {
                EnableEvents(eventSource, EventLevel.Error);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            // The event's own words may hold the collector's address, which may hold a key.
            if (Interlocked.Exchange(ref told, 1) == 0) { NotTaken(log, eventData.EventName ?? "error"); }
        }
    }
}

/// <summary>Where the export is put together.</summary>
internal static class TelemetrySetup
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services) =>
        services.AddSingleton<TelemetryExport>();

    /// <summary>Begins before anything is worth telling, if anybody wants to be told.</summary>
    public static void StartTelemetry(this WebApplication app)
    {
        if (!TelemetryExport.IsWanted(app.Configuration)) { return; }

        app.Services.GetRequiredService<TelemetryExport>();
        app.Use((http, next) =>
        {
            // A span's path is taken out, for it may hold a token: the route says which kind it was.
            if ((http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route)
            {
                http.Features.Get<IHttpActivityFeature>()?.Activity.SetTag("http.route", route);
            }

            return next(http);
        });
    }
}
