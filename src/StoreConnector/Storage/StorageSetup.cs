using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Storage.Sqlite;

namespace StoreConnector.Storage;

/// <summary>What is built on the two seams, and the keys that protect secrets at rest.</summary>
internal static class StorageSetup
{
    /// <summary>The embedded engine, closed when the service ends.</summary>
    public static IServiceCollection AddSqlite(this IServiceCollection services, string path) => services
        .AddSingleton(all => SqliteEngine.Open(
            path, all.GetRequiredService<TimeProvider>(), logger: all.GetRequiredService<ILogger<SqliteEngine>>()))
        .AddSingleton<ITables>(all => all.GetRequiredService<SqliteEngine>())
        .AddSingleton<IQueues>(all => all.GetRequiredService<SqliteEngine>());

    /// <summary>Who is a store of ours.</summary>
    public static IServiceCollection AddStores(this IServiceCollection services, string path)
    {
        var keys = new DirectoryInfo(Path.Combine(path, "keys"));
        if (OperatingSystem.IsWindows()) { keys.Create(); }
        else
        {
            const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(keys.FullName, Mine);
            File.SetUnixFileMode(keys.FullName, Mine); // Also when it was there before.
        }

        services.AddDataProtection().SetApplicationName("StoreConnector").PersistKeysToFileSystem(keys);
        return services.AddSingleton<StoreRegistry>();
    }
}
