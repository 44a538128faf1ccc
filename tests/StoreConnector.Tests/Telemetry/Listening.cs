using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace StoreConnector.Tests.Telemetry;

/// <summary>
/// Tests that listen in this process: who listens changes what others write, so they run when nobody else does.
/// </summary>
[CollectionDefinition(nameof(Listening), DisableParallelization = true)]
public sealed class Listening;

/// <summary>Hears every span and number of ours while it lives.</summary>
internal sealed class Ear : IDisposable
{
    private readonly ActivityListener spans;
    private readonly MeterListener numbers = new();

    public Ear()
    {
        spans = new()
        {
            ShouldListenTo = source => source.Name == "StoreConnector",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Spans.Enqueue,
        };
        ActivitySource.AddActivityListener(spans);
        numbers.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "StoreConnector") { listener.EnableMeasurementEvents(instrument); }
        };
        numbers.SetMeasurementEventCallback<long>((i, value, tags, _) => Hear(i, value, tags));
        numbers.SetMeasurementEventCallback<double>((i, value, tags, _) => Hear(i, value, tags));
        numbers.Start();
    }

    /// <summary>In the order they ended.</summary>
    public ConcurrentQueue<Activity> Spans { get; } = [];

    /// <summary>As <c>name{key=value,…}</c>, tags in their order.</summary>
    public ConcurrentQueue<(string What, double Value)> Numbers { get; } = [];

    public double Sum(string what) => Numbers.Where(n => n.What == what).Sum(n => n.Value);

    public void Dispose()
    {
        spans.Dispose();
        numbers.Dispose();
    }

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Numbers.Enqueue(($"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}}}", value));
}
