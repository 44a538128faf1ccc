using StoreConnector.Channels;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Storage;

namespace StoreConnector.Processing.WooCommerce;

/// <summary>Puts together what we do in WooCommerce sites.</summary>
internal static class WooSetup
{
    public static IServiceCollection AddWoo(
        this IServiceCollection services, Func<IServiceProvider, string, WatchedQueue> open) => services
        .AddSingleton(all => new WooNetwork(
            all.GetRequiredService<VendorSettings>().AllowsPrivateHosts, PrivateHosts.IsPrivate))
        .AddSingleton<WooApi>().AddSingleton<WooProofs>().AddSingleton<WooAdmin>().AddSingleton<WooSubscriptions>()
        .AddSingleton<ICouponShop, WooCoupons>().AddSingleton<WooCompanion>()
        .AddSingleton(all => new WooCheck(all.GetRequiredService<IStoreDirectory>(), all.GetRequiredService<WooKeys>(),
            all.GetRequiredService<WooAdmin>(), all.GetRequiredService<WooSubscriptions>(),
            all.GetRequiredService<WooCompanion>(),
            open(all, Queues.Imports), all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IImportHandler>(all => all.GetRequiredService<WooCheck>())
        .AddSingleton(all => new WooFarewell(all.GetRequiredService<StoreRegistry>(), all.GetRequiredService<WooKeys>(),
            all.GetRequiredService<WooSecrets>(), all.GetRequiredService<SignIns>(), all.GetRequiredService<WooApi>(),
            all.GetRequiredService<Receipts>(), all.GetRequiredService<LinkBase>(), open(all, Queues.Imports),
            open(all, Queues.ShopEvents), all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IImportHandler>(all => all.GetRequiredService<WooFarewell>())
        .AddImports(open).AddRounds(open);

    /// <summary>What is taken over from them.</summary>
    private static IServiceCollection AddImports(
        this IServiceCollection services, Func<IServiceProvider, string, WatchedQueue> open)
    {
        services.AddSingleton<WooReader>();
        foreach (var kind in WooImport.Kinds)
        {
            services.AddSingleton<IImportHandler>(all => new WooImport(kind,
                all.GetRequiredService<IStoreDirectory>(), all.GetRequiredService<WooAdmin>(),
                all.GetRequiredService<WooReader>(), all.GetRequiredService<Imports>(), open(all, Queues.ShopEvents),
                all.GetRequiredService<TimeProvider>()));
        }

        return services;
    }

    /// <summary>What goes round: webhooks are mended, and what they did not bring is fetched.</summary>
    private static IServiceCollection AddRounds(
        this IServiceCollection services, Func<IServiceProvider, string, WatchedQueue> open) => services
        .AddSingleton(all => new WooSync(all.GetRequiredService<WooAdmin>(), all.GetRequiredService<WooReader>(),
            open(all, Queues.ShopEvents), all.GetRequiredService<TimeProvider>()))
        .AddSingleton(all => new WooSweeps(all.GetRequiredService<WooReader>(), open(all, Queues.ShopEvents),
            all.GetRequiredService<TimeProvider>()))
        .AddSingleton(all => new WooRounds(all.GetRequiredService<IStoreDirectory>(),
            all.GetRequiredService<WooKeys>(), all.GetRequiredService<PassingRows>(),
            all.GetRequiredService<Imports>(), all.GetRequiredService<WooCheck>(),
            all.GetRequiredService<WooSubscriptions>(), all.GetRequiredService<WooSync>(),
            all.GetRequiredService<WooSweeps>(), open(all, Queues.Imports), all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IImportHandler>(all => all.GetRequiredService<WooRounds>())
        .AddSingleton(all => new WooRemovals(all.GetRequiredService<IStoreDirectory>(),
            all.GetRequiredService<WooAdmin>(), all.GetRequiredService<WooReader>(), open(all, Queues.Imports),
            open(all, Queues.ShopEvents), all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IImportHandler>(all => all.GetRequiredService<WooRemovals>());
}
