using StoreConnector.Storage;

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
            "Storage answers too; 503 when it does not.");
    }

    private static async Task<IResult> ReadyAsync(ITables tables, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        await table.ReadAsync("health", "ready", cancel);
        return TypedResults.Text("ready");
    }
}
