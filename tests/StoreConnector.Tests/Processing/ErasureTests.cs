using System.Text;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Processing;

/// <summary>What is left of somebody who was to be forgotten.</summary>
public sealed class ErasureTests
{
    private const string Mail = "mariam@example.com";

    private readonly World world = new();

    [Fact]
    public async Task An_event_that_was_told_again_later_as_an_import_does_leaves_nothing_in_the_log()
    {
        var checkout = Story.Checkout("k", 1, "t1", Mail);
        await world.ApplyAsync(checkout);
        await world.ApplyAsync(checkout with { ReceivedAt = checkout.ReceivedAt.AddDays(3) });
        Assert.NotEmpty(Log);

        await world.ApplyAsync(Story.Erase("e", 200, Mail));

        Assert.Empty(Log);
    }

    private IEnumerable<string> Log => world.Engine.TableNames.SelectMany(world.Engine.Rows)
        .Where(r => r.Partition.StartsWith("log-", StringComparison.Ordinal)).Select(r => Encoding.UTF8.GetString(r.Value.Span))
        .Where(text => text.Contains(Mail, StringComparison.Ordinal));
}
