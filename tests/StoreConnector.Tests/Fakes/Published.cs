using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;
using StoreConnector.Tests.Repository;

[assembly: AssemblyFixture(typeof(Published))]

namespace StoreConnector.Tests.Fakes;

/// <summary>What ships to Azure Functions, published once for all tests by the script that ships it.</summary>
public sealed class Published : IAsyncDisposable
{
    /// <summary>The prefix it was published with.</summary>
    public const string Prefix = "shop7";

    private readonly TemporaryFolder folder = new();
    private readonly Lazy<Task<string>> published;

    public Published() => published = new(async () =>
    {
        await Commands.SucceedAsync(Repo.Root, Path.Combine(Repo.Root, "infra", "scripts", "publish"),
            "--prefix", Prefix, "--output", folder.Path);
        return folder.Path;
    });

    /// <summary>Where <c>functions</c> and <c>functions.zip</c> are; publishes them when nobody has yet.</summary>
    public Task<string> FolderAsync() => published.Value;

    /// <summary>The same with another prefix, in a folder of its own: as a publish with that prefix would be.</summary>
    internal async Task<string> WithPrefixAsync(string prefix)
    {
        var (from, to) = (Path.Combine(await FolderAsync(), "functions"), folder.File(prefix));
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.CreateSymbolicLink(Path.Combine(to, Path.GetFileName(file)), file);
        }

        foreach (var function in Directory.EnumerateDirectories(from).Where(d => File.Exists(Path.Combine(d, "function.json"))))
        {
            var copy = Directory.CreateDirectory(Path.Combine(to, Path.GetFileName(function))).FullName;
            var text = await File.ReadAllTextAsync(Path.Combine(function, "function.json"));
            await File.WriteAllTextAsync(Path.Combine(copy, "function.json"),
                text.Replace($"\"{Prefix}-", $"\"{prefix}-", StringComparison.Ordinal));
        }

        return to;
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return default;
    }
}
