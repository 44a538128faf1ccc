using System.Globalization;

namespace StoreConnector.Demo;

/// <summary>Something the person at the keyboard can mend, or a fate that did not come: one plain line.</summary>
internal sealed class DemoException(string message) : Exception(message);

/// <summary>What was asked for.</summary>
/// <param name="Service">The built service, a .dll; <c>./run</c> names it.</param>
/// <param name="Speed">Seconds of the service in one of ours.</param>
/// <param name="Port">The loopback port; 0 takes a free one.</param>
/// <param name="Keep">Whether the service goes on when the story is told.</param>
internal sealed record DemoOptions(string Service, double Speed, int Port, bool Keep)
{
    public const string Usage = "Use: ./run --demo [--keep] [--speed 1000..20000] [--port N]";

    /// <summary>An hour in 0.6 s: slow enough that a machine which stops for a second or two changes no fate.</summary>
    private const double DefaultSpeed = 6000;

    /// <exception cref="DemoException">An argument cannot be.</exception>
    public static DemoOptions Read(string[] args)
    {
        var options = new DemoOptions("", DefaultSpeed, 0, false);
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            (options, i) = args[i] switch
            {
                "--keep" => (options with { Keep = true }, i),
                "--service" when File.Exists(value) => (options with { Service = Path.GetFullPath(value) }, i + 1),
                "--speed" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed)
                    && speed is >= 1000 and <= 20_000 => (options with { Speed = speed }, i + 1),
                "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                    && port is > 0 and <= 65535 => (options with { Port = port }, i + 1),
                var other => throw new DemoException($"{other} {value}".Trim() + $" cannot be. {Usage}"),
            };
        }

        return options.Service.Length > 0 ? options
            : throw new DemoException($"The built service was not found. {Usage}");
    }
}
