using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Channels;
using StoreConnector.Core.Insights;
using StoreConnector.Processing;

namespace StoreConnector.Admin;

/// <summary>What a store's own past says about its automations.</summary>
internal static class ReportApi
{
    private const int UsualDays = 60, MaxDays = 400;

    public static void MapReport(this RouteGroupBuilder api) => api.MapGet("/report", ReadAsync)
        .WithSummary(FormattableString.Invariant(
            $"What every automation would have done in the last days (1 to {MaxDays}, else {UsualDays}), had it been ")
            + "live with the present settings: counts, reasons, and the first message of each.")
        .ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<Results<Ok<ReportModel>, ProblemHttpResult>> ReadAsync(
        string storeId, string? days, IStoreDirectory stores, ShadowReports reports, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is not { } store ? StoreApi.NoStore()
        : Days(days) is not { } span ? Problem.Of([new("days", $"'{days}'", $"a whole number, 1 to {MaxDays}")])
        : TypedResults.Ok(ReportModel.Of(await reports.OfAsync(store, span, cancel)));

    private static int? Days(string? text) => text is null ? UsualDays
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && days is >= 1 and <= MaxDays ? days : null;
}

/// <summary>The shadow report. What each figure counts stands in docs/merchants.md.</summary>
/// <param name="Days">The span that was asked for.</param>
/// <param name="From">Its first instant.</param>
/// <param name="To">Its end, or where counting stopped.</param>
/// <param name="KnownFrom">From when on consents, purchases and prices are known.</param>
/// <param name="Events">Events of the span.</param>
/// <param name="Unreadable">Entries of the log that could not be read.</param>
/// <param name="Orders">Orders of the span.</param>
/// <param name="People">People of the span.</param>
/// <param name="Carts">Carts that were left.</param>
/// <param name="PriceDrops">Things that cost less.</param>
/// <param name="Reorders">Things that were nearly used up.</param>
/// <param name="FirstMessages">The first message of each automation, as it would have looked.</param>
/// <param name="CountedAt">When this was counted: a report is shown again for a few minutes.</param>
/// <param name="IsComplete">Whether the whole span was counted.</param>
internal sealed record ReportModel(
    int Days, DateTimeOffset From, DateTimeOffset To, DateTimeOffset KnownFrom, int Events, int Unreadable, int Orders,
    int People, CartFigures Carts, DropFigures PriceDrops, ReorderFigures Reorders,
    IReadOnlyList<FirstMessageModel> FirstMessages, DateTimeOffset CountedAt, bool IsComplete)
{
    public static ReportModel Of(StoreReport report)
    {
        var f = report.Figures;
        return new(report.Days, f.From, f.To, f.KnownFrom, f.Events, f.Unreadable, f.Orders, f.People, f.Carts,
            f.PriceDrops, f.Reorders, [.. report.FirstMessages.Select(FirstMessageModel.Of)], report.CountedAt,
            f.IsComplete);
    }
}

/// <summary>A message as it would have looked. No address is in it.</summary>
internal sealed record FirstMessageModel(
    string Automation, string Channel, DateTimeOffset At, string CustomerKey, string? Subject, string Text,
    string? Html, int? Segments)
{
    public static FirstMessageModel Of(ExampleMessage message) => message.Content switch
    {
        MessageContent.Email mail => new(message.Automation, "email", message.At, message.CustomerKey, mail.Subject,
            mail.Text, mail.Html, null),
        MessageContent.Sms text => new(message.Automation, "sms", message.At, message.CustomerKey, null, text.Text,
            null, text.Segments),
        var other => throw new System.Diagnostics.UnreachableException(other.GetType().Name),
    };
}
