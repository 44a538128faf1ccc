using System.Diagnostics;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Messages;

public sealed class TemplateBuildTests
{
    private static readonly string Templates =
        Path.Combine(Repo.Root, "src", "StoreConnector", "Channels", "Email", "Templates");

    [Fact]
    [Trait("Needs", "node")]
    public async Task The_compiled_templates_equal_a_fresh_build()
    {
        Assert.True(Directory.Exists(Path.Combine(Repo.Root, "tests", "tools", "node_modules")),
            "The template tools are not installed. Run: npm ci --prefix tests/tools");
        var fresh = Directory.CreateTempSubdirectory("templates-").FullName;
        try
        {
            await BuildAsync(fresh);
            var compiled = Path.Combine(Templates, "compiled");
            Assert.Equal(Names(compiled), Names(fresh));
            foreach (var name in Names(fresh))
            {
                var expected = await File.ReadAllTextAsync(Path.Combine(fresh, name));
                Assert.Equal(expected, await File.ReadAllTextAsync(Path.Combine(compiled, name)));
            }
        }
        finally
        {
            Directory.Delete(fresh, recursive: true);
        }
    }

    private static async Task BuildAsync(string folder)
    {
        string[] arguments = [Path.Combine(Templates, "build.mjs"), "--to", folder];
        var start = new ProcessStartInfo("node", arguments) { RedirectStandardError = true };
        using var node = Process.Start(start)!;
        var error = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, error);
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Order();
}
