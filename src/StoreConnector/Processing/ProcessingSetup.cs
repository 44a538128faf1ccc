using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Processing.Law;
using StoreConnector.Processing.Shopify;
using StoreConnector.Processing.WooCommerce;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>Puts the loops together.</summary>
internal static class ProcessingSetup
{
    /// <param name="address">
    /// How the outside reaches us, asked when a message is made: the port may be chosen late.
    /// </param>
    public static IServiceCollection AddProcessing(
        this IServiceCollection services, Func<IServiceProvider, Uri> address) => services
        .AddSingleton<IStoreDirectory, StoreDirectory>()
        .AddSingleton<DueIndex>()
        .AddSingleton<ZoneClocks>().AddSingleton<StoreFigureTable>()
        .AddSingleton<SurroundingsReader>()
        .AddSingleton(all => new Wakes(all.GetRequiredService<DueIndex>(), WakeUps(all),
            all.GetRequiredService<SurroundingsReader>(), all.GetRequiredService<TimeProvider>()))
        .AddSingleton<Merges>().AddSingleton<TokenMoves>().AddSingleton<Identities>()
        .AddSingleton(all => new Erasure(all.GetRequiredService<Merges>(), all.GetServices<IMessageKeeper>(),
            all.GetServices<IPersonSearch>(), ShopEvents(all)))
        .AddSingleton(all => new Catalog(all.GetRequiredService<Wakes>(), ProductChanges(all),
            all.GetRequiredService<IVariantSource>(), all.GetRequiredService<TimeProvider>()))
        .AddSingleton(all => new ProductFanOut(all.GetRequiredService<IStoreDirectory>(),
            all.GetRequiredService<Catalog>(), all.GetRequiredService<Wakes>(), ShopEvents(all), ProductChanges(all),
            all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IProductChangeHandler>(all => all.GetRequiredService<ProductFanOut>())
        .AddSingleton<Failures>().AddSingleton<GivenUp>().AddSingleton<MessageRunner>()
        .AddSingleton<EventProcessor>()
        .AddSingleton(all => new Turns(all.GetRequiredService<EventProcessor>()))
        .AddSingleton<Sends>().AddSingleton<FollowUps>().AddSingleton<Refusals>().AddSingleton<Complaints>()
        .AddSingleton(all => new Reports(all.GetRequiredService<Sends>(), all.GetRequiredService<Complaints>(),
            WakeUps(all), all.GetRequiredService<TimeProvider>()))
        .AddSingleton(all => new Clicks(ShopEvents(all), all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IWakeUpHandler, MessageSender>()
        .AddSingleton<ISweeper>(all => new WatchedSweeper(new EachMinute([new Sweeper(
            all.GetRequiredService<DueIndex>(), WakeUps(all), all.GetRequiredService<TimeProvider>()),
            all.GetRequiredService<WooRounds>()]), all.GetRequiredService<IQueues>()))
        .AddSingleton<Learning>().AddSingleton<Retention>().AddSingleton<IKeptForATime, OldLog>()
        .AddSingleton<IKeptForATime>(all => all.GetRequiredService<StoredOutbox>()).AddSingleton<NightMark>()
        .AddSingleton<INightly>(all => new WatchedNightly(new EachNight(
            [all.GetRequiredService<Retention>(), all.GetRequiredService<DataRequests>(),
                all.GetRequiredService<Learning>(),
                all.GetRequiredService<TokenCare>(), all.GetRequiredService<ShopCheck>(),
                all.GetRequiredService<VariantFetch>(), all.GetRequiredService<CouponMint>(),
                all.GetRequiredService<WooCheck>(), all.GetRequiredService<WooFarewell>()]),
            all.GetRequiredService<NightMark>()))
        .AddLaw()
        .AddSingleton<StoredOutbox>()
        .AddSingleton<IOutboxShelf>(all => all.GetRequiredService<StoredOutbox>())
        .AddSingleton<IMessageKeeper>(all => all.GetRequiredService<StoredOutbox>())
        .AddSingleton<Outbox>().AddSingleton<StoreChannels>()
        .AddSingleton<IMessageChannel>(all => all.GetRequiredService<StoreChannels>())
        .AddSingleton<EmailRenderer>().AddSingleton<MessageWords>().AddSingleton<MessagePreviews>()
        .AddSingleton(all => new LinkBase(() => address(all)))
        .AddSingleton<ShortLinks>()
        .AddSingleton<IMessageKeeper>(all => all.GetRequiredService<ShortLinks>())
        .AddSingleton(all => new UnsubscribeLinks(
            all.GetRequiredService<IStoreDirectory>(), all.GetRequiredService<ShortLinks>(),
            all.GetRequiredService<Merges>(), all.GetRequiredService<ConsentProofs>(), WakeUps(all),
            all.GetRequiredService<TimeProvider>()))
        .AddConsent().AddCoupons()
        .AddSingleton(all => new Imports(all.GetRequiredService<IStoreDirectory>(), Open(all, Queues.Imports),
            all.GetRequiredService<TimeProvider>()))
        .AddShopify(Open).AddWoo(Open)
        .AddSingleton<IMessageLinks, MessageLinks>()
        .AddSingleton<IShopLinks, WooLinks>().AddSingleton<IMessageComposer, MessageComposer>()
        .AddSingleton<ExampleMessages>().AddSingleton<ShadowReports>();

    /// <summary>What the law asks, and what stores say of themselves: before the processor of events.</summary>
    private static IServiceCollection AddLaw(this IServiceCollection services) => services
        .AddSingleton<PersonExport>().AddSingleton<DataRequests>().AddSingleton<SharedRows>()
        .AddSingleton<StoreErasure>().AddSingleton<StoreNews>()
        .AddSingleton<IPersonSearch>(all => all.GetRequiredService<DataRequests>())
        .AddSingleton<IPersonSearch, ErasedPoison>()
        .AddSingleton<IShopEventHandler>(all => new LawRequests(all.GetRequiredService<Turns>(),
            all.GetRequiredService<StoreRegistry>(), all.GetRequiredService<DataRequests>(),
            all.GetRequiredService<StoreErasure>(), all.GetRequiredService<StoreNews>(),
            all.GetRequiredService<Receipts>()));

    /// <summary>Codes that work once.</summary>
    private static IServiceCollection AddCoupons(this IServiceCollection services) => services
        .AddSingleton(all => new CouponPool(Open(all, Queues.Imports)))
        .AddSingleton<ICouponPool>(all => all.GetRequiredService<CouponPool>())
        .AddSingleton(all => new CouponMint(all.GetRequiredService<IStoreDirectory>(),
            all.GetServices<ICouponShop>(), Open(all, Queues.Imports), all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IImportHandler>(all => all.GetRequiredService<CouponMint>());

    /// <summary>What people say about messages, and its proof.</summary>
    private static IServiceCollection AddConsent(this IServiceCollection services) => services
        .AddSingleton<ConsentProofs>().AddSingleton<TextReplies>().AddSingleton<SuppressionImport>()
        .AddSingleton<OptInMessages>()
        .AddSingleton(all => new MessageChoices(all.GetRequiredService<Merges>(),
            all.GetRequiredService<ConsentProofs>(), ShopEvents(all), WakeUps(all),
            all.GetRequiredService<TimeProvider>()))
        .AddSingleton(all => new OptIns(all.GetRequiredService<ITables>(), all.GetRequiredService<IStoreDirectory>(),
            all.GetRequiredService<Merges>(), all.GetRequiredService<ConsentProofs>(),
            all.GetRequiredService<OptInMessages>(), all.GetRequiredService<IMessageChannel>(),
            all.GetRequiredService<Refusals>(), ShopEvents(all), all.GetRequiredService<IDataProtectionProvider>(),
            all.GetRequiredService<TimeProvider>()))
        .AddSingleton(all => new InboundTexts(all.GetRequiredService<OptIns>(),
            all.GetRequiredService<TextReplies>(), all.GetRequiredService<ConsentProofs>(), WakeUps(all),
            all.GetRequiredService<TimeProvider>()));

    private static WatchedQueue ShopEvents(IServiceProvider all) => Open(all, Queues.ShopEvents);

    private static WatchedQueue WakeUps(IServiceProvider all) => Open(all, Queues.WakeUps);

    private static WatchedQueue ProductChanges(IServiceProvider all) => Open(all, Queues.ProductChanges);

    /// <summary>Once, while the service starts: parts are made by a container that does not wait.</summary>
    private static WatchedQueue Open(IServiceProvider all, string name) =>
        new(name, all.GetRequiredService<IQueues>().OpenAsync(name, default).AsTask().GetAwaiter().GetResult());
}
