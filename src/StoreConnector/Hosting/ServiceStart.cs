using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;
using StoreConnector.Storage;

namespace StoreConnector.Hosting;

/// <summary>
/// The way into life and out of it. What a person at the keyboard can mend is told in one plain line, and the process
/// ends with 1; a stack trace is for bugs.
/// </summary>
internal static partial class ServiceStart
{
    private static volatile bool started;

    /// <summary>Reads the settings, puts the parts together, serves until it is told to stop, and gives the exit
    /// code.</summary>
    public static async Task<int> RunAsync(
        string[] args, Action<IServiceCollection, ServiceSettings> addParts,
        Action<WebApplication, ServiceSettings> mapRoutes)
    {
        try
        {
            var builder = WebApplication.CreateBuilder(args);
            var settings = ServiceSettings.Read(builder.Configuration, builder.Environment.IsDevelopment());
            Listen(builder, settings.FunctionsPort);
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
            QuietLogs(builder.Logging);
            addParts(builder.Services, settings);

            await using var app = builder.Build();
            mapRoutes(app, settings);
            await app.StartAsync();
            started = true;
            Listening(app.Logger, string.Join(", ", app.Urls));
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (IsForTheOperator(e))
        {
            await Console.Error.WriteLineAsync(Line(e));
            return 1;
        }
    }

    /// <summary>The Functions host says where, and nobody but it is to reach us there.</summary>
    private static void Listen(WebApplicationBuilder builder, int? functionsPort)
    {
        if (functionsPort is { } port)
        {
            builder.WebHost.UseUrls(FormattableString.Invariant($"http://127.0.0.1:{port}"));
            return;
        }

        var all = builder.Configuration;
        if (string.IsNullOrEmpty(all["urls"]) && string.IsNullOrEmpty(all["http_ports"])
            && string.IsNullOrEmpty(all["https_ports"]))
        {
            builder.WebHost.UseUrls(ServiceSettings.DefaultUrl);
        }
    }

    /// <summary>
    /// One line a message. ASP.NET speaks from warnings up only: it would write paths, and a hook's path holds its
    /// token. While the service starts, those who would write a stack trace about a taken port are silent: it is told
    /// here.
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
        // Keys at rest: see the operators' guide.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
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
