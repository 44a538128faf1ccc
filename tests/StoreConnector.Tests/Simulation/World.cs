using System.Text;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;
using StoreConnector.Storage.Products;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Simulation;

/// <summary>The real core and the real processing over the fake engine, one store, a clock that a test moves.</summary>
internal sealed class World : IStoreDirectory
{
    public const string StoreId = "s1";

    private object? headsOf;
    private object? catalogOf;
    private IReadOnlyDictionary<long, ProductRead> catalog = new Dictionary<long, ProductRead>();
    private IReadOnlyDictionary<string, Head> heads = new Dictionary<string, Head>();

    private static readonly byte[] AliasKey = Encoding.ASCII.GetBytes("a key of thirty-two bytes, always");

    public World(DateTimeOffset? start = null, Func<World, StoreConnector.Channels.IMessageChannel>? vendor = null)
    {
        var channel = vendor?.Invoke(this) ?? Vendor;
        Clock = new(start ?? ManualClock.Monday);
        Engine = new(Clock);
        Table = Open("store" + StoreId);
        Open("due"); // So that opening it is no step of a story.
        Due = new(Engine);
        ShopEvents = ((IQueues)Engine).OpenAsync(Queues.ShopEvents, default).AsTask().GetAwaiter().GetResult();
        WakeUps = ((IQueues)Engine).OpenAsync(Queues.WakeUps, default).AsTask().GetAwaiter().GetResult();
        Customers = new(Table, AliasKey);
        var surroundings = new SurroundingsReader(new ZoneClocks(), Figures);
        var wakes = new Wakes(Due, WakeUps, surroundings, Clock);
        Merges = new(wakes);
        Composer = new();
        ProductChanges = ((IQueues)Engine).OpenAsync(Queues.ProductChanges, default).AsTask().GetAwaiter().GetResult();
        var products = new Catalog(wakes, ProductChanges, Platform, Clock);
        FanOut = new(this, products, wakes, ShopEvents, ProductChanges, Clock);
        Processor = new(this, new Identities(Merges, new TokenMoves(Merges, wakes)), new Erasure(Merges, [Composer], [], ShopEvents), wakes,
            products, Proofs);
        var sends = new Sends(Merges, wakes, Clock);
        var complaints = new Complaints(this, Clock);
        FollowUps = new(channel, this, sends, wakes, Clock);
        Reports = new(sends, complaints, WakeUps, Clock);
        Sender = new(this, Merges, wakes, Composer, channel, FanOut, surroundings, sends, FollowUps, new Refusals(this, Clock),
            complaints, Platform, Clock);
        Sweeper = new(Due, WakeUps, Clock);
        Store = new()
        {
            Id = StoreId,
            Platform = Core.Values.Platform.Shopify,
            Domain = "rimal.myshopify.com",
            Name = "Rimal Coffee",
            Currency = "AED",
            TimeZone = "Asia/Dubai",
            Country = "AE",
            Locale = "en-AE",
            PostalAddress = "Warehouse 12, Dubai",
            InstalledAt = Clock.Now,
            AbandonedCart = AbandonedCartSettings.Default with { Mode = AutomationMode.Live },
        };
    }

    public ManualClock Clock { get; }

    public FakeEngine Engine { get; }

    public FakeVendor Vendor { get; } = new();

    public SilentPlatform Platform { get; } = new();

    public StoreFigureTable Figures { get; } = new();

    public PlainComposer Composer { get; }

    public ITable Table { get; }

    public CustomerTable Customers { get; }

    public DueIndex Due { get; }

    public IQueue ShopEvents { get; }

    public IQueue WakeUps { get; }

    public IQueue ProductChanges { get; }

    public ProductFanOut FanOut { get; }

    public ConsentProofs Proofs { get; } = new(new Microsoft.AspNetCore.DataProtection.EphemeralDataProtectionProvider());

    public Merges Merges { get; }

    public EventProcessor Processor { get; }

    public FollowUps FollowUps { get; }

    public Reports Reports { get; }

    public MessageSender Sender { get; }

    public Sweeper Sweeper { get; }

    public Store Store { get; set; }

    public ValueTask<StoreContext?> FindAsync(string storeId, CancellationToken cancel) =>
        new(storeId == StoreId ? new StoreContext(Store, Customers) : null);

    public ValueTask HoldAsync(string storeId, string what, Hold hold, CancellationToken cancel)
    {
        Store = Store with { Holds = Store.Holds.ContainsKey(what) ? Store.Holds : Store.Holds.Add(what, hold) };
        return default;
    }

    public ValueTask ReleaseAsync(string storeId, string what, string code, CancellationToken cancel)
    {
        Store = Store.Holds.GetValueOrDefault(what)?.Code == code ? Store with { Holds = Store.Holds.Remove(what) } : Store;
        return default;
    }

    public async ValueTask<IReadOnlyList<StoreContext>> ActiveAsync(Core.Values.Platform platform, CancellationToken cancel) =>
        [(await FindAsync(StoreId, cancel))!];

    public ValueTask UninstallAsync(string storeId, DateTimeOffset at, CancellationToken cancel)
    {
        Store = Store with { UninstalledAt = at };
        return default;
    }

    public Task ApplyAsync(StoreEvent happened) => Processor.HandleAsync(new(1, StoreId, happened), default);

    /// <summary>What the unsubscribe page does.</summary>
    public async Task UnsubscribeAsync(string email)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        await Customers.UpdateContactAsync(Customers.Hash(Contact.Of(address)),
            c => c.WithOptOut(Suppression.Marketing, OptOutSource.Link, Clock.Now, null), default);
    }

    /// <summary>Sweeps, and handles every message that is visible, until nothing is left to do now.</summary>
    public async Task SettleAsync()
    {
        for (var round = 0; round < 1000; round++)
        {
            if (IsDue()) { await Sweeper.SweepAsync(default); }

            if (!await PumpAsync() && !IsDue()) { return; }
        }

        Assert.Fail("The world does not come to rest.");
    }

    /// <summary>Handles every message that is visible, queue after queue. False: there was none.</summary>
    public async Task<bool> PumpAsync()
    {
        var worked = await PumpAsync(Queues.ProductChanges, ProductChanges, m => FanOut.HandleAsync(Queues.Read<ProductChangeMessage>(m), default));
        worked |= await PumpAsync(Queues.ShopEvents, ShopEvents, m => Processor.HandleAsync(Queues.Read<ShopEventMessage>(m), default));
        return worked | await PumpAsync(Queues.WakeUps, WakeUps, m => Sender.HandleAsync(Queues.Read<WakeUpMessage>(m), default));
    }

    /// <summary>What the shop sells, by product: head and variants, as they are stored.</summary>
    public IReadOnlyDictionary<long, ProductRead> Catalog()
    {
        var table = Engine.State.Tables["store" + StoreId];
        if (ReferenceEquals(table, catalogOf)) { return catalog; }

        var reader = new ProductTable(Run(((ITables)Engine.Clone(Clock)).OpenAsync("store" + StoreId, default)));
        catalogOf = table;
        catalog = table.Keys.Where(p => p.StartsWith("product-", StringComparison.Ordinal))
            .Select(p => long.Parse(p["product-".Length..], System.Globalization.CultureInfo.InvariantCulture))
            .ToDictionary(id => id, id => Run(reader.ReadAsync(id, default)));
        return catalog;
    }

    /// <summary>Moves the clock from one wake-up to the next until <paramref name="until"/>.</summary>
    public async Task RunUntilAsync(DateTimeOffset until)
    {
        await SettleAsync();
        while (NextTime() is { } next && next <= until)
        {
            Clock.Now = next > Clock.Now ? next : Clock.Now.AddSeconds(1);
            await SettleAsync();
        }

        Clock.Now = until > Clock.Now ? until : Clock.Now;
        await SettleAsync();
    }

    /// <summary>Every head that stands, by key. Read past the hooks; read again only when a row of it was written since.</summary>
    public IReadOnlyDictionary<string, Head> Heads()
    {
        var table = Engine.State.Tables["store" + StoreId];
        if (ReferenceEquals(table, headsOf)) { return heads; }

        var quiet = Engine.Clone(Clock);
        var reader = new CustomerTable(Run(((ITables)quiet).OpenAsync("store" + StoreId, default)), AliasKey);
        headsOf = table;
        heads = table.Keys.Where(p => p.StartsWith("customer-", StringComparison.Ordinal)).Select(p => p["customer-".Length..])
            .Select(k => (k, Run(reader.ReadHeadAsync(k, default)).Head)).Where(h => h.Head is not null).ToDictionary(h => h.k, h => h.Head!);
        return heads;
    }

    /// <summary>The people who stand, by key.</summary>
    public IReadOnlyDictionary<string, CustomerState> People() =>
        Heads().Where(h => h.Value is Head.Live).ToDictionary(h => h.Key, h => ((Head.Live)h.Value).State);

    /// <summary>The person an alias leads to, or null.</summary>
    public CustomerState? Person(Alias alias)
    {
        var heads = Heads();
        var row = Engine.Row("store" + StoreId, "alias-" + Customers.Hash(alias), "alias");
        var key = row is null ? null : System.Text.Json.JsonSerializer.Deserialize<AliasRow>(row.Value.Span, EventJson.Options)!.Root;
        while (key is not null && heads.GetValueOrDefault(key) is Head.Signpost post) { key = post.Into; }

        return key is not null && heads.GetValueOrDefault(key) is Head.Live live ? live.State : null;
    }

    /// <summary>Whether a sweep now would find a row.</summary>
    public bool IsDue() => Waiting().Any(row => string.CompareOrdinal(row.Key, DueIndex.Bucket(Clock.Now) + ".") < 0);

    /// <summary>The first due row of each shard that a sweep will still read: what lies behind its mark was queued, and harms nobody.</summary>
    private IEnumerable<TableRow> Waiting()
    {
        for (var shard = 0; shard < DueIndex.Shards; shard++)
        {
            var done = Engine.Row("due", "marks", $"done-{shard}") is { } mark ? Encoding.ASCII.GetString(mark.Value.Span) : "";
            var rows = Engine.State.Tables["due"].GetValueOrDefault($"due-{shard}") ?? FakeState.NoRows;
            if (rows.Values.FirstOrDefault(r => string.CompareOrdinal(r.Key, done) >= 0) is { } first) { yield return first; }
        }
    }

    /// <summary>When the next row is due or message visible; null when nothing waits.</summary>
    public DateTimeOffset? NextTime()
    {
        var due = Waiting().Select(r => new DateTimeOffset(long.Parse(r.Value.Span, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero));
        var queued = new[] { Queues.ShopEvents, Queues.WakeUps, Queues.ProductChanges }.SelectMany(Engine.Messages)
            .Select(m => m.LeasedUntil ?? m.VisibleAt ?? Clock.Now);
        return due.Concat(queued).Select(t => (DateTimeOffset?)t).Min();
    }

    private async Task<bool> PumpAsync(string name, IQueue queue, Func<ReadOnlyMemory<byte>, Task> handle)
    {
        if (Engine.Visible(name).Count == 0) { return false; }

        foreach (var message in await queue.ReceiveAsync(32, TimeSpan.FromMinutes(5), default))
        {
            await handle(message.Body);
            await queue.DeleteAsync(message, default);
        }

        return true;
    }

    private ITable Open(string name) => Run(((ITables)Engine).OpenAsync(name, default));

    private static T Run<T>(ValueTask<T> task) => task.IsCompleted ? task.Result : task.AsTask().GetAwaiter().GetResult();
}
