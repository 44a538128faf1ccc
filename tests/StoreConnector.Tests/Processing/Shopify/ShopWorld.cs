using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Processing.Shopify;

/// <summary>A world whose shop is asked and told things.</summary>
internal sealed class ShopWorld
{
    public World World { get; } = new();

    public ScriptedShop Shop { get; } = new();

    public IQueue Imports { get; }

    public ShopWorld() => Imports = ((IQueues)World.Engine).OpenAsync(Queues.Imports, default).AsTask().GetAwaiter().GetResult();

    public StoreContext Store => new(World.Store, World.Customers);

    /// <summary>Hands every message of the queue that is visible, or comes to be within that time, to the handler.</summary>
    public async Task RunAsync(IImportHandler handler, TimeSpan? within = null)
    {
        var until = World.Clock.Now + (within ?? TimeSpan.Zero);
        for (var round = 0; round < 200; round++)
        {
            var messages = await Imports.ReceiveAsync(32, TimeSpan.FromMinutes(1), default);
            foreach (var message in messages)
            {
                var read = Queues.Read<ImportMessage>(message.Body);
                if (read.Import == handler.Import) { await handler.HandleAsync(read, default); }

                await Imports.DeleteAsync(message, default);
            }

            if (messages.Count > 0) { continue; }

            if (World.Engine.Messages(Queues.Imports).Select(m => m.VisibleAt).Min() is not { } next || next > until) { return; }

            World.Clock.Now = next;
        }

        Assert.Fail("The queue does not come to rest.");
    }
}
