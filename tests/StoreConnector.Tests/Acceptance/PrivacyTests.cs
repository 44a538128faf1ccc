using System.Net;
using System.Text;
using System.Text.Json;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>What must be nowhere: not in what the service says, not in its files.</summary>
[Trait("Speed", "slow")]
public sealed class PrivacyTests
{
    private const string Ada = "ada.qzx71@qzxmail.example", Bob = "bob.wvk93@wvkmail.example", AdaPhone = "+14155551703", BobPhone = "+14155559264";
    private const string Token = "tok-qzx-5577", Recovery = "https://checkout.example.com/recover/qzx-secret-8812";

    [Fact]
    public async Task Addresses_tokens_keys_and_bodies_are_in_no_log_and_who_was_erased_is_in_no_file()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(
            folder.Path, RunningService.Speed, "--Logging:LogLevel:StoreConnector=Trace", "--Logging:LogLevel:Default=Debug");
        using var client = new Client(service.Address, RunningService.Speed);
        var shop = await client.LiveAsync("shopify", "private.myshopify.com", ["PT1H"]);
        var woo = await client.LiveAsync("woocommerce", "private.example.com", ["PT1H"]);
        await LiveAsync(client, shop, woo);
        var mails = await client.OutboxAsync(shop);
        Assert.Equal(2, mails.Length);

        await AssertSilentAsync(service, client, woo, mails);
        Assert.True(Files(folder).Any(f => Has(f.Bytes, "ada.qzx71")), "The search finds what is there.");

        Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(shop, "customers/redact", Bodies.Redact(shop.Domain, 71, Ada, AdaPhone)));
        await Client.UntilAsync(() => client.CustomerAsync(shop, Ada), c => c is null);
        await Client.UntilAsync(() => client.OutboxAsync(shop), all => all.Length == 1);
        await Client.UntilAsync(() => client.GetAsync($"/api/operator/receipts?storeId={shop.Id}"),
            r => r.GetRawText().Contains("The person was erased.", StringComparison.Ordinal));
        Assert.Equal(0, await service.TerminateAsync());

        string[] traces = ["ada.qzx71", "a•••@", "4155551703", Token, "qzx-secret", "Adalinde"];
        if (Array.Exists(traces, trace => Files(folder).Exists(f => Has(f.Bytes, trace)))) { await FinishAsync(folder); }

        foreach (var trace in traces) { Assert.DoesNotContain(Files(folder), f => Has(f.Bytes, trace) && Fail(f, trace)); }

        Assert.True(Files(folder).Any(f => Has(f.Bytes, "bob.wvk93")), "Who was not meant is still there.");
        foreach (var secret in woo.Hooks.Values.Select(h => h.Secret).Append(ServiceProcess.OperatorKey).Append(ServiceProcess.ShopifySecret))
        {
            Assert.DoesNotContain(Files(folder), f => Has(f.Bytes, secret));
        }

        Assert.DoesNotContain("ada.qzx71", service.Log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_could_not_be_read_is_forgotten_with_the_person_it_names()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(folder.Path);
        using var client = new Client(service.Address);
        var shop = await client.LiveAsync("shopify", "unread.myshopify.com", ["PT1H"]);
        var cut = Encoding.UTF8.GetBytes($$"""{"token":"{{Token}}","email":"{{Ada}}","line_items":[""");
        var other = Encoding.UTF8.GetBytes($$"""{"token":"t","email":"{{Bob}}","line_items":[""");
        Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(shop, "checkouts/update", cut));
        Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(shop, "checkouts/update", other));

        Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(shop, "customers/redact", Bodies.Redact(shop.Domain, 71, Ada, AdaPhone)));

        await Client.UntilAsync(() => client.UnreadableAsync(shop), all => all.Length == 1);
        await Client.UntilAsync(() => client.GetAsync($"/api/operator/receipts?storeId={shop.Id}"),
            r => r.GetRawText().Contains("The person was erased.", StringComparison.Ordinal));
        Assert.Equal(0, await service.TerminateAsync());
        Assert.DoesNotContain(Files(folder), f => Has(f.Bytes, "ada.qzx71"));
        Assert.True(Files(folder).Any(f => Has(f.Bytes, "bob.wvk93")), "Who was not meant is still there.");
    }

    private static async Task LiveAsync(Client client, ConnectedStore shop, ConnectedStore woo)
    {
        foreach (var (id, email, phone, name) in new[] { (71L, Ada, AdaPhone, "Adalinde"), (93L, Bob, BobPhone, "Bobbert") })
        {
            var at = client.Now;
            var person = new { id, email, phone, first_name = name, updated_at = Bodies.Time(at) };
            await OkAsync(client.ShopifyAsync(shop, "customers/update", person));
            await OkAsync(client.ShopifyAsync(shop, "customers_email_marketing_consent/update", Bodies.Consent(id, email, at)));
            for (var i = 0; i < 30; i++) // Pages of the file fill and are divided.
            {
                await OkAsync(client.ShopifyAsync(shop, "checkouts/update", Bodies.Checkout(
                    $"{(id == 71 ? Token : "bob")}", email, at.AddSeconds(i), id, title: "Blend for " + name, quantity: i + 1, phone: phone,
                    recovery: id == 71 ? Recovery : null)));
                await OkAsync(client.ShopifyAsync(shop, "checkouts/update", Bodies.Checkout($"crowd-{id}-{i}", $"crowd{id}-{i}@example.com", at)));
            }

            await OkAsync(client.WooCommerceAsync(woo, "cart.updated", Bodies.Cart($"w-{id}", $"tea-{id}@example.com", at)));
        }

        var mails = await Client.UntilAsync(() => client.OutboxAsync(shop), all => all.Length == 2);
        foreach (var mail in mails)
        {
            var text = mail.GetProperty("text").GetString()!;
            var link = text[text.IndexOf("/u/", StringComparison.Ordinal)..].Split('\n')[0].Trim();
            using var content = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
            Assert.Equal(HttpStatusCode.OK, (await client.Anyone.PostAsync(link, content)).StatusCode);
        }

        await OkAsync(client.ShopifyAsync(shop, "orders/create", Bodies.Order(9001, Ada, client.Now, 71)));
        await OkAsync(client.ShopifyAsync(shop, "checkouts/update", Encoding.UTF8.GetBytes($"{{\"email\":\"{Bob}\"")));
        await Client.UntilAsync(() => client.CustomerAsync(shop, Ada), c => c?.GetProperty("orders").GetArrayLength() == 1);
    }

    private static async Task AssertSilentAsync(ServiceProcess service, Client client, ConnectedStore woo, JsonElement[] mails)
    {
        // What is refused is told too: without what it carried.
        using var wrong = new HttpRequestMessage(HttpMethod.Get, "/api/operator/stores?email=" + Ada);
        wrong.Headers.Add("Authorization", "Bearer wrong-bearer-qzx");
        await client.Anyone.SendAsync(wrong);
        using var forged = new HttpRequestMessage(HttpMethod.Post, woo.Hooks["order.updated"].Path) { Content = new StringContent(Ada) };
        await client.Anyone.SendAsync(forged);
        using var search = new StringContent($"{{\"email\":\"{Ada}\"", Encoding.UTF8, "application/json");
        using var broken = new HttpRequestMessage(HttpMethod.Post, $"/api/stores/{woo.Id}/customers/search") { Content = search };
        await client.SendAsync(broken);

        var log = service.Log;
        Assert.NotEmpty(log);
        var links = mails.Select(m => m.GetProperty("text").GetString()!).Select(t => t[(t.IndexOf("/u/", StringComparison.Ordinal) + 3)..][..32]);
        string[] secrets =
        [
            Ada, Bob, "ada.qzx71", "bob.wvk93", "qzxmail", "wvkmail", "4155551703", "4155559264", Token, Recovery, "qzx-secret", "Adalinde",
            ServiceProcess.OperatorKey, ServiceProcess.ShopifySecret, "wrong-bearer-qzx", "line_items", .. links,
            .. woo.Hooks.Values.SelectMany(h => new[] { h.Secret, h.Path.Split('/')[^1] }),
        ];
        foreach (var secret in secrets) { Assert.DoesNotContain(secret, log, StringComparison.OrdinalIgnoreCase); }
    }

    /// <summary>
    /// An event that lost too many races on a busy machine was on its way when the service ended: it comes again when its
    /// lease, a minute of the machine's, is over, finds who was erased, and goes.
    /// </summary>
    private static async Task FinishAsync(TemporaryFolder folder)
    {
        await using var again = await ServiceProcess.StartAsync(folder.Path, RunningService.Speed);
        await Task.Delay(TimeSpan.FromSeconds(70));
        Assert.Equal(0, await again.TerminateAsync());
    }

    private static List<(string Name, byte[] Bytes)> Files(TemporaryFolder folder) =>
        [.. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Select(f => (Path.GetFileName(f), Read(f)))];

    private static byte[] Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
        catch (IOException)
        {
            return []; // The lock's own file, while it is held.
        }
    }

    private static bool Has(byte[] bytes, string text) =>
        bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0 || bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(text)) >= 0;

    /// <summary>Says what stands around it: the test would only say that it is there.</summary>
    private static bool Fail((string Name, byte[] Bytes) file, string trace)
    {
        var at = file.Bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(trace));
        var around = at < 0 ? "" : Encoding.Latin1.GetString(file.Bytes.AsSpan(Math.Max(0, at - 300), Math.Min(600, file.Bytes.Length - Math.Max(0, at - 300))));
        Assert.Fail($"'{trace}' is in {file.Name} at {at}: {around}");
        return true;
    }

    private static async Task OkAsync(Task<HttpStatusCode> delivery) => Assert.Equal(HttpStatusCode.OK, await delivery);
}
