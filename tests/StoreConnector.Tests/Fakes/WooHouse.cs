using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using StoreConnector.Admin;
using StoreConnector.Core.Stores;
using StoreConnector.Platforms.WooCommerce.Api;
using StoreConnector.Processing;
using StoreConnector.Processing.WooCommerce;
using StoreConnector.Storage;
using StoreConnector.Tests.Hosting;

namespace StoreConnector.Tests.Fakes;

/// <summary>A WooCommerce site and our service, over real sockets, with a merchant's browser between them.</summary>
internal sealed class WooHouse : IAsyncDisposable
{
    /// <summary>How tests name the browser's cookie of a connection.</summary>
    public const string Cookie = "sc-connect";

    private WooHouse(WooStore site)
    {
        Site = site;
        Service = new(services =>
        {
            services.Replace(ServiceDescriptor.Singleton(all => new WooApi(
                all.GetRequiredService<WooNetwork>(), NullLogger<WooApi>.Instance)
            {
                FirstPause = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromMinutes(2),
            }));
        }, Clock, []);
        Service.Get<WooConnects>().AnswerWithin = TimeSpan.FromMinutes(2); // No machine is that slow.
        site.Outside = Service.Anonymous;
        Browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Service.Anonymous.BaseAddress };
    }

    public ManualClock Clock { get; } = new(DateTimeOffset.UtcNow);

    public WooStore Site { get; }

    public TestService Service { get; }

    /// <summary>Follows no redirect, keeps no cookie by itself.</summary>
    public HttpClient Browser { get; }

    public StoreRegistry Stores => Service.Get<StoreRegistry>();

    public static async Task<WooHouse> BeginAsync() => new(await WooStore.StartAsync());

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        Service.Dispose();
        await Site.DisposeAsync();
    }

    /// <summary>An address of ours, with that cookie.</summary>
    public async Task<(HttpStatusCode Status, Uri? To, string Page, string? Cookie)> OpenAsync(string address, string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (cookie is not null) { request.Headers.Add("Cookie", cookie); }

        using var answer = await Browser.SendAsync(request);
        return (answer.StatusCode, answer.Headers.Location, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()),
            CookieOf(answer));
    }

    /// <summary>From the press of Connect to where the browser ends.</summary>
    public async Task<(HttpStatusCode Status, Uri? To, string Page, string? Cookie)> PressAsync()
    {
        var begun = await OpenAsync(Site.Press());
        var (to, status) = await Site.ApproveAsync(begun.To!);
        Assert.Equal(200, status);
        return await OpenAsync(to!.PathAndQuery, begun.Cookie);
    }

    public async Task<Store> ConnectAsync()
    {
        await PressAsync();
        return (await Stores.ListAsync(default))[^1].Store;
    }

    public async Task<Store?> FindAsync(string storeId) => (await Stores.FindAsync(storeId, default))?.Store;

    /// <summary>What is queued of imports is done; other imports than those of the connection stay undone.</summary>
    public async Task WorkAsync()
    {
        var queue = await Service.Get<IQueues>().OpenAsync(Queues.Imports, default);
        while (await queue.ReceiveAsync(10, TimeSpan.FromMinutes(1), default) is { Count: > 0 } due)
        {
            foreach (var message in due)
            {
                var read = Queues.Read<ImportMessage>(message.Body);
                foreach (var handler in Service.Get<IEnumerable<IImportHandler>>()
                    .Where(h => h is WooCheck or WooFarewell && h.Import == read.Import))
                {
                    await handler.HandleAsync(read, default);
                }

                await queue.DeleteAsync(message, default);
            }
        }
    }

    /// <summary>Looks at the site again.</summary>
    public async Task<JsonElement> LookAsync(string storeId)
    {
        using var answer = await Service.Operator.PostAsync($"/api/stores/{storeId}/woocommerce/check", null);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await WorkAsync();
        return await Service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{storeId}/woocommerce/check");
    }

    public async Task<string[]> ToDoAsync(string storeId) =>
        [.. (await Service.Operator.GetFromJsonAsync<JsonElement>($"/api/stores/{storeId}/notices")).GetProperty("toDo")
            .EnumerateArray().Select(t => t.GetProperty("code").GetString()!)];

    /// <summary>As the companion signs it.</summary>
    public static string HandOver(string secret, string storeId, DateTimeOffset now, int seconds = 60, string? nonce = null)
    {
        var claims = JsonSerializer.SerializeToUtf8Bytes(new
        {
            storeId, userId = "7", iat = now.ToUnixTimeSeconds(), exp = now.ToUnixTimeSeconds() + seconds,
            nonce = nonce ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        });
        var first = System.Buffers.Text.Base64Url.EncodeToString(claims);
        return $"{first}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), Encoding.ASCII.GetBytes(first)))}";
    }

    /// <summary>The first cookie that an answer gives, as it is sent back.</summary>
    public static string? CookieOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var given) ? given.First().Split(';')[0] : null;
}
