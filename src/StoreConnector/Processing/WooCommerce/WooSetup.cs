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
        .AddSingleton<ICouponShop, WooCoupons>()
        .AddSingleton(all => new WooCheck(all.GetRequiredService<IStoreDirectory>(), all.GetRequiredService<WooKeys>(),
            all.GetRequiredService<WooAdmin>(), all.GetRequiredService<WooSubscriptions>(),
            open(all, Queues.Imports), all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IImportHandler>(all => all.GetRequiredService<WooCheck>());
}
