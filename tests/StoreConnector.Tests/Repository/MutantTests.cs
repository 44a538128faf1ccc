using System.Diagnostics;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Repository;

/// <summary>The list of breaks is run by hand; that each still finds its place in the code is checked always.</summary>
[Trait("Needs", "node")]
public sealed class MutantTests
{
    [Fact]
    public void Each_break_still_finds_its_place_in_the_code()
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["tests/tools/mutants.mjs", "--check"])
        {
            WorkingDirectory = Repo.Root,
            RedirectStandardOutput = true,
        })!;
        var output = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        Assert.True(node.ExitCode == 0, output);
    }
}
