using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Core.Automations;

namespace StoreConnector.Admin;

/// <summary>What is wrong, in RFC 9457's form, always with a <c>code</c> that a program can compare.</summary>
internal static class Problem
{
    /// <summary>A problem that concerns the request as a whole.</summary>
    public static ProblemHttpResult Of(int status, string code, string detail) =>
        TypedResults.Problem(detail, statusCode: status, extensions: [new("code", code)]);

    /// <summary>One that names fields: each with its value and what it may be.</summary>
    public static ProblemHttpResult Of(IReadOnlyList<SettingError> errors)
    {
        var fields = errors.GroupBy(e => e.Field).ToDictionary(g => g.Key, g => g.Select(Sentence).ToArray());
        return TypedResults.Problem(
            $"{errors[0].Field}: {Sentence(errors[0])}", statusCode: StatusCodes.Status400BadRequest,
                title: "Some fields cannot be.",
            extensions: [new("code", "invalid-fields"), new("errors", fields)]);
    }

    /// <summary>There is nothing at that address.</summary>
    public static ProblemHttpResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, "not-found", detail);

    /// <summary>The code of an answer that nobody gave one.</summary>
    public static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "bad-request",
        StatusCodes.Status401Unauthorized => "unauthorized",
        StatusCodes.Status403Forbidden => "forbidden",
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status405MethodNotAllowed => "method-not-allowed",
        StatusCodes.Status412PreconditionFailed => "stale",
        StatusCodes.Status413PayloadTooLarge => "body-too-large",
        StatusCodes.Status415UnsupportedMediaType => "not-json",
        StatusCodes.Status503ServiceUnavailable => "storage-unavailable",
        >= 500 => "internal",
        _ => "error",
    };

    private static string Sentence(SettingError error) => $"{error.Value} cannot be; allowed: {error.Allowed}.";
}
