using StoreConnector;
using StoreConnector.Admin;
using StoreConnector.Hosting;
using StoreConnector.Hosting.Standalone;
using StoreConnector.Storage;
using StoreConnector.Webhooks;

if (!ServiceStart.TryBegin(args, out var builder, out var settings)) { return 1; }

builder.Services
    .AddSingleton<TimeProvider>(settings.Clock)
    .AddSingleton(new OwnAddress(settings.PublicUrl))
    .AddSingleton(new ShopifySecrets(settings.ShopifySecrets))
    .AddSingleton(OperatorKey.Load(settings.OperatorKey, settings.Path))
    .AddStores(settings.Path)
    .AddWebhooks()
    .AddApi()
    .AddPumps(settings.Clock)
    .AddStandIns();

var app = builder.Build();
app.UseApi();
app.MapFrontDoor();
app.MapWebhooks();
app.MapOperatorApi();
app.MapStoreApi();
app.MapOpenApi();
return await app.RunToEndAsync();
