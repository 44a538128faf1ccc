using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace StoreConnector.Demo;

/// <summary>A store that was connected.</summary>
internal sealed record ConnectedStore(string StoreId, IReadOnlyList<Hook> Hooks);

/// <summary>One WooCommerce hook: its topic, where it delivers, what it signs with.</summary>
internal sealed record Hook(string Topic, string Path, string Secret);

/// <summary>A message in the outbox.</summary>
internal sealed record Mail(
    string Automation, int Step, string Occasion, string Channel, string To, string? Subject, string Text, string? Html,
    int? Segments, DateTimeOffset SentAt);

/// <summary>One line of a customer's ledger.</summary>
internal sealed record Decided(
    string Automation, string Occasion, string Decision, int? Step, DateTimeOffset At, DateTimeOffset? Until,
        string Reason, string Why);

/// <summary>What one address may be sent.</summary>
internal sealed record Permitted(string Channel, string State);

/// <summary>A customer as the API shows one.</summary>
internal sealed record Customer(string Key, IReadOnlyList<Permitted> Permissions, IReadOnlyList<Decided> Decisions);

/// <summary>The service's API, as any client would call it.</summary>
internal sealed class ServiceApi : IDisposable
{
    private readonly HttpClient http;

    public ServiceApi(Uri url, string operatorKey)
    {
        http = new() { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey);
    }

    public async Task<ConnectedStore> ConnectAsync(object store, CancellationToken cancel) =>
        await ReadAsync<ConnectedStore>(await http.PostAsJsonAsync("/api/operator/stores", store, cancel), cancel);

    /// <summary>When the store was connected, by the service's own clock.</summary>
    public async Task<DateTimeOffset> ConnectedAtAsync(string storeId, CancellationToken cancel)
    {
        var all = await ReadAsync<Items<Connected>>(await http.GetAsync("/api/operator/stores", cancel), cancel);
        return all.List.Single(s => s.StoreId == storeId).InstalledAt;
    }

    /// <summary>Sets the rule for carts that were left live, with a reminder after each of the delays.</summary>
    public async Task GoLiveAsync(string storeId, CancellationToken cancel, params string[] delays)
    {
        var rule = new { mode = "live", steps = delays.Select(delay => new { delay }) };
        var path = $"/api/stores/{storeId}/automations/abandoned-cart";
        await ReadAsync<JsonElement>(await http.PutAsJsonAsync(path, rule, cancel), cancel);
    }

    /// <summary>Sets what the story needs beside carts live: lower prices, refills, and a budget for texts.</summary>
    public async Task GoLiveAsync(string storeId, int segments, CancellationToken cancel)
    {
        foreach (var (path, change) in new (string, object)[]
        {
            ("automations/price-drop", new { mode = "live" }),
            ("automations/replenishment", new { mode = "live" }),
            ("channels/sms", new { monthlyBudget = segments, from = "AD-BUNN" }),
        })
        {
            await ReadAsync<JsonElement>(
                await http.PutAsJsonAsync($"/api/stores/{storeId}/{path}", change, cancel), cancel);
        }
    }

    /// <summary>The key of the only customer with that address; null while there is none.</summary>
    public async Task<string?> FindAsync(string storeId, string email, CancellationToken cancel)
    {
        var path = $"/api/stores/{storeId}/customers/search";
        var found = await ReadAsync<Items<Found>>(await http.PostAsJsonAsync(path, new { email }, cancel), cancel);
        return found.List is [var only] ? only.Key : null;
    }

    public async Task<Customer> CustomerAsync(string storeId, string key, CancellationToken cancel) =>
        await ReadAsync<Customer>(await http.GetAsync($"/api/stores/{storeId}/customers/{key}", cancel), cancel);

    /// <summary>What would have left, oldest first.</summary>
    public async Task<IReadOnlyList<Mail>> OutboxAsync(string storeId, CancellationToken cancel)
    {
        var path = $"/api/operator/outbox?storeId={storeId}";
        return (await ReadAsync<Items<Mail>>(await http.GetAsync(path, cancel), cancel)).List;
    }

    public void Dispose() => http.Dispose();

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancel)
    {
        using (answer)
        {
            return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<T>(cancel))!
                : throw new DemoException($"The service answered {(int)answer.StatusCode} to " +
                    $"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri?.AbsolutePath}.");
        }
    }

    private sealed record Connected(string StoreId, DateTimeOffset InstalledAt);

    private sealed record Found(string Key);

    private sealed record Items<T>([property: System.Text.Json.Serialization.JsonPropertyName("items")] List<T> List);
}
