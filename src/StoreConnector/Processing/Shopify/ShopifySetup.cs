using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Telemetry;

namespace StoreConnector.Processing.Shopify;

/// <summary>Puts together what we do in Shopify shops.</summary>
internal static class ShopifySetup
{
    public static IServiceCollection AddShopify(
        this IServiceCollection services, Func<IServiceProvider, string, WatchedQueue> open) => services
        .AddTokens().AddImports(open)
        .AddSingleton<ICouponShop, ShopifyCoupons>()
        .AddSingleton(all => new ConsentWriteBack(all.GetRequiredService<IStoreDirectory>(),
            all.GetRequiredService<Merges>(), all.GetRequiredService<IShopAdmin>(), open(all, Queues.Imports),
            all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IUntoldNoes>(all => all.GetRequiredService<ConsentWriteBack>())
        .AddSingleton<IImportHandler>(all => all.GetRequiredService<ConsentWriteBack>())
        .AddSingleton(all => new VariantFetch(all.GetRequiredService<IStoreDirectory>(),
            all.GetRequiredService<IShopAdmin>(), open(all, Queues.Imports), open(all, Queues.ShopEvents),
            all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IVariantSource>(all => all.GetRequiredService<VariantFetch>())
        .AddSingleton<IImportHandler>(all => all.GetRequiredService<VariantFetch>())
        .AddSingleton(all => new ShopCheck(all.GetRequiredService<IStoreDirectory>(),
            all.GetRequiredService<IShopAdmin>(), open(all, Queues.Imports), all.GetRequiredService<LinkBase>(),
            all.GetRequiredService<TimeProvider>()))
        .AddSingleton<IImportHandler>(all => all.GetRequiredService<ShopCheck>());

    /// <summary>The way to the shops.</summary>
    private static IServiceCollection AddTokens(this IServiceCollection services) => services
        .AddSingleton<TokenGrants>().AddSingleton<ShopTokens>().AddSingleton<TokenCare>()
        .AddSingleton(all => new AdminApi(all.GetRequiredService<ShopifyApp>(),
            () => Signals.OtherShopifyVersion("api"), all.GetRequiredService<ILogger<AdminApi>>()))
        .AddSingleton<AskShop>(all => all.GetRequiredService<AdminApi>().AskAsync)
        .AddSingleton<BeginImport>(all => async (storeId, cancel) =>
        {
            await all.GetRequiredService<Imports>().BeginAsync(storeId, cancel);
            await all.GetRequiredService<ShopCheck>().AskAsync(storeId, cancel);
        })
        .AddSingleton<IShopAdmin, ShopAdmin>();

    /// <summary>What is taken over from them.</summary>
    private static IServiceCollection AddImports(
        this IServiceCollection services, Func<IServiceProvider, string, WatchedQueue> open)
    {
        services.AddSingleton<BulkFile>();
        foreach (var kind in ShopifyImport.Kinds)
        {
            services.AddSingleton<IImportHandler>(all => new ShopifyImport(kind,
                all.GetRequiredService<IStoreDirectory>(), all.GetRequiredService<IShopAdmin>(),
                all.GetRequiredService<BulkFile>(), all.GetRequiredService<Imports>(), open(all, Queues.ShopEvents),
                all.GetRequiredService<TimeProvider>()));
        }

        return services;
    }
}
