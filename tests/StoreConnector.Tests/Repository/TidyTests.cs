using System.Text.RegularExpressions;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Repository;

/// <summary>What a reader of the repository would trip over.</summary>
public sealed partial class TidyTests
{
    private const int MaxLine = 120;

    private static readonly string[] Sources = [.. new[] { "src", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repo.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(path => !Built().IsMatch(path))];

    [Fact]
    public void Nothing_is_left_to_do_in_a_comment() => AssertNone(Sources, LeftToDo());

    [Fact]
    public void Nobody_sleeps_on_a_thread() => AssertNone(Sources.Where(IsProduct), Blocking());

    [Fact]
    public void No_path_of_somebodys_machine_is_written_down() => AssertNone(Sources, MachinePath());

    [Fact]
    public void Lines_of_the_product_end_by_their_limit()
    {
        var wrong =
            from path in Sources.Where(path => IsProduct(path))
            from line in File.ReadLines(path).Index()
            where line.Item.Length > MaxLine && !line.Item.Contains("GeneratedRegex", StringComparison.Ordinal)
                && !line.Item.TrimStart().StartsWith("@\"", StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Repo.Root, path)}:{line.Index + 1}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Types_of_the_shell_are_its_own_affair() => AssertNone(
        Sources.Where(path => IsProduct(path) && !path.Contains("StoreConnector.Core", StringComparison.Ordinal)), PublicType());

    [Fact]
    public void A_log_event_has_a_number_of_its_own()
    {
        var numbers = Sources.Where(IsProduct)
            .SelectMany(path => EventNumber().Matches(File.ReadAllText(path)).Select(m => m.Groups[1].Value)).ToList();

        Assert.Equal(numbers.Distinct(), numbers);
    }

    private static void AssertNone(IEnumerable<string> paths, Regex wrong) => Assert.Empty(
        from path in paths
        where Path.GetFileName(path) != "TidyTests.cs"
        from line in File.ReadLines(path).Index()
        where wrong.IsMatch(line.Item)
        select $"{Path.GetRelativePath(Repo.Root, path)}:{line.Index + 1}: {line.Item.Trim()}");

    private static bool IsProduct(string path) =>
        Path.GetRelativePath(Repo.Root, path).StartsWith("src", StringComparison.Ordinal);

    [GeneratedRegex(@"[/\\](bin|obj|node_modules)[/\\]")]
    private static partial Regex Built();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex LeftToDo();

    [GeneratedRegex(@"Thread\.Sleep")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"[""/ (](/home/|/Users/|/work/|/root/|C:\\)")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"^(public) .*\b(class|record|interface|enum|struct)\b")]
    private static partial Regex PublicType();

    [GeneratedRegex(@"LoggerMessage\((\d+)")]
    private static partial Regex EventNumber();
}
