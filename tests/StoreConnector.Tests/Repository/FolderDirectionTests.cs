using System.Text.RegularExpressions;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Repository;

/// <summary>
/// Who may use whom: the core knows nothing of the shell; platforms, channels and storage use the core and never one
/// another; nothing refers to Hosting but Program.cs. Files are read as text: a <c>using</c> and a spelled-out name both count.
/// </summary>
public sealed partial class FolderDirectionTests
{
    private static readonly string[] Edges = ["Platforms", "Channels", "Storage"];

    [Fact]
    public void The_core_knows_nothing_of_the_shell()
    {
        var names = Sources("StoreConnector.Core").SelectMany(f => Names(f.Text).Select(n => $"{f.Path}: {n}"));

        Assert.DoesNotContain(names, n => !n.Split(": ")[1].StartsWith("StoreConnector.Core", StringComparison.Ordinal));
        Assert.DoesNotContain("PackageReference Include=\"Microsoft.AspNetCore", CoreProject(), StringComparison.Ordinal);
        Assert.DoesNotContain("ProjectReference", CoreProject(), StringComparison.Ordinal);
    }

    [Fact]
    public void Platforms_channels_and_storage_use_the_core_and_themselves_only()
    {
        var wrong =
            from file in Sources("StoreConnector")
            let home = file.Path.Split('/')[0]
            where Edges.Contains(home)
            from name in Names(file.Text)
            let part = name.Split('.')[1]
            where part != "Core" && part != home
            select $"{file.Path}: {name}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Nothing_refers_to_Hosting_but_the_program()
    {
        var wrong =
            from file in Sources("StoreConnector")
            where file.Path != "Program.cs" && !file.Path.StartsWith("Hosting/", StringComparison.Ordinal)
            from name in Names(file.Text)
            where name.StartsWith("StoreConnector.Hosting", StringComparison.Ordinal)
            select $"{file.Path}: {name}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Telemetry_knows_no_other_part_and_nothing_but_it_knows_OpenTelemetry()
    {
        var told = Sources("StoreConnector").Where(f => f.Path.StartsWith("Telemetry/", StringComparison.Ordinal)).ToList();
        var others = Sources("StoreConnector").Except(told).Where(f => f.Text.Contains("using OpenTelemetry", StringComparison.Ordinal));

        Assert.NotEmpty(told);
        Assert.DoesNotContain(told.SelectMany(f => Names(f.Text)), n => !n.StartsWith("StoreConnector.Telemetry", StringComparison.Ordinal));
        Assert.Empty(others.Select(f => f.Path));
    }

    [Fact]
    public void The_demonstration_knows_the_service_by_HTTP_alone()
    {
        var project = File.ReadAllText(Path.Combine(Repo.Root, "src", "StoreConnector.Demo", "StoreConnector.Demo.csproj"));
        var names = Sources("StoreConnector.Demo").SelectMany(f => Names(f.Text).Select(n => $"{f.Path}: {n}"));

        Assert.DoesNotContain(names, n => !n.Split(": ")[1].StartsWith("StoreConnector.Demo", StringComparison.Ordinal));
        Assert.DoesNotContain("Reference Include", project, StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        foreach (var project in new[] { "StoreConnector", "StoreConnector.Core" })
        {
            var wrong = Sources(project).Where(f => f.Path != "Program.cs" && Declared().Match(f.Text).Groups[1].Value
                != string.Join('.', [project, .. f.Path.Split('/')[..^1]]));

            Assert.Empty(wrong.Select(f => f.Path));
        }
    }

    internal static IEnumerable<(string Path, string Text)> Sources(string project)
    {
        var root = Path.Combine(Repo.Root, "src", project);
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(root, path).Replace('\\', '/'), Full: path))
            .Where(f => !f.Path.StartsWith("bin/", StringComparison.Ordinal) && !f.Path.StartsWith("obj/", StringComparison.Ordinal))
            .Select(f => (f.Path, File.ReadAllText(f.Full)));
    }

    private static string CoreProject() =>
        File.ReadAllText(Path.Combine(Repo.Root, "src", "StoreConnector.Core", "StoreConnector.Core.csproj"));

    /// <summary>Every name that begins with ours, but for the file's own namespace and what stands in text.</summary>
    private static IEnumerable<string> Names(string text) =>
        Name().Matches(NotCode().Replace(text, "")).Select(m => m.Value).Distinct();

    [GeneratedRegex(@"\bStoreConnector\.[A-Z]\w*(\.[A-Z]\w*)*")]
    private static partial Regex Name();

    [GeneratedRegex(@"^namespace [\w.]+;|//.*$|""[^""\n]*""", RegexOptions.Multiline)]
    private static partial Regex NotCode();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
