using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>One service for all tests of a class, on a clock that runs two hours in a second.</summary>
public sealed class RunningService : IAsyncLifetime
{
    public const double Speed = 7200;

    private readonly TemporaryFolder folder = new();

    internal ServiceProcess Process { get; private set; } = null!;

    internal Client Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Process = await ServiceProcess.StartAsync(folder.Path, Speed);
        Client = new(Process.Address, Speed);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
        folder.Dispose();
    }
}
