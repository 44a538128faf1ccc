using Microsoft.AspNetCore.Diagnostics;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>
/// Turns what was thrown into problem details. A failure of ours is told by its kind and place only: a message may hold
/// what somebody sent.
/// </summary>
internal sealed partial class ProblemExceptions(ILogger<ProblemExceptions> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancel)
    {
        var problem = exception switch
        {
            BadRequestException bad => Problem.Of(bad.Status, bad.Code, bad.Message),
            BadHttpRequestException bad =>
                Problem.Of(bad.StatusCode, Problem.CodeOf(bad.StatusCode), "The request is malformed."),
            StorageUnavailableException => Problem.Of(
                StatusCodes.Status503ServiceUnavailable, "storage-unavailable",
                    "Storage does not answer. Try again soon."),
            _ => Problem.Of(
                StatusCodes.Status500InternalServerError, "internal",
                    "This is a failure of the service; it is logged."),
        };
        if (problem.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            var endpoint = http.Features.Get<IExceptionHandlerPathFeature>()?.Endpoint?.DisplayName ?? "no endpoint";
            RequestFailed(log, endpoint, exception.GetType().Name, Place(exception));
        }

        if (problem.StatusCode == StatusCodes.Status503ServiceUnavailable) { http.Response.Headers.RetryAfter = "5"; }

        await problem.ExecuteAsync(http);
        return true;
    }

    private static string Place(Exception e) => e.StackTrace?.Split('\n')
        .FirstOrDefault(
            line => line.Contains(nameof(StoreConnector), StringComparison.Ordinal))?.Trim() ?? "outside our code";

    [LoggerMessage(1101, LogLevel.Error, "{Endpoint} failed: {Kind} {Place}")]
    private static partial void RequestFailed(ILogger log, string endpoint, string kind, string place);
}
