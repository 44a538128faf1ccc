using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Hosting;

/// <summary>
/// The real service on a real socket, its storage the fake engine, its pumps at rest: what is queued stays to be looked at.
/// </summary>
internal sealed class TestService : IDisposable
{
    public const string OperatorKey = "test-operator-key-not-real";
    public const string ShopifySecret = "test-secret-not-real";
    public const string Shop = "test-shop-not-real.myshopify.com";

    private readonly TemporaryFolder folder = new();
    private readonly IReadOnlyList<(string Key, string Value)> settings;
    private readonly Factory factory;

    private readonly Action<IServiceCollection> more;

    /// <param name="settings">What an operator would set besides.</param>
    public TestService(params IReadOnlyList<(string Key, string Value)> settings) : this(_ => { }, settings)
    {
    }

    /// <param name="more">What the service is made of besides.</param>
    /// <param name="settings">What an operator would set besides.</param>
    public TestService(Action<IServiceCollection> more, params IReadOnlyList<(string Key, string Value)> settings)
        : this(more, TimeProvider.System, settings)
    {
    }

    /// <param name="clock">What the storage believes it is, and the service too when it is not the machine's.</param>
    public TestService(Action<IServiceCollection> more, TimeProvider clock, IReadOnlyList<(string Key, string Value)> settings)
    {
        (Engine, this.settings) = (new(clock), settings);
        this.more = services =>
        {
            if (clock != TimeProvider.System) { services.Replace(ServiceDescriptor.Singleton(clock)); }

            more(services);
        };
        factory = new(this);
        factory.UseKestrel();
        factory.StartServer();
        Anonymous = factory.CreateClient();
        Operator = factory.CreateClient();
        Operator.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", OperatorKey);
    }

    public FakeEngine Engine { get; }

    /// <summary>Without a key.</summary>
    public HttpClient Anonymous { get; }

    /// <summary>With the operator's key.</summary>
    public HttpClient Operator { get; }

    public T Get<T>() where T : notnull => factory.Services.GetRequiredService<T>();

    public async Task<(string StoreId, JsonElement Hooks)> ConnectAsync(
        string platform, string domain, string timeZone = "America/New_York")
    {
        var answer = await Operator.PostAsJsonAsync("/api/operator/stores", new
        {
            platform, domain, name = "Test", currency = "USD", timeZone, country = "US", locale = "en",
        });
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (made.GetProperty("storeId").GetString()!, made.GetProperty("hooks"));
    }

    /// <summary>A delivery as Shopify makes it, signed unless <paramref name="signature"/> says otherwise.</summary>
    public static HttpRequestMessage Shopify(string topic, byte[] body, string? signature = null, string shop = Shop, bool chunked = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/shopify") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = chunked;
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Shopify-Topic", topic);
        request.Headers.Add("X-Shopify-Shop-Domain", shop);
        request.Headers.Add("X-Shopify-API-Version", "2026-10");
        request.Headers.Add("X-Shopify-Webhook-Id", "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043");
        request.Headers.Add("X-Shopify-Hmac-Sha256", signature ?? Sign(ShopifySecret, body));
        return request;
    }

    /// <summary>A delivery as WooCommerce makes it.</summary>
    public static HttpRequestMessage WooCommerce(JsonElement hook, byte[] body, string? signature = null, string? topic = null)
    {
        var path = hook.GetProperty("path").GetString();
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-WC-Webhook-Topic", topic ?? hook.GetProperty("topic").GetString());
        request.Headers.Add("X-WC-Webhook-Signature", signature ?? Sign(hook.GetProperty("secret").GetString()!, body));
        return request;
    }

    public static string Sign(string secret, byte[] body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    public void Dispose()
    {
        Anonymous.Dispose();
        Operator.Dispose();
        factory.Dispose();
        folder.Dispose();
    }

    private sealed class Factory(TestService test) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("urls", "http://127.0.0.1:0");
            builder.UseSetting("Storage:Path", test.folder.Path);
            builder.UseSetting("Operator:Key", OperatorKey);
            builder.UseSetting("Shopify:ClientSecret", ShopifySecret);
            builder.UseSetting("Logging:Console:LogLevel:Default", "None");
            builder.UseSetting("PublicUrl", "https://connect.example.com");
            foreach (var (key, value) in test.settings) { builder.UseSetting(key, value); }

            builder.ConfigureServices(services =>
            {
                services.Replace(ServiceDescriptor.Singleton<ITables>(test.Engine));
                services.Replace(ServiceDescriptor.Singleton<IQueues>(test.Engine));
                foreach (var pump in services.Where(IsPump).ToList()) { services.Remove(pump); }

                test.more(services);
            });
        }

        private static bool IsPump(ServiceDescriptor service) => service.ServiceType == typeof(IHostedService)
            && (service.ImplementationFactory is not null || service.ImplementationType?.Name == "SweepTimer")
            && service.ImplementationFactory?.Method.Module.Name is null or "StoreConnector.dll";
    }
}
