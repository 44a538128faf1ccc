using System.Diagnostics;
using System.Globalization;

namespace StoreConnector.Demo;

/// <summary>
/// What time it is for the service: one instant of its own that it told us, and its speed. A little behind, for its
/// answer took time to come; never ahead, so no delivery comes from the future.
/// </summary>
/// <param name="told">The instant of its own.</param>
/// <param name="tick">When the answer that held it had come, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="speed">Seconds of the service in one of ours.</param>
internal sealed class ServiceTime(DateTimeOffset told, long tick, double speed)
{
    /// <summary>When the story begins, on a machine that is ready by then: the transcript hardly differs.</summary>
    public static readonly DateTimeOffset StoryBegins = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Now, to the second: platforms write no finer times.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = told + Stopwatch.GetElapsedTime(tick) * speed;
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        }
    }

    /// <summary>As the transcript shows it.</summary>
    public static string Show(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("ddd HH:mm", CultureInfo.InvariantCulture);
}
