using System.Globalization;
using System.Text.Json;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.Shopify;

/// <summary>
/// Takes over one kind of thing that a shop knew before we came: asks the shop for a file of it, waits until it is
/// written, reads it page by page and queues what it says as events. Every step first queues the next one and then
/// saves where it is, so that a crash between repeats a step; a repeat finds the same events, which do no harm.
/// </summary>
/// <param name="kind">One of <see cref="Kinds"/>.</param>
internal sealed class ShopifyImport(
    string kind, IStoreDirectory stores, IShopAdmin admin, BulkFile files, Imports imports, IQueue shopEvents,
    TimeProvider clock) : IImportHandler
{
    public const string Products = "shopify-products", Customers = "shopify-customers", Orders = "shopify-orders";

    /// <summary>In the order in which they run.</summary>
    public static readonly IReadOnlyList<string> Kinds = [Products, Customers, Orders];

    /// <summary>How far back orders are read without <c>read_all_orders</c>: Shopify shows no more.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(60);

    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(5), LongestLook = TimeSpan.FromSeconds(60);

    /// <summary>A file that is not written by then never will be: Shopify ends an operation after ten days.</summary>
    private static readonly TimeSpan LongestWriting = TimeSpan.FromDays(11);

    private const string NotSignedIn = "The app is not signed in to the shop: open it once in the Shopify admin.";

    private ImportSteps Steps => new(kind, stores, imports, shopEvents, clock);

    /// <inheritdoc/>
    public string Import => kind;

    /// <inheritdoc/>
    public async Task HandleAsync(ImportMessage message, CancellationToken cancel)
    {
        if (await Steps.FindAsync(message, cancel) is not { } at) { return; }

        await ((at.Step.Do, at.State.Status) switch
        {
            (ImportDo.Poll, ImportStatus.Running) when at.Step.Name == ImportStep.Unasked => LookAsync(at, cancel),
            _ when !at.IsAwaited => Steps.NotAwaitedAsync(at, cancel),
            (ImportDo.Start, ImportStatus.Queued) => StartAsync(at, cancel),
            (ImportDo.Poll, ImportStatus.Running) => LookAsync(at, cancel),
            (ImportDo.Page, ImportStatus.Reading) => PageAsync(at, cancel),
            (ImportDo.Cancel, ImportStatus.Stopped) => CancelAsync(at, cancel),
            _ => Task.CompletedTask,
        });
    }

    private async Task StartAsync(ImportPlace at, CancellationToken cancel)
    {
        var (query, problem) = await QueryAsync(at.Store.Store.Id, cancel);
        var answer = problem ?? await AskAsync(at, AdminOperations.BulkRun, "query", query!, cancel);
        switch (answer)
        {
            case AdminAnswer.Done done when Operation(done.Data, "bulkOperationRunQuery")["id"].Text is { } id:
                var next = at.State with
                {
                    Status = ImportStatus.Running, Operation = id, Files = at.State.Files + 1,
                    Mark = BulkMark.Start, Of = null, Bytes = null, WrittenAt = null, Unreadable = 0,
                };
                if (!await Steps.GoOnAsync(at, next, FirstLook, cancel))
                {
                    await AskAsync(at, AdminOperations.BulkCancel, "id", id, cancel); // Stopped meanwhile.
                }

                break;
            // Others of the app's operations write their files: there is a limit.
            case AdminAnswer.Refused { Errors: var errors }
                when errors.Any(e => e.Code is "OPERATION_IN_PROGRESS" or "LIMIT_REACHED"):
                await Steps.AgainAsync(at, "The shop has been writing other files for too long.", cancel);
                break;
            default: await NoAnswerAsync(at, answer, cancel); break;
        }
    }

    /// <summary>What the file is to hold; an answer instead when the shop would not say what we may see.</summary>
    private async ValueTask<(string? Query, AdminAnswer? Problem)> QueryAsync(string storeId, CancellationToken cancel)
    {
        if (kind == Products) { return (AdminOperations.ImportProducts.Text, null); }
        if (kind == Customers) { return (AdminOperations.ImportCustomers.Text, null); }

        var answer = await admin.AskAsync(storeId, AdminOperations.CurrentAppInstallation, null, cancel);
        if (answer is not AdminAnswer.Done done) { return (null, answer); }

        var seesAll = new Payload(done.Data)["currentAppInstallation"]["accessScopes"].Items
            .Any(scope => scope["handle"].Text == "read_all_orders");
        var since = seesAll ? DateTimeOffset.UnixEpoch : clock.GetUtcNow() - Recent;
        return (AdminOperations.ImportOrders.Text.Replace(AdminOperations.Since,
            since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            StringComparison.Ordinal), null);
    }

    private async Task LookAsync(ImportPlace at, CancellationToken cancel)
    {
        var answer = await AskAsync(at, AdminOperations.BulkGet, "id", at.State.Operation!, cancel);
        if (answer is not AdminAnswer.Done done)
        {
            if (at.Step.Name != ImportStep.Unasked) { await NoAnswerAsync(at, answer, cancel); }

            return;
        }

        var operation = new Payload(done.Data)["bulkOperation"];
        switch (operation["status"].Text)
        {
            case "CREATED" or "RUNNING" or "CANCELING": await LookAgainAsync(at, cancel); break;
            case "COMPLETED": await WrittenAsync(at, operation, cancel); break;
            case "CANCELED": await Steps.FailAsync(at, "The file was cancelled in Shopify.", cancel); break;
            case "FAILED" when operation["errorCode"].Text == "ACCESS_DENIED":
                await Steps.FailAsync(at, "The merchant has not granted what the file would hold.", cancel);
                break;
            default: await AnewAsync(at, "Shopify could not write the file.", cancel); break;
        }
    }

    private async Task LookAgainAsync(ImportPlace at, CancellationToken cancel)
    {
        if (at.Step.Name == ImportStep.Unasked) { return; }

        if (clock.GetUtcNow() - at.State.StartedAt > LongestWriting)
        {
            await Steps.FailAsync(at, "Shopify has been writing the file for too long.", cancel);
            return;
        }

        var looks = at.Step.Looks + 1;
        var wait = FirstLook * Math.Pow(1.5, Math.Min(looks, 20));
        await imports.QueueAsync(at.Store, kind, at.Step with { Looks = looks, Tries = 0 }, cancel,
            wait < LongestLook ? wait : LongestLook);
    }

    private async Task WrittenAsync(ImportPlace at, Payload operation, CancellationToken cancel)
    {
        var lines = operation["objectCount"].Id ?? 0;
        if (lines > 0 && Url(operation) is null)
        {
            await AnewAsync(at, "Shopify wrote a file and does not say where it is.", cancel);
            return;
        }

        var next = at.State with
        {
            Status = ImportStatus.Reading, WrittenAt = clock.GetUtcNow(), Of = lines, Bytes = operation["fileSize"].Id,
        };
        if (lines == 0) { await Steps.EndAsync(at, next with { Status = ImportStatus.Done }, cancel); }
        else { await Steps.GoOnAsync(at, next, ImportSteps.Settled, cancel); }
    }

    private async Task PageAsync(ImportPlace at, CancellationToken cancel)
    {
        var answer = await AskAsync(at, AdminOperations.BulkGet, "id", at.State.Operation!, cancel);
        if (answer is not AdminAnswer.Done done)
        {
            await NoAnswerAsync(at, answer, cancel);
            return;
        }

        // The address is asked for each time: it is a key to the file, so it is kept nowhere.
        var page = Url(new Payload(done.Data)["bulkOperation"]) is { } url
            ? await files.ReadAsync(url, at.State.Mark, at.State.Of ?? 0, cancel) : new BulkPage.Expired();
        switch (page)
        {
            case BulkPage.Read read: await TakeAsync(at, read, cancel); break;
            case BulkPage.Expired: await AnewAsync(at, "The file's address is no longer good.", cancel); break;
            case BulkPage.CutShort: await AnewAsync(at, "The file that Shopify wrote is not whole.", cancel); break;
            case BulkPage.Unavailable silent: await Steps.AgainAsync(at, silent.Why, cancel); break;
            default: throw new System.Diagnostics.UnreachableException(page.ToString());
        }
    }

    private async Task TakeAsync(ImportPlace at, BulkPage.Read page, CancellationToken cancel)
    {
        var reader = new ShopifyImportReader(at.Store.Store.Country, at.Store.Store.Domain, at.State.WrittenAt!.Value);
        var parsed = page.Objects.Select(reader.Read).ToList();
        var pace = await Steps.QueueAsync(
            at, [.. parsed.OfType<Parsed.Events>().SelectMany(p => p.Items)], cancel);
        var next = at.State with
        {
            Mark = page.Next, Unreadable = at.State.Unreadable + parsed.Count(p => p is Parsed.Unreadable),
        };
        if (page.IsEnd) { await Steps.EndAsync(at, next with { Status = ImportStatus.Done }, cancel); }
        else { await Steps.GoOnAsync(at, next, pace, cancel); }
    }

    private async Task CancelAsync(ImportPlace at, CancellationToken cancel)
    {
        if (at.State is { Operation: { } id, WrittenAt: null })
        {
            // A file that is written all the same harms nobody.
            await AskAsync(at, AdminOperations.BulkCancel, "id", id, cancel);
        }

        await imports.BeginNextAsync(at.Store, cancel);
    }

    /// <summary>What to do about an answer that is none, or a no.</summary>
    private Task NoAnswerAsync(ImportPlace at, AdminAnswer answer, CancellationToken cancel) => answer switch
    {
        AdminAnswer.Unavailable silent => Steps.AgainAsync(at, silent.Why, cancel),
        AdminAnswer.Denied denied => Steps.FailAsync(at, denied.Why, cancel),
        AdminAnswer.SignedOut => Steps.FailAsync(at, NotSignedIn, cancel),
        AdminAnswer.Wrong wrong => Steps.FailAsync(at, wrong.Why, cancel),
        AdminAnswer.Refused { Errors: var errors } => Steps.FailAsync(at,
            $"Shopify refused ({string.Join(", ", errors.Select(e => e.Code ?? "no code").Distinct())}).", cancel),
        _ => Steps.FailAsync(at, "Shopify answered with something else.", cancel),
    };

    /// <summary>Another file, from its beginning: nothing of what was read is lost, it only comes again.</summary>
    private Task AnewAsync(ImportPlace at, string why, CancellationToken cancel) =>
        at.State.Files >= ImportState.MaxFiles ? Steps.FailAsync(at, why + " It was asked for several times.", cancel)
            : Steps.GoOnAsync(at, at.State with { Status = ImportStatus.Queued, Operation = null, WrittenAt = null },
                ImportSteps.FirstRetry, cancel).AsTask();

    private ValueTask<AdminAnswer> AskAsync(
        ImportPlace at, AdminOperation operation, string name, string value, CancellationToken cancel) =>
        admin.AskAsync(at.Store.Store.Id, operation, new Dictionary<string, object?> { [name] = value }, cancel);

    private static Payload Operation(JsonElement data, string field) => new Payload(data)[field]["bulkOperation"];

    private static Uri? Url(Payload operation) =>
        Uri.TryCreate(operation["url"].Text, UriKind.Absolute, out var url) ? url : null;
}
