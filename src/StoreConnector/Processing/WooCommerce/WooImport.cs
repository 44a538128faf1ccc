using StoreConnector.Core.Events;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>
/// Takes over one kind of thing that a site knew before we came, page by page over REST. What we know already is not
/// queued again, and rows that cannot be read are counted and left out.
/// </summary>
/// <param name="kind">One of <see cref="Kinds"/>.</param>
internal sealed class WooImport(
    string kind, IStoreDirectory stores, WooAdmin admin, WooReader reader, Imports imports,
    IQueue shopEvents, TimeProvider clock) : IImportHandler
{
    public const string Products = "woocommerce-products", Customers = "woocommerce-customers",
        Orders = "woocommerce-orders";

    /// <summary>In the order in which they run.</summary>
    public static readonly IReadOnlyList<string> Kinds = [Products, Customers, Orders];

    /// <summary>
    /// How far back orders are read: rhythms of buying need several purchases, and one of a year shows at its second.
    /// </summary>
    public static readonly TimeSpan History = TimeSpan.FromDays(730);

    /// <summary>Rows of one kind that are read at most; of more the ones made last.</summary>
    public const int MaxRows = 200_000;

    /// <summary>Products of one page: each variable one is a call of its own.</summary>
    private const int ProductPage = 20;

    /// <summary>After so many tries in vain, a quarter of an hour, a page is read row by row.</summary>
    private const int Often = 5;

    /// <inheritdoc/>
    public string Import => kind;

    private ImportSteps Steps => new(kind, stores, imports, shopEvents, clock);

    /// <inheritdoc/>
    public async Task HandleAsync(ImportMessage message, CancellationToken cancel)
    {
        if (await Steps.FindAsync(message, cancel) is not { } at) { return; }

        await ((at.Step.Do, at.State.Status) switch
        {
            _ when !at.IsAwaited => Steps.NotAwaitedAsync(at, cancel),
            (ImportDo.Start, ImportStatus.Queued) => StartAsync(at, cancel),
            (ImportDo.Page, ImportStatus.Reading) => PageAsync(at, cancel),
            (ImportDo.Cancel, ImportStatus.Stopped) => imports.BeginNextAsync(at.Store, cancel).AsTask(),
            _ => Task.CompletedTask,
        });
    }

    private async Task StartAsync(ImportPlace at, CancellationToken cancel)
    {
        var list = List(at);
        var answer = await admin.AskAsync(at.Store.Store.Id, Narrow(list with
        {
            Query = [.. list.Query, ("per_page", "1")],
        }), cancel);
        if (answer is not WooAnswer.Done(_, var total, _))
        {
            await NoAnswerAsync(at, answer, cancel);
            return;
        }

        await Steps.GoOnAsync(at, at.State with
        {
            Status = ImportStatus.Reading, WrittenAt = clock.GetUtcNow(), Of = total, Unreadable = 0,
            Rows = new(total > MaxRows ? total.Value - MaxRows : 0, 0, 0),
        }, ImportSteps.Settled, cancel);
    }

    private async Task PageAsync(ImportPlace at, CancellationToken cancel)
    {
        var (storeId, mark) = (at.Store.Store.Id, at.State.Rows ?? new(0, 0, 0));
        var size = kind == Products ? ProductPage : WooApi.PageSize;
        var (isStubborn, readAt) = (at.Step.Tries >= Often, at.State.WrittenAt ?? clock.GetUtcNow());
        var list = isStubborn ? Narrow(List(at)) : List(at);
        var (page, answer) = await reader.PageAsync(storeId, list, mark, size, cancel);
        if (page is null)
        {
            await NoAnswerAsync(at, answer, cancel);
            return;
        }

        var read = isStubborn && page.Rows.Count > 0
            ? await reader.FetchEachAsync(at.Store, Resource, [.. page.Rows.Select(WooReader.IdOf)], readAt,
                EventOrigin.Import, null, cancel)
            : await reader.ReadAsync(at.Store, Resource, page.Rows, readAt, EventOrigin.Import, null, cancel);
        if (read.Problem is { } problem)
        {
            await NoAnswerAsync(at, problem, cancel);
            return;
        }

        await TakeAsync(at, page, read.Things, cancel);
    }

    private async Task TakeAsync(
        ImportPlace at, WooPage page, IReadOnlyList<WooThing> things, CancellationToken cancel)
    {
        var events = new List<StoreEvent>();
        foreach (var thing in things.Where(t => !t.IsDraft && t.Events.Count > 0)) // A draft is no history.
        {
            if ((await WooKnown.CompareAsync(at.Store, thing.Events[0], cancel)).IsNew)
            {
                events.AddRange(thing.Events);
            }
        }

        await WooIds.NoteAsync(at.Store, Resource, things, clock.GetUtcNow(), cancel);
        var pace = await Steps.QueueAsync(at, events, cancel);
        var next = at.State with
        {
            Rows = page.Next, Unreadable = at.State.Unreadable + things.Count(t => t.IsUnreadable),
        };
        if (page.IsEnd) { await Steps.EndAsync(at, next with { Status = ImportStatus.Done }, cancel); }
        else { await Steps.GoOnAsync(at, next, pace, cancel); }
    }

    /// <summary>Ids alone: they can be had where the things cannot.</summary>
    private static WooCall Narrow(WooCall list) => list with { Query = [.. list.Query, ("_fields", "id")] };

    private string Resource => kind switch
    {
        Products => WooRows.Products, Customers => WooRows.Customers, _ => WooRows.Orders,
    };

    /// <summary>All of one kind; the list stays the same from page to page, but for what comes and goes.</summary>
    private WooCall List(ImportPlace at) => WooCall.Get("wc/v3/" + Resource, kind == Orders
        ? [("after", WooReader.Time(at.State.StartedAt - History)), ("dates_are_gmt", "true")] : []);

    /// <summary>What to do about an answer that is none, or a no.</summary>
    private Task NoAnswerAsync(ImportPlace at, WooAnswer answer, CancellationToken cancel) => answer switch
    {
        WooAnswer.Unavailable or WooAnswer.Broken => Steps.AgainAsync(at, WooSubscriptions.WhyNot(answer), cancel),
        WooAnswer.Done => Steps.AgainAsync(at, "The site answered with no list.", cancel),
        _ => Steps.FailAsync(at, WooSubscriptions.WhyNot(answer), cancel),
    };
}
