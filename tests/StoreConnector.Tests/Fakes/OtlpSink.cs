using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StoreConnector.Tests.Fakes;

/// <summary>A span as it was exported.</summary>
internal sealed record OtlpSpan(
    string Service, string Scope, string TraceId, string SpanId, string ParentId, string Name, IReadOnlyDictionary<string, string> Tags);

/// <summary>One point of a metric as it was exported: a sum, a gauge's last value, or how often a histogram was told.</summary>
internal sealed record OtlpPoint(string Service, string Scope, string Name, IReadOnlyDictionary<string, string> Tags, double Value);

/// <summary>
/// A collector on this machine that takes OTLP by http/protobuf and keeps what it was sent: the bytes, and what they
/// say. Source of the field numbers: open-telemetry/opentelemetry-proto, trace.proto, metrics.proto, common.proto.
/// </summary>
internal sealed class OtlpSink : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<byte[]> received = [];
    private readonly List<OtlpSpan> spans = [];
    private readonly List<OtlpPoint> points = [];
    private readonly WebApplication app;

    private OtlpSink(WebApplication app) => this.app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The settings that lead a service here, often.</summary>
    public string[] Settings =>
    [
        $"--OTEL_EXPORTER_OTLP_ENDPOINT={Address}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        "--OTEL_METRIC_EXPORT_INTERVAL=500", "--OTEL_BSP_SCHEDULE_DELAY=300",
    ];

    /// <summary>Every body, as it came.</summary>
    public IReadOnlyList<byte[]> Received { get { lock (gate) { return [.. received]; } } }

    public IReadOnlyList<OtlpSpan> Spans { get { lock (gate) { return [.. spans]; } } }

    /// <summary>All points in the order they came: later ones of a metric replace earlier ones.</summary>
    public IReadOnlyList<OtlpPoint> Points { get { lock (gate) { return [.. points]; } } }

    public static async Task<OtlpSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var sink = new OtlpSink(builder.Build());
        sink.app.MapPost("/v1/traces", (HttpRequest r) => sink.TakeAsync(r, sink.TakeTraces));
        sink.app.MapPost("/v1/metrics", (HttpRequest r) => sink.TakeAsync(r, sink.TakeMetrics));
        await sink.app.StartAsync();
        sink.Address = new(sink.app.Urls.Single());
        return sink;
    }

    /// <summary>
    /// The newest value of a metric, summed over all that have these tags: a counter's total, a histogram's count. (Sums
    /// are cumulative: each process repeats its own.)
    /// </summary>
    public double Sum(string metric, params (string Key, string Value)[] tags) => Points
        .Where(p => p.Name == metric && tags.All(t => p.Tags.GetValueOrDefault(t.Key) == t.Value))
        .GroupBy(p => p.Service + string.Join(',', p.Tags.OrderBy(t => t.Key, StringComparer.Ordinal))).Sum(g => g.Last().Value);

    /// <summary>Whether a text stands in anything that came.</summary>
    public bool Has(string text) =>
        Received.Any(body => Encoding.Latin1.GetString(body).Contains(text, StringComparison.OrdinalIgnoreCase));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request, Action<byte[]> take)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        lock (gate)
        {
            received.Add(body.ToArray());
            take(body.ToArray());
        }

        return Results.Bytes([], "application/x-protobuf");
    }

    private void TakeTraces(byte[] body)
    {
        foreach (var (service, scope, span) in Items(body))
        {
            spans.Add(new(service, scope, Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), Tags(span, 9)));
        }
    }

    private void TakeMetrics(byte[] body)
    {
        foreach (var (service, scope, metric) in Items(body))
        {
            foreach (var kind in Fields(metric).Where(f => f.Number is 5 or 7)) // gauge, sum
            {
                foreach (var point in Fields(kind.Bytes).Where(f => f.Number == 1).Select(f => f.Bytes))
                {
                    var value = Fields(point).First(f => f.Number is 4 or 6);
                    points.Add(new(service, scope, Text(metric, 1), Tags(point, 7),
                        value.Number == 4 ? BitConverter.Int64BitsToDouble(value.Whole) : value.Whole));
                }
            }

            foreach (var point in Fields(metric).Where(f => f.Number == 9).SelectMany(f => Fields(f.Bytes)).Where(f => f.Number == 1))
            {
                points.Add(new(service, scope, Text(metric, 1), Tags(point.Bytes, 9), Fields(point.Bytes).First(f => f.Number == 4).Whole));
            }
        }
    }

    /// <summary>Spans and metrics stand at the same depth: resources, in each scopes, in each the items.</summary>
    private static IEnumerable<(string Service, string Scope, byte[] Item)> Items(byte[] body) =>
        from resource in Fields(body).Where(f => f.Number == 1)
        let service = Fields(resource.Bytes).Where(f => f.Number == 1)
            .Select(f => Tags(f.Bytes, 1).GetValueOrDefault("service.name", "")).FirstOrDefault("")
        from scope in Fields(resource.Bytes).Where(f => f.Number == 2)
        let name = Fields(scope.Bytes).Where(f => f.Number == 1).Select(f => Text(f.Bytes, 1)).FirstOrDefault("")
        from item in Fields(scope.Bytes).Where(f => f.Number == 2)
        select (service, name, item.Bytes);

    private static Dictionary<string, string> Tags(byte[] message, int number)
    {
        var tags = new Dictionary<string, string>();
        foreach (var pair in Fields(message).Where(f => f.Number == number))
        {
            var value = Fields(pair.Bytes).Where(f => f.Number == 2).SelectMany(f => Fields(f.Bytes)).FirstOrDefault();
            tags[Text(pair.Bytes, 1)] = value.Number switch
            {
                1 => Encoding.UTF8.GetString(value.Bytes),
                4 => BitConverter.Int64BitsToDouble(value.Whole).ToString(CultureInfo.InvariantCulture),
                _ => value.Whole.ToString(CultureInfo.InvariantCulture), // bool, int
            };
        }

        return tags;
    }

    private static string Text(byte[] message, int number) =>
        Encoding.UTF8.GetString(Fields(message).Where(f => f.Number == number).Select(f => f.Bytes).FirstOrDefault([]));

    private static string Hex(byte[] message, int number) =>
        Convert.ToHexStringLower(Fields(message).Where(f => f.Number == number).Select(f => f.Bytes).FirstOrDefault([]));

    /// <summary>A message of protobuf, field by field: numbers in <c>Whole</c>, everything else in <c>Bytes</c>.</summary>
    private static IEnumerable<(int Number, long Whole, byte[] Bytes)> Fields(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0: yield return (number, Varint(message, ref at), []); break;
                case 1: yield return (number, BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(at)), []); at += 8; break;
                case 5: yield return (number, BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(at)), []); at += 4; break;
                default:
                    var length = (int)Varint(message, ref at);
                    yield return (number, 0, message[at..(at + length)]);
                    at += length;
                    break;
            }
        }
    }

    private static long Varint(byte[] message, ref int at)
    {
        var value = 0L;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (long)(part & 0x7f) << shift;
            if (part < 0x80) { return value; }
        }
    }
}
