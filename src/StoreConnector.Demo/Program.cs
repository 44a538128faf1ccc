using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using StoreConnector.Demo;

const string Explained = """
    A day in two shops, told in about twenty seconds. The service is the real one, in a process of its
    own. The deliveries are recorded bodies with other people in them, signed and POSTed over HTTP;
    what the service decides, and why, is read back from its API. Shops and people are made up; times
    are UTC.
    """;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // We end by ourselves, and the service with us.
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
try
{
    return await RunAsync(DemoOptions.Read(args), Transcript.OfConsole(), stop.Token);
}
catch (DemoException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (HttpRequestException e)
{
    await Console.Error.WriteLineAsync($"The service went away: {e.Message}");
    return 1;
}
catch (TaskCanceledException) when (!stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("The service does not answer.");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped, and the service with it.");
    return 130;
}

static async Task<int> RunAsync(DemoOptions options, Transcript transcript, CancellationToken cancel)
{
    var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    var (service, url) = await ServiceProcess.StartAsync(options, secret, cancel);
    using var running = service;
    using var http = new HttpClient { BaseAddress = url };
    using var api = new ServiceApi(url, (await File.ReadAllTextAsync(Path.Combine(service.Folder, "operator.key"), cancel)).Trim());

    var (cast, shops, time) = await OpenShopsAsync(api, http, secret, options.Speed, cancel);
    transcript.Say("\n" + Explained + "\n");
    transcript.Say(string.Create(CultureInfo.InvariantCulture, $"""
          service       {url.GetLeftPart(UriPartial.Authority)}, where an hour passes in {3600 / options.Speed:0.##} s
          Shopify       Rimal Coffee, in English; a reminder 5 h and 24 h after the last change of a cart
          WooCommerce   بن الرمال, in Arabic; one reminder, after 5 h
        """));
    while (time.Now < ServiceTime.StoryBegins) { await Task.Delay(20, cancel); }

    transcript.Head("What happens");

    var watch = new Watch(api, cast.All, transcript);
    await new Story(shops, cast, time, watch, transcript).TellAsync(cancel);

    transcript.Head("What came of it, checked against the service");
    var wrong = Fates.Tell(cast, watch, transcript);
    await Farewell.TellAsync(transcript, service.Folder, url, cast, watch, options.Keep, cancel);
    if (options.Keep)
    {
        try { await service.WaitAsync(cancel); }
        catch (OperationCanceledException) { transcript.Say("\nStopped."); }
    }

    if (wrong > 0) { throw new DemoException($"{wrong} of {cast.All.Count} fates did not come as told."); }

    return 0;
}

static async Task<(Cast Cast, Shops Shops, ServiceTime Time)> OpenShopsAsync(
    ServiceApi api, HttpClient http, string secret, double speed, CancellationToken cancel)
{
    const string Shop = "rimal-demo-not-real.myshopify.com", Site = "bunn.example.com";
    var shopify = await ConnectShopifyAsync(api, Shop, cancel);
    await WarmUpAsync(api, http, secret, cancel);
    var site = await api.ConnectAsync(new
    {
        platform = "woocommerce", domain = Site, name = "بن الرمال", currency = "AED", timeZone = "Asia/Dubai",
        country = "AE", locale = "ar", postalAddress = "بن الرمال\nشارع المثال ١\nدبي",
    }, cancel);
    var tick = Stopwatch.GetTimestamp();
    var time = new ServiceTime(await api.ConnectedAtAsync(site.StoreId, cancel), tick, speed);
    await api.GoLiveAsync(shopify.StoreId, cancel, Story.First, Story.Second);
    await api.GoLiveAsync(site.StoreId, cancel, Story.First);

    Shopper At(string storeId, string name, int number, string? written = null) => new(name, number, written ?? name, storeId);
    var cast = new Cast(
        At(shopify.StoreId, "Layla", 1), At(shopify.StoreId, "Nora", 2), At(shopify.StoreId, "Sara", 3),
        At(shopify.StoreId, "Omar", 4), At(shopify.StoreId, "Dina", 5), At(site.StoreId, "Mariam", 6, "مريم"));
    return (cast, new(new(Shop, secret), new(Site, "AED", site.Hooks), http), time);
}

static Task<ConnectedStore> ConnectShopifyAsync(ServiceApi api, string domain, CancellationToken cancel) => api.ConnectAsync(new
{
    platform = "shopify", domain, name = "Rimal Coffee", currency = "USD", timeZone = "America/New_York",
    country = "US", locale = "en", postalAddress = "Rimal Coffee\n1 Example Street\nSpringfield, KY 40003",
}, cancel);

// A process is slow the first time it does a thing, and on this clock a second is hours: so it does each thing once before
// the story begins, in a store that the story does not know.
static async Task WarmUpAsync(ServiceApi api, HttpClient http, string secret, CancellationToken cancel)
{
    const string Shop = "warm-up-not-real.myshopify.com";
    var store = await ConnectShopifyAsync(api, Shop, cancel);
    await api.GoLiveAsync(store.StoreId, cancel, Story.First);
    var (shop, who) = (new ShopifyShop(Shop, secret), new Shopper("Nobody", 99, "Nobody", store.StoreId));
    var at = ServiceTime.StoryBegins.AddHours(-14); // Long enough ago for a reminder, at any moment before the story.
    await shop.Consent(who, at).SendAsync(http, cancel);
    await shop.Checkout("checkouts/create", who, at, at, new Item(1, "Nothing", "", 1, 1)).SendAsync(http, cancel);
    string? key;
    while ((key = await api.FindAsync(store.StoreId, who.Email, cancel)) is null) { await Task.Delay(20, cancel); }

    await api.CustomerAsync(store.StoreId, key, cancel);
    while ((await api.OutboxAsync(store.StoreId, cancel)).Count == 0) { await Task.Delay(20, cancel); }
}
