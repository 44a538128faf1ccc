using StoreConnector.Admin;
using StoreConnector.Channels;
using StoreConnector.Hosting;
using StoreConnector.Hosting.Functions;
using StoreConnector.Hosting.Standalone;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Storefront;
using StoreConnector.Telemetry;
using StoreConnector.Webhooks;

return await ServiceStart.RunAsync(args, AddParts, MapRoutes);

static void AddParts(IServiceCollection services, ServiceSettings settings)
{
    services.AddSingleton<TimeProvider>(settings.Clock)
        .AddSingleton(new OwnAddress(settings.PublicUrl))
        .AddSingleton(settings.Shopify)
        .AddSingleton(OperatorKey.Load(settings.OperatorKey, settings.Path))
        .AddEngine(settings)
        .AddStores(settings.Path, settings.KeySecrets)
        .AddChannels(settings.Vendors)
        .AddWebhooks()
        .AddProcessing(all => PublicAddress.Of(settings, all))
        .AddStorefront()
        .AddApi()
        .AddTelemetry()
        .AddSingleton<Readiness>();
    // Under the Functions host, it brings the messages.
    if (settings.FunctionsPort is null) { services.AddPumps(settings.Clock, settings.Engine is EngineSettings.Azure); }
}

static void MapRoutes(WebApplication app, ServiceSettings settings)
{
    app.StartTelemetry();
    app.UseApi();
    app.MapFrontDoor();
    app.MapWebhooks();
    app.MapCallbacks();
    app.MapOperatorApi();
    app.MapSessionApi();
    app.MapShopifyInstall();
    app.MapWooConnect();
    app.MapStoreApi();
    app.MapApp();
    app.MapStorefront();
    app.Services.GetRequiredService<DefaultChannels>(); // What cannot be is told now, not with the first store.
    app.MapOpenApi();
    if (settings.FunctionsPort is not null) { app.MapFunctions(settings); }
}
