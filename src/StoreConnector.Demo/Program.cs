using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using StoreConnector.Demo;

const string Explained = """
    One day in two shops, told in about twenty seconds. The service is the real one, in a process of its own; the
    deliveries are recorded bodies with other people in them, signed and POSTed over HTTP; what the service decides
    and why is read back from its API. The shops and the people are made up. Times are UTC.
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
          service       {url}  one hour passes in {3600 / options.Speed:0.##} s
          Rimal Coffee  Shopify, English      live: a reminder 5 h and 24 h after the cart's last change
          بن الرمال      WooCommerce, Arabic   live: one reminder after 5 h
        """));
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
    var shopify = await api.ConnectAsync(new
    {
        platform = "shopify", domain = Shop, name = "Rimal Coffee", currency = "USD", timeZone = "America/New_York",
        country = "US", locale = "en", postalAddress = "Rimal Coffee\n1 Example Street\nSpringfield, KY 40003",
    }, cancel);
    var site = await api.ConnectAsync(new
    {
        platform = "woocommerce", domain = Site, name = "بن الرمال", currency = "AED", timeZone = "Asia/Dubai",
        country = "AE", locale = "ar", postalAddress = "بن الرمال\nشارع المثال ١\nدبي",
    }, cancel);
    var time = new ServiceTime(await api.ConnectedAtAsync(site.StoreId, cancel), speed);
    await api.GoLiveAsync(shopify.StoreId, cancel, Story.First, Story.Second);
    await api.GoLiveAsync(site.StoreId, cancel, Story.First);

    Shopper At(string storeId, string name, int number, string? written = null) => new(name, number, written ?? name, storeId);
    var cast = new Cast(
        At(shopify.StoreId, "Layla", 1), At(shopify.StoreId, "Nora", 2), At(shopify.StoreId, "Sara", 3),
        At(shopify.StoreId, "Omar", 4), At(shopify.StoreId, "Dina", 5), At(site.StoreId, "Mariam", 6, "مريم"));
    return (cast, new(new(Shop, secret), new(Site, "AED", site.Hooks), http), time);
}
