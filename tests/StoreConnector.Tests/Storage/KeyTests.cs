using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using StoreConnector.Storage;
using StoreConnector.Storage.Keys;
using StoreConnector.Tests.Acceptance;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Storage;

/// <summary>The keys of secrets at rest: shared by all copies of the service, and kept where the engine keeps everything.</summary>
public sealed class KeyTests : IDisposable
{
    private const string First = "the-first-of-the-secrets", Second = "the-second-of-the-secrets";

    private readonly FakeEngine engine = new(new ManualClock());
    private readonly LifeClock life = new();
    private readonly List<ServiceProvider> services = [];

    public void Dispose() => services.ForEach(s => s.Dispose());

    [Fact]
    public void Two_services_over_one_engine_open_each_others_secrets()
    {
        var (one, other) = (Begin(), Begin());

        Assert.Equal("from one", Open(other, Close(one, "from one")));
        Assert.Equal("from the other", Open(one, Close(other, "from the other")));
        Assert.Single(engine.Rows("keys"));
    }

    [Fact]
    public async Task A_key_that_another_makes_later_is_found_when_what_was_read_has_had_its_life()
    {
        var (one, other) = (Begin(), Begin());
        var before = KeyOf(Close(one, "x"));
        var now = DateTimeOffset.UtcNow;
        var made = other.GetRequiredService<IKeyManager>().CreateNewKey(now, now.AddDays(90)).KeyId;
        other.GetRequiredService<IKeyManager>().RevokeKey(before, "Else it would stay in use.");

        Assert.Equal(made, KeyOf(Close(other, "x"))); // Its maker uses it at once.
        Assert.Equal(before, KeyOf(Close(one, "x"))); // The other has not looked again.
        life.Advance(SharedKeys.Life - TimeSpan.FromSeconds(1));
        Assert.Equal(before, KeyOf(Close(one, "x")));
        life.Advance(TimeSpan.FromSeconds(1));
        await Client.UntilAsync(() => Task.FromResult(KeyOf(Close(one, "x"))), key => key == made); // Looked up behind the scenes.
        Assert.Equal("later", Open(one, Close(other, "later")));
    }

    [Fact]
    public async Task A_key_that_another_takes_back_opens_nothing_once_what_was_read_has_had_its_life()
    {
        var (one, other) = (Begin(), Begin());
        var closed = Close(one, "x");
        other.GetRequiredService<IKeyManager>().RevokeKey(KeyOf(closed), "It leaked.");

        Assert.Equal("x", Open(one, closed));
        life.Advance(SharedKeys.Life);
        await Client.UntilAsync(() => Task.FromResult(Record.Exception(() => Open(one, closed))), e => e is CryptographicException);
    }

    [Fact]
    public void Looking_again_leaves_nothing_behind()
    {
        var keys = Begin().GetRequiredService<IKeyManager>();
        var looks = Looks(keys, 50);
        life.Advance(SharedKeys.Life);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.All(looks, look => Assert.False(look.IsAlive));

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference[] Looks(IKeyManager keys, int count) => [.. Enumerable.Range(0, count).Select(_ =>
        {
            var mark = new object();
            keys.GetCacheExpirationToken().Register(m => GC.KeepAlive(m), mark);
            return new WeakReference(mark);
        })];
    }

    [Fact]
    public void Without_a_secret_keys_are_as_they_were()
    {
        Close(Begin(), "x");
        Assert.Contains("<masterKey", Rows(), StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_secret_no_key_can_be_read_from_its_row()
    {
        var closed = Close(Begin(First), "x");

        Assert.DoesNotContain("<masterKey", Rows(), StringComparison.Ordinal);
        Assert.DoesNotContain("<value>", Rows(), StringComparison.Ordinal);
        Assert.DoesNotContain(First, Rows(), StringComparison.Ordinal);
        Assert.Contains("<sealed", Rows(), StringComparison.Ordinal);
        Assert.Equal("x", Open(Begin(First), closed));
    }

    [Fact]
    public void A_secret_beside_the_new_one_still_opens_what_it_closed()
    {
        var closed = Close(Begin(First), "x");
        var both = Begin(Second, First);

        Assert.Equal("x", Open(both, closed));
        var now = DateTimeOffset.UtcNow;
        var made = both.GetRequiredService<IKeyManager>().CreateNewKey(now, now.AddDays(90)).KeyId;
        var later = Close(Begin(Second), "y"); // The new key is under the new secret alone.
        Assert.Equal((made, "y"), (KeyOf(later), Open(Begin(Second, First), later)));
        Assert.Throws<CryptographicException>(() => Open(Begin(Second), closed));
    }

    [Fact]
    public void A_plain_key_of_before_still_opens_what_it_closed()
    {
        var closed = Close(Begin(), "x");
        Assert.Equal("x", Open(Begin(First), closed));
    }

    [Theory]
    [InlineData(Second)]
    [InlineData(null)]
    public void A_wrong_secret_is_told_plainly_to_who_asks_and_in_the_log(string? wrong)
    {
        var closed = Close(Begin(First), "x");
        var log = new LogLines();

        var e = Assert.Throws<CryptographicException>(() => Open(Make(log, wrong is null ? [] : [wrong]), closed));

        Assert.Contains("under another secret", e.Message, StringComparison.Ordinal);
        Assert.Contains(log.All, line => line.StartsWith("Error: A key in table 'keys'", StringComparison.Ordinal));
        Assert.All(log.All, line => Assert.DoesNotContain("of-the-secrets", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_from_an_older_versions_folder_are_still_read()
    {
        using var folder = new TemporaryFolder();
        var old = new ServiceCollection();
        old.AddDataProtection().SetApplicationName("StoreConnector").PersistKeysToFileSystem(new(folder.File("keys")));
        using var before = old.BuildServiceProvider();
        var closed = Close(before, "x");

        Assert.Equal("x", Open(In(folder.Path), closed));
        Assert.ThrowsAny<CryptographicException>(() => Open(Begin(), closed));
        Assert.Equal("x", Open(In(folder.Path, First), closed));
    }

    [Fact]
    public void Storage_that_fails_is_a_failure_each_time_and_none_is_remembered()
    {
        var service = Begin();
        engine.Before = _ => throw new StorageUnavailableException("It rests.");
        Assert.ThrowsAny<Exception>(() => Close(service, "x"));
        engine.Before = null;
        Assert.Equal("x", Open(Begin(), Close(service, "x")));
    }

    private ServiceProvider Begin(params string[] secrets) => Make(null, secrets);

    private ServiceProvider In(string path, params string[] secrets) => Make(null, secrets, path);

    private ServiceProvider Make(LogLines? log, string[] secrets, string? path = null)
    {
        var all = new ServiceCollection().AddSingleton<ITables>(engine);
        all.AddLogging(l => { if (log is not null) { l.AddProvider(log); } });
        all.AddStores(path, secrets);
        all.Replace(ServiceDescriptor.Singleton<IKeyManager>(s => new SharedKeys(s.GetRequiredService<XmlKeyManager>(), life)));
        services.Add(all.BuildServiceProvider());
        return services[^1];
    }

    private static byte[] Close(ServiceProvider service, string text) => Protector(service).Protect(Encoding.UTF8.GetBytes(text));

    private static string Open(ServiceProvider service, byte[] closed) => Encoding.UTF8.GetString(Protector(service).Unprotect(closed));

    private static IDataProtector Protector(ServiceProvider service) =>
        service.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    /// <summary>Behind four bytes that say what it is.</summary>
    private static Guid KeyOf(byte[] closed) => new(closed.AsSpan(4, 16));

    private string Rows() => string.Concat(engine.Rows("keys").Select(r => Encoding.UTF8.GetString(r.Value.Span)));

    /// <summary>A machine's clock whose timers a test lets ring.</summary>
    private sealed class LifeClock : TimeProvider
    {
        private readonly List<Ring> rings = [];
        private TimeSpan now;

        public void Advance(TimeSpan by)
        {
            now += by;
            List<Ring> due;
            lock (rings)
            {
                due = [.. rings.Where(r => r.At <= now)];
                rings.RemoveAll(due.Contains);
            }

            due.ForEach(r => r.Call());
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var ring = new Ring(now + dueTime, () => callback(state), this);
            lock (rings) { rings.Add(ring); }

            return ring;
        }

        private sealed class Ring(TimeSpan at, Action call, LifeClock clock) : ITimer
        {
            public TimeSpan At => at;

            public void Call() => call();

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
                lock (clock.rings) { clock.rings.Remove(this); }
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}
