using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StoreConnector.Channels;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>The service, a vendor's twin, and everybody who has a part in one message: out, and back.</summary>
[Trait("Speed", "slow")]
public sealed partial class SenderTests : IAsyncLifetime
{
    private const double Speed = 3600;
    private const string Browser = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1";

    private readonly TemporaryFolder folder = new();
    private readonly SendGridTwin twin = new(TimeProvider.System);
    private ServiceProcess process = null!;
    private Client client = null!;
    private ConnectedStore store = null!;

    public async ValueTask InitializeAsync()
    {
        await twin.StartAsync();
        process = await ServiceProcess.StartAsync(folder.Path, Speed, $"--SendGrid:BaseUrl={twin.Address}");
        client = new(process.Address, Speed);
        store = await client.LiveAsync("shopify", "sender.myshopify.com", ["PT1H", "PT24H"]);
        await SetAsync("channels/email", new
        {
            provider = "SendGrid", from = "shop@example.com", replyTo = "people@example.com",
            credentials = new { apiKey = SendGridTwin.ApiKey, webhookKey = twin.WebhookKey },
        });
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await process.DisposeAsync();
        await twin.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_message_leaves_by_the_stores_sender_and_what_comes_of_it_comes_back()
    {
        await LeaveCartAsync("mariam@example.com", 1);
        var message = await SentAsync(1);
        Assert.Empty(await client.OutboxAsync(store));

        Assert.Equal(HttpStatusCode.OK, await TellAsync(message, "processed", "delivered"));
        await Client.UntilAsync(TheMessage, m => Delivery(m, "status") == "delivered");

        var link = Link().Match(JsonDocument.Parse(message.Body).RootElement.GetProperty("content")[0].GetProperty("value").GetString()!).Value;
        Assert.Equal(HttpStatusCode.Found, await FollowAsync(link, "GoogleImageProxy"));
        Assert.Null(Delivery(await TheMessage(), "clickedAt"));
        Assert.Equal(HttpStatusCode.Found, await FollowAsync(link, Browser));
        var clicked = await Client.UntilAsync(TheMessage, m => Delivery(m, "clickedAt") is not null);

        var at = DateTimeOffset.Parse(Delivery(clicked, "clickedAt")!, System.Globalization.CultureInfo.InvariantCulture).AddMinutes(5);
        Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(store, "orders/create", Bodies.Order(9001, "mariam@example.com", at)));
        var credits = await Client.UntilAsync(() => client.GetAsync($"/api/stores/{store.Id}/credits?days=30"),
            c => c.GetProperty("automations").GetArrayLength() > 0);
        Assert.Equal(("abandoned-cart", 1, 25.00m), (credits.GetProperty("automations")[0].GetProperty("automation").GetString(),
            credits.GetProperty("automations")[0].GetProperty("orders").GetInt32(), credits.GetProperty("automations")[0].GetProperty("total").GetDecimal()));
    }

    [Fact]
    public async Task A_lost_answer_is_found_again_and_nobody_gets_two()
    {
        twin.Next(TwinMood.LosesAnswer);
        await LeaveCartAsync("mariam@example.com", 1);
        var message = await SentAsync(1);
        await Client.UntilAsync(TheMessage, m => m?.GetProperty("status").GetString() is "unknown" or "sent");

        Assert.Equal(HttpStatusCode.OK, await TellAsync(message, "processed")); // Its report comes though the answer did not.
        await Client.UntilAsync(TheMessage, m => m?.GetProperty("status").GetString() == "sent");
        var notices = await client.GetAsync($"/api/stores/{store.Id}/notices");
        Assert.Equal(0, notices.GetProperty("unknown").GetArrayLength());
        Assert.Single(twin.Messages, m => m.Id == message.Id);
    }

    [Fact]
    public async Task Who_calls_it_spam_at_the_vendor_hears_no_more()
    {
        await LeaveCartAsync("mariam@example.com", 1);
        var message = await SentAsync(1);
        Assert.Equal(HttpStatusCode.OK, await TellAsync(message, "spamreport"));
        await Client.UntilAsync(() => client.DecisionAsync(store, "mariam@example.com"), d => d == "skip/complained");
        Assert.Single(twin.Messages);
    }

    [Fact]
    public async Task A_refused_key_stops_the_sender_and_says_so()
    {
        await SetAsync("channels/email", new { credentials = new { apiKey = "SG.another-key-not-real-000000000000" } });
        await LeaveCartAsync("mariam@example.com", 1);
        var notices = await Client.UntilAsync(() => client.GetAsync($"/api/stores/{store.Id}/notices"),
            n => n.GetProperty("holds").GetArrayLength() > 0);
        Assert.Contains("401", notices.GetProperty("holds")[0].GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Empty(twin.Messages);
        Assert.DoesNotContain("another-key", process.Log, StringComparison.Ordinal);
    }

    private async Task LeaveCartAsync(string email, long customer)
    {
        Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(store, "customers_email_marketing_consent/update",
            Bodies.Consent(customer, email, client.Now)));
        Assert.Equal(HttpStatusCode.OK, await client.ShopifyAsync(store, "checkouts/create", Bodies.Checkout("t" + customer, email, client.Now, customer)));
    }

    private async Task<TwinMessage> SentAsync(int count) =>
        (await Client.UntilAsync(() => Task.FromResult(twin.Messages), m => m.Count >= count))[count - 1];

    private async Task<JsonElement?> TheMessage() => (await client.CustomerAsync(store, "mariam@example.com"))?
        .GetProperty("messages").EnumerateArray().Select(m => (JsonElement?)m).FirstOrDefault();

    private static string? Delivery(JsonElement? message, string field) =>
        message?.TryGetProperty("delivery", out var delivery) == true && delivery.ValueKind == JsonValueKind.Object
            && delivery.TryGetProperty(field, out var value) ? value.GetString() : null;

    private async Task<HttpStatusCode> TellAsync(TwinMessage message, params string[] events)
    {
        var at = client.Now;
        var mid = JsonDocument.Parse(message.Body).RootElement.GetProperty("personalizations")[0].GetProperty("custom_args").GetProperty("sc_mid").GetString();
        var signed = twin.Events(at, events.Select((e, i) => new Dictionary<string, object?>
        {
            ["email"] = message.To, ["timestamp"] = at.ToUnixTimeSeconds(), ["event"] = e, ["sg_event_id"] = $"e{i}-{e}",
            ["sg_message_id"] = message.Id + ".filter", ["sc_mid"] = mid,
        }));
        var callback = (await client.GetAsync($"/api/stores/{store.Id}/channels/email")).GetProperty("callback").GetString()!;
        return await PostAsync(callback, signed);
    }

    private async Task<HttpStatusCode> PostAsync(string url, CallbackRequest signed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(signed.Body.ToArray()) };
        foreach (var name in new[] { "X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp" })
        {
            request.Headers.Add(name, signed.Header(name));
        }

        using var answer = await client.Anyone.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> FollowAsync(string link, string browser)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.TryAddWithoutValidation("User-Agent", browser);
        request.Headers.Add("Accept-Language", "en");
        using var answer = await client.Anyone.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task SetAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/stores/{store.Id}/{path}")
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/c/[0-9A-Za-z]+")]
    private static partial Regex Link();
}
