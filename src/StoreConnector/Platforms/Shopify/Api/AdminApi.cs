using System.Globalization;
using System.Text.Json;

namespace StoreConnector.Platforms.Shopify.Api;

/// <summary>
/// Asks shops' Admin API. A question is asked again when there was no answer, a change only when for sure it was not
/// taken: the connection was never made, or the shop said "later". It waits for the shop's budget by the shop's own
/// numbers. No token and nothing of a variable is in a log or an answer.
/// </summary>
/// <param name="otherVersion">
/// Called when a shop answers in another version than <see cref="ShopifyApp.ApiVersion"/>: ours is gone, Shopify fell
/// forward, and what we read may have changed.
/// </param>
internal sealed partial class AdminApi(ShopifyApp app, Action otherVersion, ILogger<AdminApi> log) : IDisposable
{
    /// <summary>The longest answer that is read, 16 MiB: 250 variants are far below 1 MiB.</summary>
    public const int MaxAnswer = 16 * 1024 * 1024;

    /// <summary>How often one question is asked, in all.</summary>
    private const int MaxAttempts = 5;

    /// <summary>How long it is waited and asked anew, in all, by the machine's clock.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);

    /// <summary>How seldom the same complaint is logged.</summary>
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(10);

    private readonly HttpClient client = ShopifyHttp.NewClient();
    private readonly ShopBudgets budgets = new(TimeProvider.System);
    private long warnedAt;

    /// <summary>How long one attempt may take, by the machine's clock.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Asks, and waits for the shop's budget for at most <see cref="Longest"/>.</summary>
    /// <param name="access">Whom, and by which right.</param>
    /// <param name="operation">What.</param>
    /// <param name="variables">By name, as JSON can say them; null for none.</param>
    /// <exception cref="OperationCanceledException">The service stops: nothing may be assumed.</exception>
    public async ValueTask<AdminAnswer> AskAsync(
        ShopAccess access, AdminOperation operation, IReadOnlyDictionary<string, object?>? variables,
        CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
        {
            ["query"] = operation.Text,
            ["variables"] = variables ?? new Dictionary<string, object?>(),
        });
        var begun = TimeProvider.System.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            if (!await WaitForBudgetAsync(access.Shop, operation, begun, cancel))
            {
                return new AdminAnswer.Unavailable("The shop's budget for questions is used up.");
            }

            var reply = await TryAsync(access, operation, body, cancel);
            if (reply.Throttle is { } status) { budgets.Keep(access.Shop, operation, reply.Cost, status); }

            if (reply is AdminReply.Final final) { return final.Answer; }

            var (why, asked, isOpen) = reply switch
            {
                AdminReply.NotTaken later => (later.Why, later.Asked, true),
                AdminReply.Silent silent => (silent.Why, null, !operation.IsMutation),
                _ => throw new System.Diagnostics.UnreachableException(reply.ToString()),
            };
            if (!isOpen || attempt == MaxAttempts || !await PauseAsync(Pause(attempt, asked), begun, cancel))
            {
                AskedInVain(log, operation.Name, attempt, why);
                return new AdminAnswer.Unavailable(why);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>False when it would take too long.</summary>
    private async ValueTask<bool> WaitForBudgetAsync(
        string shop, AdminOperation operation, long begun, CancellationToken cancel)
    {
        while (budgets.Take(shop, operation) is var wait && wait > TimeSpan.Zero)
        {
            if (!await PauseAsync(wait, begun, cancel)) { return false; }
        }

        return true;
    }

    private static async ValueTask<bool> PauseAsync(TimeSpan pause, long begun, CancellationToken cancel)
    {
        if (TimeProvider.System.GetElapsedTime(begun) + pause > Longest) { return false; }

        await Task.Delay(pause, TimeProvider.System, cancel);
        return true;
    }

    /// <summary>Growing, with some chance in it; never less than the shop asked for.</summary>
    private static TimeSpan Pause(int attempt, TimeSpan? asked)
    {
        var pause = FirstPause * Math.Pow(2, attempt - 1) * (0.5 + Random.Shared.NextDouble());
        return asked is not { } least ? pause : least > TimeSpan.Zero ? least + TimeSpan.FromMilliseconds(50) : pause;
    }

    private async ValueTask<AdminReply> TryAsync(
        ShopAccess access, AdminOperation operation, byte[] body, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AttemptTimeout);
        try
        {
            using var request = Request(access, body);
            using var response = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            LookAtVersion(response);
            return ReadStatus(response, operation) ?? await ReadBodyAsync(response, operation, limit.Token);
        }
        catch (Exception e) when (ShopifyHttp.WasNeverMade(e, limit.Token))
        {
            return new AdminReply.NotTaken("The shop could not be reached.", null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new AdminReply.Silent("The shop did not answer in time.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new AdminReply.Silent("The connection to the shop broke before it answered.");
        }
    }

    private HttpRequestMessage Request(ShopAccess access, byte[] body)
    {
        var request = app.Request(HttpMethod.Post, access.Shop, $"/admin/api/{ShopifyApp.ApiVersion}/graphql.json");
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        request.Headers.Add("X-Shopify-Access-Token", access.Token);
        request.Headers.Accept.ParseAdd("application/json");
        return request;
    }

    /// <summary>What the status alone says; null when the body says it.</summary>
    private static AdminReply? ReadStatus(HttpResponseMessage response, AdminOperation operation)
    {
        var status = (int)response.StatusCode;
        return status switch
        {
            200 => null,
            401 => new AdminReply.Final(new AdminAnswer.SignedOut()),
            // There is no such shop, or none any more.
            404 => new AdminReply.Final(new AdminAnswer.SignedOut()),
            402 => Denied("The shop is frozen: its bill with Shopify is not paid."),
            403 => Denied($"{operation.Name}: the shop does not allow it."),
            423 => Denied("The shop is locked."),
            429 => new AdminReply.NotTaken("The shop asked to come back later (429).", Asked(response)),
            408 or >= 500 => new AdminReply.Silent($"The shop answered {status}, which says neither yes nor no."),
            >= 400 => new AdminReply.Final(new AdminAnswer.Wrong($"{operation.Name}: the shop answered {status}.")),
            // A redirect is not followed: the token would go where it leads.
            _ => new AdminReply.Final(new AdminAnswer.Unavailable($"The shop answered {status}, which is no answer.")),
        };

        static AdminReply.Final Denied(string why) => new(new AdminAnswer.Denied(why));
    }

    private static async ValueTask<AdminReply> ReadBodyAsync(
        HttpResponseMessage response, AdminOperation operation, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        using var held = new MemoryStream();
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancel)) > 0)
        {
            if (held.Length + read > MaxAnswer)
            {
                var why = $"{operation.Name}: the answer is longer than can be read.";
                return new AdminReply.Final(operation.IsMutation
                    ? new AdminAnswer.Unavailable(why) : new AdminAnswer.Wrong(why));
            }

            held.Write(buffer, 0, read);
        }

        return AdminReplyReader.Read(held.GetBuffer().AsMemory(0, (int)held.Length), operation.Name)
            ?? new AdminReply.Silent("The shop answered with what is no JSON.");
    }

    /// <summary>Retry-After: seconds, which Shopify writes with a fraction ("2.0"), or a date.</summary>
    private static TimeSpan? Asked(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Retry-After", out var values)
        && double.TryParse(
            values.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, 3600))
            : response.Headers.RetryAfter?.Date - TimeProvider.System.GetUtcNow();

    private void LookAtVersion(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("X-Shopify-API-Version", out var values)
            || values.First() is var version && version == ShopifyApp.ApiVersion) { return; }

        otherVersion();
        var (last, now) = (Interlocked.Read(ref warnedAt), TimeProvider.System.GetTimestamp());
        if ((last == 0 || TimeProvider.System.GetElapsedTime(last, now) > BetweenWarnings)
            && Interlocked.CompareExchange(ref warnedAt, now, last) == last)
        {
            OtherApiVersion(log, Wording.Cut(version, 20) ?? "(none)", ShopifyApp.ApiVersion);
        }
    }

    [LoggerMessage(5201, LogLevel.Warning,
        "Shopify answers in API version {Version}, we read {Ours}: ours is gone, and what we read may have changed")]
    private static partial void OtherApiVersion(ILogger log, string version, string ours);

    [LoggerMessage(5202, LogLevel.Warning, "{Operation} was asked of a shop in vain, {Attempts} times: {Why}")]
    private static partial void AskedInVain(ILogger log, string operation, int attempts, string why);
}
