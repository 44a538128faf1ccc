using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>One service for all tests of a class, on a clock that runs two hours in a second.</summary>
public class RunningService : IAsyncLifetime
{
    public const double Speed = 7200;

    private readonly TemporaryFolder folder = new();
    private readonly double speed;

    public RunningService() : this(Speed)
    {
    }

    protected RunningService(double speed) => this.speed = speed;

    internal ServiceProcess Process { get; private set; } = null!;

    internal Client Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Process = await ServiceProcess.StartAsync(folder.Path, speed);
        Client = new(Process.Address, speed);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>One service for all tests of a class, on the clock of the machine.</summary>
public sealed class UnhurriedService() : RunningService(1);
