using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace StoreConnector.Tests.Fakes;

/// <summary>
/// What stands before a service that is not one process: a load balancer, the front of a Functions host. It passes on
/// what it gets as it is, the caller's Host included, and answers 502 when nobody is behind it.
/// </summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    private static readonly string[] HopByHop = ["Connection", "Transfer-Encoding", "Keep-Alive", "Host"];

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(230),
    };

    private readonly WebApplication app;
    private readonly Func<Uri?> next;
    private readonly Action<HttpRequestMessage> mark;

    private FrontDoor(Func<Uri?> next, Action<HttpRequestMessage> mark)
    {
        (this.next, this.mark) = (next, mark);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            k.Limits.MaxRequestBodySize = null;
        });
        app = builder.Build();
        app.Run(PassAsync);
    }

    public Uri Address => new(app.Urls.Single());

    /// <param name="next">Who answers the next request; null when nobody is there.</param>
    /// <param name="mark">What is added to each.</param>
    public static async Task<FrontDoor> OpenAsync(Func<Uri?> next, Action<HttpRequestMessage>? mark = null)
    {
        var door = new FrontDoor(next, mark ?? (_ => { }));
        await door.app.StartAsync();
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        client.Dispose();
    }

    private async Task PassAsync(HttpContext http)
    {
        if (next() is not { } behind)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            return;
        }

        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        using var request = new HttpRequestMessage(new(http.Request.Method), new Uri(behind, target));
        if (http.Request.ContentLength is > 0 || http.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(http.Request.Body);
        }

        foreach (var (name, values) in http.Request.Headers.Where(h => !HopByHop.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        request.Headers.Host = http.Request.Host.Value;
        mark(request);
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
            http.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers)
                .Where(h => !HopByHop.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
            {
                http.Response.Headers[name] = values.ToArray();
            }

            await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }
}
