using System.Net;
using System.Text.RegularExpressions;

namespace StoreConnector.Demo;

/// <summary>The shop side of the story: two stores, made known to the service.</summary>
/// <param name="Shopify">The Shopify shop.</param>
/// <param name="WooCommerce">The WooCommerce site.</param>
/// <param name="Http">What carries their deliveries.</param>
internal sealed record Shops(ShopifyShop Shopify, WooCommerceShop WooCommerce, HttpClient Http);

/// <summary>The people of the story, each with the one fate she is told for.</summary>
internal sealed record Cast(
    Shopper Layla, Shopper Nora, Shopper Sara, Shopper Omar, Shopper Dina, Shopper Mariam, Shopper Yusuf, Shopper Karim,
    Shopper Salma, Shopper Hana)
{
    public IReadOnlyList<Shopper> All => [Layla, Nora, Sara, Omar, Dina, Mariam, Yusuf, Karim, Salma, Hana];
}

/// <summary>
/// A day and a night in two shops. What a platform delivers is timed by the service's own clock; what comes of it is
/// waited for by
/// asking the service, so a slow machine tells the same story.
/// </summary>
internal sealed partial class Story(Shops shops, Cast cast, ServiceTime time, Watch watch, Transcript transcript)
{
    /// <summary>After which delays the Shopify shop reminds, and the WooCommerce site, once.</summary>
    public const string First = "PT5H", Second = "PT24H";

    /// <summary>What the WooCommerce site may spend on texts in a month.</summary>
    public const int Segments = 50;

    private static readonly Item Espresso = new(632_910_392, "House Espresso", "Whole bean, 500 g", 2, 39.00m);
    private static readonly Item Filters = new(632_910_393, "Paper filters", "Pack of 100", 1, 5.60m);
    private static readonly Item Kettle = new(632_910_394, "Gooseneck kettle", "Black", 1, 64.00m);
    private static readonly Item Grinder = new(632_910_395, "Hand grinder", "Steel burrs", 1, 89.00m);
    private static readonly Item Dallah = new(21, "دلّة نحاسية", "", 1, 185.00m);
    private static readonly Item Dripper = new(632_910_396, "Ceramic dripper", "Sand glaze", 1, 45.00m);
    private static readonly Item Beans = new(632_910_397, "Huila beans", "1 kg", 1, 31.00m);
    private static readonly Item Burner = new(23, "مبخرة خزفية", "", 1, 240.00m);
    private static readonly Item Cardamom = new(22, "هيل ٢٥٠ غ", "", 2, 42.50m);

    /// <summary>How long a thing that must come may take, on the machine's clock.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Between two looks at the service.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(60);

    public async Task TellAsync(CancellationToken cancel)
    {
        await LaylaLeavesAsync(cancel);
        await PassAsync(0.4, cancel);
        await NoraLeavesAsync(cancel);
        await PassAsync(0.3, cancel);
        await OmarLeavesAsync(cancel);
        await PassAsync(0.3, cancel);
        await MariamLeavesAsync(cancel);
        await PassAsync(0.3, cancel);
        await SalmaLeavesAsync(cancel);
        await HanaLooksAsync(cancel);
        await SaraBuysElsewhereAsync(cancel);
        await PassAsync(0.3, cancel);
        await DinaComesThreeTimesAsync(cancel);
        await NoraSaysNoAsync(cancel);
        await YusufSparesAsync(cancel);
        await KarimRunsLowAsync(cancel);
        await DinaBuysAsync(cancel);
        await TheNightAsync(cancel);
    }

    private async Task LaylaLeavesAsync(CancellationToken cancel)
    {
        var who = cast.Layla;
        await AgreesAsync(who, cancel);
        var now = time.Now;
        await DeliverAsync(who, shops.Shopify.Cart(who, now, Espresso, Filters), "a cart; it names nobody yet", cancel);
        var checkout = shops.Shopify.Checkout("checkouts/create", who, now, time.Now, Espresso, Filters);
        await DeliverAsync(who, checkout, "she types her address, and goes", cancel);
        await DeliverAsync(who, checkout, "the same delivery twice; it happens", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Decision == "wait", "a decision about Layla", cancel);
    }

    private async Task NoraLeavesAsync(CancellationToken cancel)
    {
        var who = cast.Nora;
        await AgreesAsync(who, cancel);
        var checkout = shops.Shopify.Checkout("checkouts/create", who, time.Now, time.Now, Kettle);
        await DeliverAsync(who, checkout, "she leaves a kettle", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Decision == "wait", "a decision about Nora", cancel);
    }

    private async Task OmarLeavesAsync(CancellationToken cancel)
    {
        var (who, now) = (cast.Omar, time.Now);
        var checkout = shops.Shopify.Checkout("checkouts/create", who, now, now, Grinder);
        await DeliverAsync(who, checkout, "he leaves a grinder and ticks no box", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Decision == "skip", "a decision about Omar", cancel);
        await DeliverAsync(who, ShopifyShop.Forge(shops.Shopify.Consent(who, now)),
            "his consent, forged: a wrong signature", cancel, HttpStatusCode.Unauthorized);
    }

    private async Task MariamLeavesAsync(CancellationToken cancel)
    {
        var (who, now) = (cast.Mariam, time.Now);
        await DeliverAsync(who, shops.WooCommerce.Cart(who, "AE", now, Dallah, Cardamom),
            "WooCommerce, in Arabic: her cart", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Decision == "skip", "a decision about Mariam", cancel);
        await DeliverAsync(who, shops.WooCommerce.Draft(who, "AE", now, time.Now, Dallah, Cardamom),
            "its checkout-draft: she ticks the box", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Decision == "wait", "a decision about Mariam", cancel);
    }

    private async Task SaraBuysElsewhereAsync(CancellationToken cancel)
    {
        var who = cast.Sara;
        await AgreesAsync(who, cancel);
        var checkout = shops.Shopify.Checkout("checkouts/create", who, time.Now, time.Now, Espresso);
        await DeliverAsync(who, checkout, "she leaves espresso, on her phone", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Decision == "wait", "a decision about Sara", cancel);
        await PassAsync(0.5, cancel);
        var order = shops.Shopify.Order(who, time.Now, asGuestElsewhere: true, Espresso);
        await DeliverAsync(who, order, "she buys it at her desk, as a guest", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Decision == "skip", "silence for Sara", cancel);
    }

    private async Task DinaComesThreeTimesAsync(CancellationToken cancel)
    {
        var who = cast.Dina;
        await AgreesAsync(who, cancel);
        var begins = time.Now;
        var first = shops.Shopify.Checkout("checkouts/create", who, begins, begins, Grinder);
        await DeliverAsync(who, first, "her first visit", cancel);
        await PassAsync(0.5, cancel);
        var second = shops.Shopify.Checkout("checkouts/update", who, begins, time.Now, Grinder, Filters);
        await PassAsync(0.5, cancel);
        var third = shops.Shopify.Checkout("checkouts/update", who, begins, time.Now, Grinder, Filters, Kettle);
        await DeliverAsync(who, third, "her third visit, ahead of the second", cancel);
        await DeliverAsync(who, second, "her second visit, late: changes nothing", cancel);
    }

    /// <summary>She agrees to texts alone; by the time one is due it is evening in Dubai.</summary>
    private async Task SalmaLeavesAsync(CancellationToken cancel)
    {
        var (who, now) = (cast.Salma, time.Now);
        await DeliverAsync(who, shops.WooCommerce.Draft(who, "AE", now, now, Dallah, Cardamom),
            "she ticks the box for texts, and goes", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Decision == "wait", "a decision about Salma", cancel);
    }

    /// <summary>She puts something into her cart and takes it out again: no cart is left, and an interest is.</summary>
    private async Task HanaLooksAsync(CancellationToken cancel)
    {
        var (who, begun) = (cast.Hana, time.Now);
        await DeliverAsync(who, shops.WooCommerce.Product(Burner, Burner.Price, begun), "the shop's incense burner",
            cancel);
        await DeliverAsync(who, shops.WooCommerce.Draft(who, "AE", begun, time.Now, Burner),
            "it is in her cart; she ticks the box for texts", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Decision == "wait", "a decision about Hana", cancel);
        await PassAsync(0.1, cancel);
        await DeliverAsync(who, shops.WooCommerce.Draft(who, "AE", begun, time.Now), "too dear: she takes it out",
            cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Reason == "cart-empty", "Hana's empty cart", cancel);
    }

    private async Task YusufSparesAsync(CancellationToken cancel)
    {
        var (who, begun) = (cast.Yusuf, time.Now);
        await AgreesAsync(who, cancel);
        await DeliverAsync(who, shops.Shopify.Product(Dripper, Dripper.Price, begun), "a ceramic dripper, 45.00",
            cancel);
        await DeliverAsync(who, shops.Shopify.Checkout("checkouts/create", who, begun, begun, Dripper),
            "he begins to buy it", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Decision == "wait", "a decision about Yusuf", cancel);
        await PassAsync(0.1, cancel);
        await DeliverAsync(who, shops.Shopify.Checkout("checkouts/update", who, begun, time.Now),
            "too dear: he takes it out", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Reason == "cart-empty", "Yusuf's empty cart", cancel);
        await PassAsync(0.3, cancel);
        await DeliverAsync(who, shops.Shopify.Product(Dripper, 36.00m, time.Now), "the dripper falls to 36.00", cancel);
        await UntilAsync(() => watch.MailsTo(who).Count > 0, "the news for Yusuf", cancel);
    }

    /// <summary>What he bought before is heard of now, as from an import: five times, 27 days apart.</summary>
    private async Task KarimRunsLowAsync(CancellationToken cancel)
    {
        var (who, now) = (cast.Karim, time.Now);
        await AgreesAsync(who, cancel);
        await DeliverAsync(who, shops.Shopify.Product(Beans, Beans.Price, now), "the shop's beans", cancel);
        for (var times = 0; times < 5; times++)
        {
            // Due since this morning, when the shop was here: what was due before is history.
            var at = now.AddDays(-26.1 - 27 * (4 - times));
            await DeliverAsync(who, shops.Shopify.EarlierOrder(who, times + 1, at, Beans),
                FormattableString.Invariant($"he bought beans {(now - at).TotalDays:0} days ago"), cancel);
        }

        await UntilAsync(() => watch.MailsTo(who).Count > 0, "Karim's reminder", cancel);
    }

    private async Task HanasPriceFallsAsync(CancellationToken cancel)
    {
        var who = cast.Hana;
        await DeliverAsync(who, shops.WooCommerce.Product(Burner, 190.00m, time.Now), "in the evening it falls to 190",
            cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Reason == "quiet-hours", "Hana's wait for the morning", cancel);
    }

    private async Task HanasPriceRisesAsync(CancellationToken cancel)
    {
        await PassAsync(0.3, cancel);
        await DeliverAsync(cast.Hana, shops.WooCommerce.Product(Burner, Burner.Price, time.Now), "and is 240 again",
            cancel);
    }

    /// <summary>Her first reminder comes, and she uses its way out.</summary>
    private async Task NoraSaysNoAsync(CancellationToken cancel)
    {
        var who = cast.Nora;
        await UntilAsync(() => watch.MailsTo(who).Count > 0, "Nora's reminder", cancel);
        var path = Unsubscribe().Match(watch.MailsTo(who)[0].Text) is { Success: true } link ? link.Value
            : throw new DemoException("Nora's reminder has no unsubscribe link.");
        using (var shown = await shops.Http.GetAsync(path, cancel))
        {
            await watch.LookAsync(cancel);
            var changed = watch.Customers[who].Permissions.Any(p => p.State == "unsubscribed");
            if (changed || !shown.IsSuccessStatusCode)
            {
                throw new DemoException("A GET of the way out changed something.");
            }

            transcript.Line(time.Now, who.Name, Speaker.Shopper,
                $"GET {path[..9]}…  {(int)shown.StatusCode}  a mail scanner opens her way out: nothing changes");
        }

        using var oneClick = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        using var stopped = await shops.Http.PostAsync(path, oneClick, cancel);
        transcript.Line(time.Now, who.Name, Speaker.Shopper,
            $"POST {path[..9]}… {(int)stopped.StatusCode}  her mail program's unsubscribe button (RFC 8058)");
        await UntilAsync(() => watch.LastAbout(who)?.Reason == "unsubscribed", "Nora's way out", cancel);
    }

    private async Task DinaBuysAsync(CancellationToken cancel)
    {
        var who = cast.Dina;
        await UntilAsync(() => watch.MailsTo(who).Count > 0, "Dina's reminder", cancel);
        await PassAsync(1, cancel);
        var order = shops.Shopify.Order(who, time.Now, asGuestElsewhere: false, Grinder, Filters, Kettle);
        await DeliverAsync(who, order, "she comes back by the reminder and buys", cancel);
        await UntilAsync(() => watch.LastAbout(who)?.Reason == "already-bought", "the end of Dina's series", cancel);
    }

    /// <summary>Until the second reminders are due, and long enough after that to see whom they spare.</summary>
    private async Task TheNightAsync(CancellationToken cancel)
    {
        await UntilAsync(() => watch.MailsTo(cast.Mariam).Count > 0, "Mariam's reminder", cancel);
        await HanasPriceFallsAsync(cancel);
        transcript.Line(time.Now, "", Speaker.Nobody, "The night passes.");
        await HanasPriceRisesAsync(cancel);
        await UntilAsync(() => watch.MailsTo(cast.Salma).Count > 0, "Salma's text in the morning", cancel);
        await UntilAsync(() => watch.LastAbout(cast.Hana)?.Reason == "price-rose", "silence for Hana", cancel);
        await UntilAsync(() => watch.MailsTo(cast.Layla).Count > 1, "Layla's second reminder", cancel);
        await PassAsync(3, cancel);
    }

    /// <summary>She agrees to marketing e-mail, and the service knows.</summary>
    private async Task AgreesAsync(Shopper who, CancellationToken cancel)
    {
        await DeliverAsync(who, shops.Shopify.Consent(who, time.Now), "agrees to marketing e-mail", cancel);
        await UntilAsync(() => watch.Customers.ContainsKey(who), $"{who.Name} as a customer", cancel);
    }

    private async Task DeliverAsync(
        Shopper who, Delivery delivery, string story, CancellationToken cancel,
        HttpStatusCode expected = HttpStatusCode.OK)
    {
        await watch.LookAsync(cancel);
        var at = time.Now;
        var status = await delivery.SendAsync(shops.Http, cancel);
        transcript.Line(at, who.Name, Speaker.Shop, $"{Short(delivery.Topic),-17} {(int)status}  {story}");
        if (status != expected) { throw new DemoException($"{delivery.Topic} was answered {(int)status}."); }
    }

    // The longest topic alone would move every column.
    private static string Short(string topic) =>
        topic.Replace("customers_email_marketing_consent", "…_consent", StringComparison.Ordinal);

    /// <summary>Lets so many hours of the service pass, telling what happens.</summary>
    private async Task PassAsync(double hours, CancellationToken cancel)
    {
        var until = time.Now.AddHours(hours);
        while (time.Now < until)
        {
            await watch.LookAsync(cancel);
            await Task.Delay(Between, cancel);
        }
    }

    private async Task UntilAsync(Func<bool> came, string what, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            await watch.LookAsync(cancel);
            if (came()) { return; }

            if (patience.IsCancellationRequested)
            {
                throw new DemoException($"In {Patience.TotalSeconds} s this did not come: {what}.");
            }

            await Task.Delay(Between, cancel);
        }
    }

    [GeneratedRegex("/u/[0-9a-f]{32}")]
    private static partial Regex Unsubscribe();
}
