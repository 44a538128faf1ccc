using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StoreConnector.Core.Events;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;
using StoreConnector.Tests.Hosting;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Admin;

/// <summary>The shadow report as the merchant's page asks for it.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly TestService service = new();

    public void Dispose() => service.Dispose();

    [Theory]
    [InlineData("0")]
    [InlineData("401")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("sixty")]
    [InlineData("")]
    [InlineData("60&days=30")]
    [InlineData("99999999999999999999")]
    public async Task A_number_of_days_that_cannot_be_says_what_can(string days)
    {
        var (id, _) = await service.ConnectAsync("shopify", TestService.Shop);
        using var answer = await service.Operator.GetAsync($"/api/stores/{id}/report?days={days}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("invalid-fields", problem.GetProperty("code").GetString());
        Assert.Contains("1 to 400", problem.GetProperty("errors").GetProperty("days")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_store_gives_zeros()
    {
        var (id, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var report = await ReadAsync(id, "");
        Assert.Equal((60, 0, 0, 0), (Int(report, "days"), Int(report, "events"), Int(report, "orders"), Int(report, "people")));
        foreach (var name in new[] { "left", "boughtAnyway", "reachable", "wouldRemind", "messages" }) { Assert.Equal(0, Int(report.GetProperty("carts"), name)); }

        foreach (var name in new[] { "drops", "wouldTell", "messages" }) { Assert.Equal(0, Int(report.GetProperty("priceDrops"), name)); }

        foreach (var name in new[] { "due", "boughtAnyway", "wouldRemind", "messages" }) { Assert.Equal(0, Int(report.GetProperty("reorders"), name)); }

        Assert.Equal(0, report.GetProperty("firstMessages").GetArrayLength());
        Assert.Equal(0, report.GetProperty("carts").GetProperty("byReason").GetArrayLength());
        Assert.True(report.GetProperty("isComplete").GetBoolean());
        Assert.Equal(TimeSpan.FromDays(60), report.GetProperty("to").GetDateTimeOffset() - report.GetProperty("from").GetDateTimeOffset());
    }

    [Fact]
    public async Task Nobody_else_may_read_it_and_an_unknown_store_has_none()
    {
        var (id, _) = await service.ConnectAsync("shopify", TestService.Shop);
        Assert.Equal(HttpStatusCode.Unauthorized, (await service.Anonymous.GetAsync($"/api/stores/{id}/report")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Operator.GetAsync("/api/stores/nosuchstore/report")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Operator.GetAsync("/api/stores/nosuchstore/report?days=0")).StatusCode);
    }

    [Fact]
    public async Task It_shows_the_first_message_without_an_address_and_writes_nothing()
    {
        var id = await ShopAsync();
        var before = Rows(id);
        var report = await ReadAsync(id, "?days=2");
        Assert.Equal((1, 1, 1), (Int(report.GetProperty("carts"), "left"), Int(report.GetProperty("carts"), "wouldRemind"), Int(report.GetProperty("carts"), "messages")));
        var mail = Assert.Single(report.GetProperty("firstMessages").EnumerateArray());
        Assert.Equal(("abandoned-cart", "email"), (mail.GetProperty("automation").GetString(), mail.GetProperty("channel").GetString()));
        Assert.Contains("Coffee", mail.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("Coffee", mail.GetProperty("html").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(mail.GetProperty("subject").GetString()!);
        Assert.Equal(33, mail.GetProperty("customerKey").GetString()!.Length);
        Assert.DoesNotContain("example.com", report.GetRawText().Replace("connect.example.com", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("/recover/", report.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(before, Rows(id));
    }

    [Fact]
    public async Task It_is_counted_once_in_a_while_and_anew_when_a_setting_changes()
    {
        var id = await ShopAsync();
        var first = await ReadAsync(id, "?days=2");
        Assert.Equal(first.GetRawText(), (await ReadAsync(id, "?days=2")).GetRawText());
        using var change = await service.Operator.PutAsJsonAsync($"/api/stores/{id}/automations/abandoned-cart", new { steps = new[] { new { delay = "PT20H" } } });
        Assert.Equal(HttpStatusCode.OK, change.StatusCode);
        var second = await ReadAsync(id, "?days=2");
        Assert.Equal(0, Int(second.GetProperty("carts"), "left"));
    }

    [Fact]
    public async Task An_entry_of_the_log_that_cannot_be_read_is_counted()
    {
        var id = await ShopAsync();
        var table = await TableAsync(id);
        var at = DateTimeOffset.UtcNow.AddHours(-1).UtcDateTime;
        foreach (var (i, text) in new[] { "{", "null", "{}", """{"id":"x","body":{"is":"nothing-known"}}""" }.Index())
        {
            await table.TryWriteAsync($"log-{at:yyyyMMdd}-{i % 4}", [new TableWrite.Put($"{at:HHmmssfff}-{i:x32}", Encoding.UTF8.GetBytes(text))], default);
        }

        var report = await ReadAsync(id, "?days=2");
        Assert.Equal((4, 6, 1), (Int(report, "unreadable"), Int(report, "events"), Int(report.GetProperty("carts"), "left")));
    }

    [Fact]
    public async Task A_day_of_the_log_is_read_in_the_order_of_time_whatever_the_shard()
    {
        var (id, _) = await service.ConnectAsync("shopify", TestService.Shop);
        var table = await TableAsync(id);
        var random = new Random(1);
        for (var i = 0; i < 1500; i++) { await EventLog.AppendAsync(table, Story.Cart($"e{i}", random.NextDouble() * 14 * 60, $"c{i}"), default); }

        var read = new List<StoreEvent>();
        await foreach (var (_, happened) in EventLog.ReadDayAsync(table, DateOnly.FromDateTime(Story.T0.UtcDateTime), default)) { read.Add(happened!); }

        Assert.Equal(1500, read.Select(e => e.Id).Distinct().Count());
        Assert.Equal(read.OrderBy(e => e.ReceivedAt.UtcTicks / TimeSpan.TicksPerMillisecond).Select(e => e.ReceivedAt.UtcTicks / TimeSpan.TicksPerMillisecond),
            read.Select(e => e.ReceivedAt.UtcTicks / TimeSpan.TicksPerMillisecond));
    }

    [Fact]
    public async Task It_stands_in_the_description_of_the_API()
    {
        var document = await service.Anonymous.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var entry = document.GetProperty("paths").GetProperty("/api/stores/{storeId}/report").GetProperty("get");
        Assert.Contains("1 to 400", entry.GetProperty("summary").GetString(), StringComparison.Ordinal);
    }

    /// <summary>A store of yesterday: somebody agreed, and left a cart three hours ago.</summary>
    private async Task<string> ShopAsync()
    {
        using var answer = await service.Operator.PostAsJsonAsync("/api/operator/stores", new
        {
            platform = "shopify", domain = TestService.Shop, name = "Rimal", currency = "AED", timeZone = "Asia/Dubai", country = "AE", locale = "en",
            postalAddress = "Warehouse 12, Dubai",
        });
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("storeId").GetString()!;
        await service.Get<StoreRegistry>().UpdateAsync(id, s => s with { InstalledAt = DateTimeOffset.UtcNow.AddDays(-1) }, default);
        var table = await TableAsync(id);
        var minute = (DateTimeOffset.UtcNow.AddHours(-3) - Story.T0).TotalMinutes;
        await EventLog.AppendAsync(table, Story.Consent("c", minute - 5, "mariam@example.com"), default);
        await EventLog.AppendAsync(table, Story.Checkout("k", minute, "t1", "mariam@example.com"), default);
        return id;
    }

    private async Task<ITable> TableAsync(string id) => await service.Get<ITables>().OpenAsync(StoreRegistry.TableOf(id), default);

    private List<string> Rows(string id) => [.. new[] { StoreRegistry.TableOf(id), "links" }
        .SelectMany(t => service.Engine.State.Tables.ContainsKey(t) ? service.Engine.Rows(t) : []).Select(r => $"{r.Partition}/{r.Key}")];

    private async Task<JsonElement> ReadAsync(string id, string query)
    {
        using var answer = await service.Operator.GetAsync($"/api/stores/{id}/report{query}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
