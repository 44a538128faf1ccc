using System.Diagnostics;
using System.Globalization;

namespace StoreConnector.Demo;

/// <summary>
/// What time it is for the service: one instant of its own that it told us, and its speed. A little behind, for its
/// answer took time to come; never ahead, so no delivery comes from the future.
/// </summary>
internal sealed class ServiceTime(DateTimeOffset told, double speed)
{
    private readonly long tick = Stopwatch.GetTimestamp();

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
