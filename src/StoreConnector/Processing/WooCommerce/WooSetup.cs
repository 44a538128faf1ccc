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
        .AddSingleton<WooCompanion>()
        .AddSingleton(all => new WooCheck(all.GetRequiredService<IStoreDirectory>(), all.GetRequiredService<WooKeys>(),
            all.GetRequiredService<WooAdmin>(), all.GetRequiredService<WooSubscriptions>(),
            all.GetRequiredService<WooCompanion>(),
            open(all, Queues.Imports), all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IImportHandler>(all => all.GetRequiredService<WooCheck>())
        .AddSingleton(all => new WooFarewell(all.GetRequiredService<StoreRegistry>(), all.GetRequiredService<WooKeys>(),
            all.GetRequiredService<WooSecrets>(), all.GetRequiredService<SignIns>(), all.GetRequiredService<WooApi>(),
            all.GetRequiredService<Receipts>(), all.GetRequiredService<LinkBase>(), open(all, Queues.Imports),
            open(all, Queues.ShopEvents), all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IImportHandler>(all => all.GetRequiredService<WooFarewell>());
}
