using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace StoreConnector.Platforms.WooCommerce.Api;

/// <summary>Where the client may go.</summary>
/// <param name="AllowsPrivateHosts">Development: a site may be on this machine, and be reached by http.</param>
/// <param name="IsPrivate">Whether an address is one that no merchant's site can have.</param>
internal sealed record WooNetwork(bool AllowsPrivateHosts, Func<IPAddress, bool> IsPrivate);

/// <summary>
/// Calls sites' REST API v3. A question is asked again where there was no answer; a change only when for sure it was
/// not taken. One call at a time for each site. Addresses are judged after they are resolved, on the very connection
/// that is used; no redirect is followed. No key, nothing of a body and no address is in a log.
/// </summary>
internal sealed partial class WooApi : IDisposable
{
    /// <summary>The longest answer that is read, 16 MiB: a hundred orders are far below 1 MiB.</summary>
    public const int MaxAnswer = 16 * 1024 * 1024;

    /// <summary>Items of one page, and of one batch: the most that WooCommerce allows.</summary>
    public const int PageSize = 100;

    private const int MaxAttempts = 3;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MinSkew = TimeSpan.FromMinutes(2);

    private readonly WooNetwork network;
    private readonly ILogger<WooApi> log;
    private readonly HttpClient client;
    private readonly Lazy<SiteTurns> turns;

    public WooApi(WooNetwork network, ILogger<WooApi> log)
    {
        (this.network, this.log) = (network, log);
        turns = new(() => new(FirstPause));
        client = new(new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            ConnectCallback = ConnectAsync,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false, // A proxy would resolve the name by itself.
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("StoreConnector");
    }

    /// <summary>How long one attempt may take, by the machine's clock. Shared hosts are slow.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The first pause after a failure; later ones double.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it is waited in all: for the site's turn, its rest, and between attempts.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Calls.</summary>
    /// <exception cref="OperationCanceledException">The service stops: nothing may be assumed.</exception>
    public async ValueTask<WooAnswer> AskAsync(WooAccess access, WooCall call, CancellationToken cancel)
    {
        if (access.Site.Scheme != Uri.UriSchemeHttps && !network.AllowsPrivateHosts) { return NotHttps; }

        using var turn = await turns.Value.TakeAsync(access.Site, Longest, cancel);
        if (turn is null) { return new WooAnswer.Unavailable("The site failed a moment ago and is left alone."); }

        var begun = TimeProvider.System.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var reply = await TryAsync(access, call, turn, cancel);
            var isOpen = reply.Again == WooAgain.Always || (reply.Again == WooAgain.Questions && call.IsQuestion);
            var pause = reply.Asked ?? FirstPause * Math.Pow(2, attempt - 1) * (0.5 + Random.Shared.NextDouble());
            if (isOpen && attempt < MaxAttempts && TimeProvider.System.GetElapsedTime(begun) + pause < Longest)
            {
                await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, TimeProvider.System, cancel);
                continue;
            }

            if (reply.IsTrouble) { turn.Failed(); }
            else { turn.Worked(); }

            if (reply.IsTrouble) { AskedInVain(log, call.Method.Method, call.Path, attempt, Kind(reply.Answer)); }

            return reply.Answer;
        }
    }

    /// <summary>
    /// Finds how a site is shown a key: by the header, signed, by the query; and whether its routes are plain.
    /// </summary>
    /// <param name="site">Its home.</param>
    /// <param name="key">The consumer key.</param>
    /// <param name="secret">The consumer secret.</param>
    /// <param name="proof">A question that only a good key gets answered.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>
    /// The way, and the answer to the question; no way when nothing was <see cref="WooAnswer.Done"/>.
    /// </returns>
    public async ValueTask<(WooAccess? Access, WooAnswer Answer)> ProbeAsync(
        Uri site, string key, string secret, WooCall proof, CancellationToken cancel)
    {
        WooAnswer answer = new WooAnswer.SignedOut();
        foreach (var isPlain in new[] { false, true })
        {
            foreach (var way in new[] { WooWay.Basic, WooWay.OAuth, WooWay.Query })
            {
                var access = new WooAccess(site, key, secret, way) { IsPlain = isPlain };
                answer = await AskAsync(access, proof, cancel);
                if (answer is WooAnswer.Done) { return (access, answer); }

                if (answer is not WooAnswer.SignedOut) { break; }
            }

            if (answer is not WooAnswer.Broken { Kind: WooTrouble.NoApi }) { break; }
        }

        return (null, answer);
    }

    /// <summary>
    /// The pages of a list, one after the other, until one is not full; the last is what went wrong, if anything did.
    /// What the site says of the number of pages is not believed.
    /// </summary>
    public async IAsyncEnumerable<WooAnswer> PagesAsync(
        WooAccess access, WooCall list, int maxPages, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var page = 1; page <= maxPages; page++)
        {
            var answer = await AskAsync(access, PageOf(list, page), cancel);
            yield return answer;
            if (ItemsOf(answer) is not { Count: PageSize }) { yield break; }
        }
    }

    /// <summary>One page of a list, the first is 1.</summary>
    public static WooCall PageOf(WooCall list, int page) => list with
    {
        Query = [.. list.Query, ("per_page", FormattableString.Invariant($"{PageSize}")),
            ("page", FormattableString.Invariant($"{page}"))],
    };

    /// <summary>The items of an answer; null when it is no list.</summary>
    public static IReadOnlyList<JsonElement>? ItemsOf(WooAnswer answer) =>
        answer is WooAnswer.Done { Json: { ValueKind: JsonValueKind.Array } items }
            ? [.. items.EnumerateArray()] : null;

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async ValueTask<WooReply> TryAsync(
        WooAccess access, WooCall call, SiteTurns.Turn turn, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AttemptTimeout);
        try
        {
            using var request = WooRequests.Make(access, call, TimeProvider.System.GetUtcNow() + turn.Skew);
            using var response = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            LookAtClock(response, turn);
            return await BodyAsync(response, limit.Token) is { } body ? WooReplies.Read(response, body, call)
                : new(new WooAnswer.Unavailable("The site answered with more than can be read."));
        }
        catch (Exception e) when (Forbids(e))
        {
            return new(Inside);
        }
        catch (Exception e) when (WasNeverMade(e, limit.Token))
        {
            return new(new WooAnswer.Unavailable("The site could not be reached."), WooAgain.Always);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(new WooAnswer.Unavailable("The site did not answer in time."), WooAgain.Questions);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new(new WooAnswer.Unavailable("The connection to the site broke before it answered."),
                WooAgain.Questions);
        }
    }

    /// <summary>A site's clock may be wrong, and what we sign is dated by it.</summary>
    private static void LookAtClock(HttpResponseMessage response, SiteTurns.Turn turn)
    {
        if (response.Headers.Date is not { } shown) { return; }

        var skew = shown - TimeProvider.System.GetUtcNow();
        turn.Skew = skew.Duration() < MinSkew ? TimeSpan.Zero : skew;
    }

    /// <summary>Null when it is too long.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>?> BodyAsync(
        HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        using var held = new MemoryStream();
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancel)) > 0)
        {
            if (held.Length + read > MaxAnswer) { return null; }

            held.Write(buffer, 0, read);
        }

        return held.GetBuffer().AsMemory(0, (int)held.Length);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancel);
        if (!network.AllowsPrivateHosts && addresses.Any(network.IsPrivate)) { throw new PrivateHostException(); }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool Forbids(Exception e) => e is PrivateHostException || (e.InnerException is { } inner
        && Forbids(inner));

    private static bool WasNeverMade(Exception e, CancellationToken limit) => e switch
    {
        HttpRequestException http => http.HttpRequestError is HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
        OperationCanceledException => !limit.IsCancellationRequested && e.InnerException is TimeoutException,
        _ => false,
    };

    private static string Kind(WooAnswer answer) =>
        answer is WooAnswer.Broken broken ? broken.Kind.ToString() : nameof(WooAnswer.Unavailable);

    private static readonly WooAnswer NotHttps = new WooAnswer.Forbidden(
        "The site must be reached by https: its keys open everything.");

    private static readonly WooAnswer Inside = new WooAnswer.Forbidden(
        "That name leads to an address that is not on the public internet.");

    [LoggerMessage(5251, LogLevel.Warning, "{Method} {Path} was asked of a WooCommerce site in vain, {Attempts} times: "
        + "{Kind}")]
    private static partial void AskedInVain(ILogger log, string method, string path, int attempts, string kind);

    /// <summary>The name leads inside.</summary>
    private sealed class PrivateHostException : Exception;
}
