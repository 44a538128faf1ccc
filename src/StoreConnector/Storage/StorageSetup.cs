using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using StoreConnector.Storage.Azure;
using StoreConnector.Storage.Keys;
using StoreConnector.Storage.Sqlite;

namespace StoreConnector.Storage;

/// <summary>What is built on the two seams, and the keys that protect secrets at rest.</summary>
internal static class StorageSetup
{
    /// <summary>The embedded engine, closed when the service ends.</summary>
    public static IServiceCollection AddSqlite(this IServiceCollection services, string path) => services
        .AddSingleton(all => SqliteEngine.Open(
            path, all.GetRequiredService<TimeProvider>(), logger: all.GetRequiredService<ILogger<SqliteEngine>>()))
        .AddSingleton(new EngineName("sqlite"))
        .AddSingleton<ITables>(all => all.GetRequiredService<SqliteEngine>())
        .AddSingleton<IQueues>(all => all.GetRequiredService<SqliteEngine>());

    /// <summary>Azure's tables and queues.</summary>
    /// <param name="real">The span of the machine's clock for one of the service's.</param>
    public static IServiceCollection AddAzure(this IServiceCollection services,
        AzureAccount account, string prefix, Func<TimeSpan, TimeSpan> real) => services
        .AddSingleton(all => new AzureEngine(account, prefix, all.GetRequiredService<TimeProvider>(), real))
        .AddSingleton(new EngineName("azure"))
        .AddSingleton<ITables>(all => all.GetRequiredService<AzureEngine>())
        .AddSingleton<IQueues>(all => all.GetRequiredService<AzureEngine>());

    /// <summary>Who is a store of ours, and the keys that its secrets are protected by.</summary>
    /// <param name="path">Where an older version kept the keys as files; null when there is no folder.</param>
    /// <param name="secrets">What the keys are encrypted under, the newest first; none leaves them plain.</param>
    public static IServiceCollection AddStores(
        this IServiceCollection services, string? path, IReadOnlyList<string> secrets)
    {
        services.AddDataProtection().SetApplicationName("StoreConnector");
        services.AddSingleton(new KeySecrets(secrets)).AddSingleton<XmlKeyManager>()
            .AddSingleton<IKeyManager>(
                all => new SharedKeys(all.GetRequiredService<XmlKeyManager>(), TimeProvider.System));
        services.AddOptions<KeyManagementOptions>().Configure<ITables, KeySecrets>((o, tables, under) =>
        {
            o.XmlRepository = new KeyTable(tables, path);
            o.XmlEncryptor = secrets.Count > 0 ? new KeyEncryptor(under) : null;
        });
        return services.AddSingleton<StoreRegistry>().AddSingleton<Receipts>().AddSingleton<PlatformTokens>()
            .AddSingleton<PassingRows>().AddSingleton<WooKeys>().AddSingleton<WooSecrets>().AddSingleton<SignIns>();
    }
}

/// <summary>What keeps everything, in a word for the operator.</summary>
/// <param name="Text"><c>sqlite</c> or <c>azure</c>.</param>
internal sealed record EngineName(string Text);
