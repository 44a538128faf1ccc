using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace StoreConnector.Admin;

/// <summary>What a change rests on: the version that its sender read, as If-Match or in the body.</summary>
internal static class Precondition
{
    /// <summary>Whether the sender read another version than the one that is saved.</summary>
    public static bool IsStale(HttpRequest request, JsonBody body, int version)
    {
        var current = version.ToString(CultureInfo.InvariantCulture);
        var matches = request.Headers.IfMatch.SelectMany(h => (h ?? "").Split(',')).Select(t => t.Trim()).ToArray();
        return (matches.Length > 0 && !matches.Any(t => t == "*" || t.Trim('"') == current))
            || (body.Field("version") is { } sent && sent.GetRawText() != current);
    }

    /// <summary>The answer to a change that rests on another version.</summary>
    public static ProblemHttpResult Stale(int version) => Problem.Of(
        StatusCodes.Status412PreconditionFailed, "stale",
        FormattableString.Invariant($"It was changed since: the version is {version} now. Read it again."));
}
