namespace StoreConnector.Tests.Golden;

/// <summary>
/// Compares text with the file of that name beside this one. <c>GOLDEN=write</c> in the environment writes the files anew:
/// then read the difference before it is committed.
/// </summary>
internal static class GoldenFile
{
    public static void Check(string name, string actual)
    {
        var path = Path.Combine(Folder(), name);
        var normal = actual.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("GOLDEN") == "write")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, normal);
            return;
        }

        Assert.True(File.Exists(path), $"There is no golden file {name}. Run the test once with GOLDEN=write and read what it wrote.");
        Assert.Equal(File.ReadAllText(path), normal);
    }

    private static string Folder() => Path.Combine(Repo.Root, "tests", "StoreConnector.Tests", "Golden");
}

/// <summary>Finds the repository's own files from a test.</summary>
internal static class Repo
{
    /// <summary>The folder of StoreConnector.sln.</summary>
    public static string Root { get; } = Find();

    public static string Fixture(params string[] parts) =>
        Path.Combine([Root, "tests", "StoreConnector.Tests", "Fixtures", .. parts]);

    private static string Find() // From where the tests run: a path from compile time is mapped away in CI.
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "StoreConnector.sln"))) { folder = folder.Parent; }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No StoreConnector.sln above {AppContext.BaseDirectory}.");
    }
}
