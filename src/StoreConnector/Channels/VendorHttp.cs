using System.Net;

namespace StoreConnector.Channels;

/// <summary>What came of a request to a vendor.</summary>
internal abstract record VendorAnswer
{
    /// <summary>A plain yes or no.</summary>
    /// <param name="Status">200 to 299 or 400 to 499.</param>
    /// <param name="Body">Empty where a refusal's words were lost or too long.</param>
    /// <param name="Header">A header's value by its name, or null.</param>
    public sealed record Said(int Status, string Body, Func<string, string?> Header) : VendorAnswer
    {
        /// <summary>Whether it is a yes.</summary>
        public bool IsYes => Status < 300;
    }

    /// <summary>For sure not taken: nobody was reached, or who was said "later".</summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    public sealed record NotTaken(string Why) : VendorAnswer;

    /// <summary>No answer, or one that can be read two ways: it may have been taken.</summary>
    /// <param name="Why">A plain sentence without personal data.</param>
    public sealed record Silent(string Why) : VendorAnswer;
}

/// <summary>A request to a vendor.</summary>
/// <param name="Vendor">Its name, for people.</param>
/// <param name="Make">Makes it anew for each attempt, so that each is signed and dated by itself.</param>
internal sealed record VendorCall(string Vendor, Func<HttpRequestMessage> Make)
{
    /// <summary>The vendor promises to do it once however often it is asked: silence is asked again, too.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>The longest answer that is read, in bytes.</summary>
    public int MaxAnswer { get; init; } = 64 * 1024;
}

/// <summary>
/// Calls vendors. It repeats only what for sure was not taken (a connection that was never made, 429), by
/// <see cref="Patience"/>; 5xx, 3xx and 408 are silence, because no vendor of ours documents that it did nothing then.
/// </summary>
/// <param name="clock">The service's: waits go by it. Time-outs go by the machine's, which does not get faster.</param>
internal sealed class VendorHttp(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Idle connections are left before a vendor closes them: a request on a closing one is silence.</summary>
    private readonly HttpClient client = new(new SocketsHttpHandler
    {
        ConnectTimeout = ConnectTimeout,
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    /// <summary>How long one attempt may take in all, by the machine's clock.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Asks until there is an answer or no more patience. After a silence only a yes is believed: a later no says
    /// nothing about the first request.
    /// </summary>
    /// <exception cref="OperationCanceledException">The service stops: nothing may be assumed.</exception>
    public async ValueTask<VendorAnswer> SendAsync(VendorCall call, CancellationToken cancel)
    {
        var begun = clock.GetUtcNow();
        VendorAnswer.Silent? silence = null;
        for (var attempt = 1; ; attempt++)
        {
            var (answer, asked) = await TryAsync(call, cancel);
            silence ??= answer as VendorAnswer.Silent;
            var isOpen = answer is VendorAnswer.NotTaken || (answer is VendorAnswer.Silent && call.IsRepeatable);
            if (!isOpen || Patience.Next(attempt, clock.GetUtcNow() - begun, asked, Random.Shared.NextDouble())
                is not { } wait)
            {
                return answer is VendorAnswer.Said { IsYes: true } ? answer : silence ?? answer;
            }

            await Task.Delay(wait, clock, cancel);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async ValueTask<(VendorAnswer Answer, TimeSpan? Asked)> TryAsync(VendorCall call, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AttemptTimeout);
        try
        {
            using var request = call.Make();
            request.Headers.UserAgent.ParseAdd("StoreConnector");
            using var response = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return response.StatusCode == HttpStatusCode.TooManyRequests
                ? (new VendorAnswer.NotTaken($"{call.Vendor} asked to come back later (429)."), Asked(response))
                : (await ReadAsync(call, response, limit.Token), null);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError)
        {
            return (new VendorAnswer.NotTaken($"{call.Vendor} could not be reached ({e.HttpRequestError})."), null);
        }
        catch (OperationCanceledException e) when (!limit.IsCancellationRequested
            && e.InnerException is TimeoutException)
        {
            return (new VendorAnswer.NotTaken($"{call.Vendor} could not be reached in time."), null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (new VendorAnswer.Silent($"{call.Vendor} did not answer in time."), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (new VendorAnswer.Silent($"The connection to {call.Vendor} broke before it answered."), null);
        }
    }

    private static async ValueTask<VendorAnswer> ReadAsync(
        VendorCall call, HttpResponseMessage response, CancellationToken cancel)
    {
        var status = (int)response.StatusCode;
        if (status is >= 500 or < 200 or (>= 300 and < 400) or 408)
        {
            return new VendorAnswer.Silent($"{call.Vendor} answered {status}, which says neither yes nor no.");
        }

        var body = await BodyAsync(response, call.MaxAnswer, status < 300, cancel);
        if (body is null && status < 300)
        {
            return new VendorAnswer.Silent($"{call.Vendor} answered {status} with more than can be read.");
        }

        var headers = response.Headers.ToDictionary(h => h.Key, h => h.Value.First(), StringComparer.OrdinalIgnoreCase);
        return new VendorAnswer.Said(status, body ?? "", headers.GetValueOrDefault);
    }

    /// <summary>The body as text; null when it is too long, or when a refusal's was lost.</summary>
    private static async ValueTask<string?> BodyAsync(
        HttpResponseMessage response, int max, bool isNeeded, CancellationToken cancel)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            var bytes = new byte[max + 1];
            var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
            return length <= max ? System.Text.Encoding.UTF8.GetString(bytes, 0, length) : null;
        }
        catch (Exception e) when (!isNeeded && e is (HttpRequestException or IOException))
        {
            return null; // The status said no; the words would only have said why.
        }
    }

    /// <summary>What a 429 asks for: Retry-After, or SendGrid's X-RateLimit-Reset in Unix seconds.</summary>
    private TimeSpan? Asked(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ when response.Headers.TryGetValues("X-RateLimit-Reset", out var values)
            && long.TryParse(values.First(), out var seconds) && seconds is > 0 and < 10_000_000_000 =>
            DateTimeOffset.FromUnixTimeSeconds(seconds) - clock.GetUtcNow(),
        _ => null,
    };
}
