using System.Globalization;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Acceptance;

/// <summary>One service for all tests of a class, on a clock that runs two hours in a second.</summary>
public class RunningService : IAsyncLifetime
{
    public const double Speed = 7200;

    private readonly double speed;

    public RunningService() : this(Speed)
    {
    }

    protected RunningService(double speed) => this.speed = speed;

    private protected TemporaryFolder Folder { get; } = new();

    internal ServiceProcess Process { get; private protected set; } = null!;

    internal Client Client { get; private set; } = null!;

    /// <summary>How the outside reaches it.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>All that its processes have said.</summary>
    public virtual string Log => Process.Log;

    public async ValueTask InitializeAsync()
    {
        Address = await StartAsync();
        Client = new(Address, speed);
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await StopAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected virtual async Task<Uri> StartAsync()
    {
        Process = await ServiceProcess.StartAsync(Folder.Path, speed);
        return Process.Address;
    }

    private protected virtual async Task StopAsync()
    {
        if (Process is not null) { await Process.DisposeAsync(); }
    }
}

/// <summary>One service for all tests of a class, on the clock of the machine.</summary>
public sealed class UnhurriedService() : RunningService(1);

/// <summary>Two copies of the service that share Azure Storage, behind a load balancer.</summary>
public sealed class TwoCopies : RunningService
{
    /// <summary>An hour passes in a second: Azure hides a message for whole seconds.</summary>
    public new const double Speed = 3600;

    private readonly Azurite azurite;
    private readonly double speed;

    private readonly string prefix = Azurite.NewPrefix();
    private readonly string since = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
    private FrontDoor front = null!;
    private int asked;

    public TwoCopies(Azurite azurite) : this(azurite, Speed)
    {
    }

    internal TwoCopies(Azurite azurite, double speed) : base(speed) => (this.azurite, this.speed) = (azurite, speed);

    internal ServiceProcess?[] Copies { get; } = new ServiceProcess?[2];

    public override string Log => string.Concat(Copies.Select(c => c?.Log));

    /// <summary>Kills one of them, and starts it anew.</summary>
    public async Task KillAsync(int copy)
    {
        var killed = Copies[copy]!;
        Copies[copy] = null;
        await killed.DisposeAsync();
        Copies[copy] = await BeginAsync(copy);
    }

    private protected override async Task<Uri> StartAsync()
    {
        front = await FrontDoor.OpenAsync(Next);
        for (var copy = 0; copy < Copies.Length; copy++) { Copies[copy] = await BeginAsync(copy); }

        return front.Address;
    }

    private protected override async Task StopAsync()
    {
        foreach (var copy in Copies.OfType<ServiceProcess>()) { await copy.DisposeAsync(); }

        await front.DisposeAsync();
    }

    private async Task<ServiceProcess> BeginAsync(int copy) => await ServiceProcess.StartAsync(
        Directory.CreateDirectory(Path.Combine(Folder.Path, $"copy-{copy}")).FullName, speed,
        "--Storage:Engine=Azure", $"--Storage:ConnectionString={await azurite.ConnectionStringAsync()}",
        $"--Storage:Prefix={prefix}", $"--PublicUrl={front.Address}", $"--Clock:Since={since}");

    private Uri? Next()
    {
        var living = Copies.OfType<ServiceProcess>().ToList();
        return living.Count == 0 ? null : living[Interlocked.Increment(ref asked) % living.Count].Address;
    }
}

/// <summary>The published executable as the custom handler of a Functions host, on Azure Storage.</summary>
public sealed class UnderFunctions : RunningService
{
    /// <summary>As <see cref="TwoCopies"/>.</summary>
    public new const double Speed = 3600;

    private readonly Azurite azurite;
    private readonly Published published;
    private readonly double speed;

    public UnderFunctions(Azurite azurite, Published published) : this(azurite, published, Speed)
    {
    }

    internal UnderFunctions(Azurite azurite, Published published, double speed)
        : base(speed) => (this.azurite, this.published, this.speed) = (azurite, published, speed);

    internal FunctionsHost Host { get; private set; } = null!;

    /// <summary>App settings besides, <c>name=value</c>.</summary>
    internal IReadOnlyList<string> Settings { get; init; } = [];

    public override string Log => Host.Log;

    private protected override async Task<Uri> StartAsync()
    {
        var prefix = Azurite.NewPrefix();
        var settings = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = await azurite.ConnectionStringAsync(),
            ["Storage__Prefix"] = prefix,
            ["Operator__Key"] = ServiceProcess.OperatorKey,
            ["Shopify__ClientSecret"] = ServiceProcess.ShopifySecret,
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Clock__Speed"] = speed.ToString(CultureInfo.InvariantCulture),
            ["Clock__Since"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        };
        foreach (var setting in Settings.Select(s => s.TrimStart('-').Split('=', 2))) { settings[setting[0]] = setting[1]; }

        Host = await FunctionsHost.StartAsync(await published.WithPrefixAsync(prefix), settings, speed);
        return Host.Address;
    }

    private protected override async Task StopAsync()
    {
        if (Host is null) { return; }

        await Host.DisposeAsync();
        Assert.Empty(Host.Hangs);
    }
}
