using StoreConnector.Storage;
using StoreConnector.Storage.Azure;
using StoreConnector.Tests.Contracts;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Storage.Azure;

[Trait("Needs", "node")]
public sealed class AzureTableTests(Azurite azurite) : TableContract, IAsyncLifetime
{
    private AzureEngine engine = null!;

    private protected override ITables Tables => engine;

    public async ValueTask InitializeAsync() =>
        engine = new(await azurite.AccountAsync(), Azurite.NewPrefix(), new ManualClock());

    public ValueTask DisposeAsync() => default;
}

[Trait("Needs", "node")]
[Trait("Speed", "slow")]
public sealed class AzureQueueTests(Azurite azurite) : QueueContract, IAsyncLifetime
{
    private AzureEngine engine = null!;

    private protected override IQueues Queues => engine;

    private protected override TimeSpan Lease => TimeSpan.FromSeconds(2);

    private protected override TimeSpan Later => TimeSpan.FromSeconds(4);

    private protected override TimeSpan Grain => TimeSpan.FromSeconds(2); // Azure knows whole seconds.

    private protected override Task EndLeasesAsync() => Task.Delay(Lease + TimeSpan.FromMilliseconds(100));

    private protected override Task PassAsync(TimeSpan span)
    {
        Service.Advance(span);
        return Task.Delay(span + TimeSpan.FromMilliseconds(100));
    }

    public async ValueTask InitializeAsync() =>
        engine = new(await azurite.AccountAsync(), Azurite.NewPrefix(), Service);

    public ValueTask DisposeAsync() => default;
}
