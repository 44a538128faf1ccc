using StoreConnector.Admin;

namespace StoreConnector.Hosting;

/// <summary>What watches the service asks: is it there, is it alive, can it work.</summary>
internal static class FrontDoor
{
    public static void MapFrontDoor(this WebApplication app)
    {
        app.MapGet("/", () => TypedResults.Text("StoreConnector")).WithTags("Health").WithSummary(
            "Small and constant.");
        app.MapGet("/health/live", () => TypedResults.Text("live")).WithTags("Health").WithSummary(
            "The process answers.");
        app.MapGet("/health/ready", ReadyAsync).WithTags("Health").WithSummary(
            "Storage answers too; 503 when it does not.").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness, CancellationToken cancel) =>
        await readiness.MissingAsync(cancel) is [_, ..] missing
            ? Problem.Of(StatusCodes.Status503ServiceUnavailable, "storage-unavailable",
                $"Storage is not ready: its {string.Join(" and ", missing)} did not answer in time. See that the "
                + "storage which Storage:Engine names can be reached, has room and takes our credentials; the log says "
                + "more. The service goes on trying.")
            : TypedResults.Text("ready");
}
