using System.Diagnostics;

namespace StoreConnector.Demo;

/// <summary>Before the story: both shops are connected, as an operator would, and the people are named.</summary>
/// <param name="api">The service.</param>
/// <param name="http">What carries deliveries.</param>
/// <param name="secret">The Shopify app's client secret, which the service was started with.</param>
internal sealed class Opening(ServiceApi api, HttpClient http, string secret)
{
    private const string Shop = "rimal-demo-not-real.myshopify.com", WarmUp = "warm-up-not-real.myshopify.com";

    private const string Site = "bunn.example.com";

    public async Task<(Cast Cast, Shops Shops, ServiceTime Time)> OpenAsync(double speed, CancellationToken cancel)
    {
        await WarmUpAsync(cancel);
        var shopify = await ConnectShopifyAsync(Shop, cancel);
        var site = await api.ConnectAsync(new
        {
            platform = "woocommerce", domain = Site, name = "بن الرمال", currency = "AED", timeZone = "Asia/Dubai",
            country = "AE", locale = "ar", postalAddress = "شارع المثال ١\nدبي",
        }, cancel);
        var tick = Stopwatch.GetTimestamp();
        var time = new ServiceTime(await api.ConnectedAtAsync(site.StoreId, cancel), tick, speed);
        await api.GoLiveAsync(shopify.StoreId, cancel, Story.First, Story.Second);
        await api.GoLiveAsync(site.StoreId, cancel, Story.First);
        await api.GoLiveAsync(shopify.StoreId, 0, cancel);
        await api.GoLiveAsync(site.StoreId, Story.Segments, cancel);

        Shopper Here(string name, int number) => new(name, number, name, shopify.StoreId);
        var cast = new Cast(
            Here("Layla", 1), Here("Nora", 2), Here("Sara", 3), Here("Omar", 4), Here("Dina", 5),
            new("Mariam", 6, "مريم", site.StoreId), Here("Yusuf", 7), Here("Karim", 8),
            new("Salma", 9, "سلمى", site.StoreId, Texts: true), new("Hana", 10, "هناء", site.StoreId, Texts: true));
        return (cast, new(new(Shop, secret), new(Site, "AED", site.Hooks), http), time);
    }

    private Task<ConnectedStore> ConnectShopifyAsync(string domain, CancellationToken cancel) => api.ConnectAsync(new
    {
        platform = "shopify", domain, name = "Rimal Coffee", currency = "USD", timeZone = "America/New_York",
        country = "US", locale = "en", postalAddress = "1 Example Street\nSpringfield, KY 40003",
    }, cancel);

    /// <summary>
    /// A process is slow the first time it does a thing, and on this clock a second is hours: so it does each thing
    /// once before the story begins, in a store that the story does not know.
    /// </summary>
    private async Task WarmUpAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(30)); // Then the program says that the service does not answer.
        var cancel = patience.Token;
        var store = await ConnectShopifyAsync(WarmUp, cancel);
        await api.GoLiveAsync(store.StoreId, cancel, Story.First);
        var (shop, who) = (new ShopifyShop(WarmUp, secret), new Shopper("Nobody", 99, "Nobody", store.StoreId));
        var at = (await api.ConnectedAtAsync(store.StoreId, cancel)).AddHours(-6); // A reminder is due at once.
        await shop.Consent(who, at).SendAsync(http, cancel);
        await shop.Checkout("checkouts/create", who, at, at, new Item(1, "Nothing", "", 1, 1)).SendAsync(http, cancel);
        string? key;
        while ((key = await api.FindAsync(store.StoreId, who.Email, cancel)) is null) { await Task.Delay(20, cancel); }

        await api.CustomerAsync(store.StoreId, key, cancel);
        while ((await api.OutboxAsync(store.StoreId, cancel)).Count == 0) { await Task.Delay(20, cancel); }
    }
}
