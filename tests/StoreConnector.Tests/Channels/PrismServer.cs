using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Channels;

/// <summary>
/// Prism, which judges requests by a vendor's own specification, behind a door that notes its verdicts and can ask it
/// for an error. It is started once for a class, and ended by its own process.
/// </summary>
public abstract class PrismServer(string specification) : IAsyncLifetime
{
    private static readonly string[] Passed = ["Authorization", "Content-Type"];

    private readonly HttpClient client = new() { Timeout = TimeSpan.FromMinutes(3) };
    private readonly int port = VendorTwin.FreePort();
    private Process? prism;
    private WebApplication? door;

    /// <summary>Where our clients call.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{VendorTwin.FreePort()}");

    /// <summary>What it answered since it was last asked, with the words of a refusal.</summary>
    public ConcurrentQueue<(int Status, string Words)> Verdicts { get; } = new();

    /// <summary>Asks for an answer: <c>code=400, example=21610</c>.</summary>
    public string? Prefer { get; set; }

    public async ValueTask InitializeAsync()
    {
        var tools = Path.Combine(Repo.Root, "tests", "tools", "node_modules");
        Assert.True(Directory.Exists(Path.Combine(tools, "@stoplight", "prism-cli")),
            "Prism is not installed. Run: npm ci --prefix tests/tools");
        prism = Process.Start(new ProcessStartInfo("node",
        [
            Path.Combine(tools, "@stoplight", "prism-cli", "dist", "index.js"), "mock", "-h", "127.0.0.1", "-p",
            port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--errors", Repo.Fixture("openapi", specification),
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        prism.OutputDataReceived += (_, _) => { };
        prism.ErrorDataReceived += (_, _) => { };
        prism.BeginOutputReadLine();
        prism.BeginErrorReadLine();
        await ListeningAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, Address.Port));
        door = builder.Build();
        door.Run(PassAsync);
        await door.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (door is not null) { await door.DisposeAsync(); }

        if (prism is { HasExited: false }) { prism.Kill(entireProcessTree: true); }

        prism?.Dispose();
        client.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task ListeningAsync()
    {
        for (var n = 0; n < 600; n++)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                Assert.False(prism!.HasExited, "Prism ended before it listened.");
                await Task.Delay(200);
            }
        }

        Assert.Fail("Prism did not listen within two minutes.");
    }

    private async Task PassAsync(HttpContext context)
    {
        var target = new Uri($"http://127.0.0.1:{port}{context.Request.Path}{context.Request.QueryString}");
        using var request = new HttpRequestMessage(new(context.Request.Method), target);
        if (HttpMethods.IsPost(context.Request.Method))
        {
            using var copy = new MemoryStream();
            await context.Request.Body.CopyToAsync(copy);
            request.Content = new ByteArrayContent(copy.ToArray());
        }

        foreach (var name in Passed.Where(context.Request.Headers.ContainsKey))
        {
            var value = context.Request.Headers[name].ToString();
            if (!request.Headers.TryAddWithoutValidation(name, value)) { request.Content!.Headers.TryAddWithoutValidation(name, value); }
        }

        if (Prefer is { } prefer) { request.Headers.TryAddWithoutValidation("Prefer", prefer); }

        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        Verdicts.Enqueue(((int)response.StatusCode, System.Text.Encoding.UTF8.GetString(body)));
        context.Response.StatusCode = (int)response.StatusCode;
        if (response.Headers.TryGetValues("X-Message-Id", out var id)) { context.Response.Headers["X-Message-Id"] = id.ToArray(); }

        await context.Response.Body.WriteAsync(body);
    }
}

public sealed class TwilioPrism() : PrismServer("twilio-messages.patched.json");

public sealed class SendGridPrism() : PrismServer("sendgrid-mail.patched.json");
