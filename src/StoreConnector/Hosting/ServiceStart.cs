using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;
using StoreConnector.Storage;

namespace StoreConnector.Hosting;

/// <summary>
/// The way into life and out of it. What a person at the keyboard can mend is told in one plain line, and the process ends
/// with 1; a stack trace is for bugs.
/// </summary>
internal static partial class ServiceStart
{
    private static volatile bool started;

    /// <summary>Reads the settings; false when one is broken, which has been said then.</summary>
    public static bool TryBegin(
        string[] args, [NotNullWhen(true)] out WebApplicationBuilder? builder, [NotNullWhen(true)] out ServiceSettings? settings)
    {
        try
        {
            builder = WebApplication.CreateBuilder(args);
            settings = ServiceSettings.Read(builder.Configuration, builder.Environment.IsDevelopment());
            if (new[] { "urls", "http_ports", "https_ports" }.All(key => string.IsNullOrEmpty(builder.Configuration[key])))
            {
                builder.WebHost.UseUrls(ServiceSettings.DefaultUrl);
            }

            QuietLogs(builder.Logging);
            return true;
        }
        catch (Exception e) when (IsForTheOperator(e))
        {
            Console.Error.WriteLine(Line(e));
            (builder, settings) = (null, null);
            return false;
        }
    }

    /// <summary>Starts, serves until it is told to stop, and gives the exit code.</summary>
    public static async Task<int> RunToEndAsync(this WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (IsForTheOperator(e))
        {
            await Console.Error.WriteLineAsync(Line(e));
            return 1;
        }

        started = true;
        Listening(app.Logger, string.Join(", ", app.Urls));
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>
    /// One line a message. ASP.NET speaks from warnings up only: it would write paths, and a hook's path holds its token.
    /// While the service starts, those who would write a stack trace about a taken port are silent: it is told here.
    /// </summary>
    private static void QuietLogs(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
            console.TimestampFormat = "HH:mm:ss ";
        });
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Error);
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // Keys at rest: see the operators' guide.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => started && level >= LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => started && level >= LogLevel.Warning);
    }

    private static bool IsForTheOperator(Exception e) => e is BrokenSettingException or IOException or SocketException
        or UnauthorizedAccessException or InvalidDataException or StorageUnavailableException;

    private static string Line(Exception e) => e switch
    {
        IOException { InnerException: AddressInUseException } =>
            $"The address to listen on is taken: {FirstLine(e)} Stop what uses it, or set ASPNETCORE_URLS.",
        SocketException => $"The address to listen on cannot be used: {FirstLine(e)}. Set ASPNETCORE_URLS.",
        _ => FirstLine(e),
    };

    private static string FirstLine(Exception e) => e.Message.ReplaceLineEndings("\n").Split('\n')[0];

    [LoggerMessage(4001, LogLevel.Information, "Listening on {Urls}")]
    private static partial void Listening(ILogger log, string urls);
}
