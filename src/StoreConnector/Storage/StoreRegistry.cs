using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Core.Events;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Storage;

/// <summary>A store as it was read.</summary>
/// <param name="Store">What decisions and messages need to know.</param>
/// <param name="AliasKey">The store's own secret, 32 bytes: aliases and contacts are hashed under it.</param>
/// <param name="ETag">Names this version of the record.</param>
internal sealed record RegisteredStore(Store Store, ReadOnlyMemory<byte> AliasKey, string ETag)
{
    /// <summary>By channel, protected: what <see cref="StoreRegistry.AccountOf"/> opens.</summary>
    public IReadOnlyDictionary<Channel, byte[]> Accounts { get; init; } = new Dictionary<Channel, byte[]>();
}

/// <summary>A store's account at the vendor of one channel.</summary>
/// <param name="Credentials">By their names; never shown.</param>
/// <param name="CallbackToken">Unguessable, part of the path by which the vendor reports.</param>
internal sealed record StoredAccount(IReadOnlyDictionary<string, string> Credentials, string CallbackToken);

/// <summary>Where a vendor's reports belong.</summary>
/// <param name="StoreId">Whose they are.</param>
/// <param name="Channel">Which account's.</param>
internal sealed record CallbackPath(string StoreId, Channel Channel);

/// <summary>One delivery path of a WooCommerce store: a token and a secret for each topic, for headers are not
/// signed.</summary>
/// <param name="Token">Unguessable, part of the path.</param>
/// <param name="StoreId">Whose it is.</param>
/// <param name="Topic">The one topic that is delivered there.</param>
/// <param name="Secret">What deliveries are signed with, URL-safe ASCII.</param>
internal sealed record StoreHook(string Token, string StoreId, string Topic, string Secret);

/// <summary>
/// Who is a store of ours: table <c>stores</c> with the records, the way from a platform's domain and from a hook's
/// token to the store, and each store's secrets, protected at rest.
/// </summary>
internal sealed class StoreRegistry(ITables tables, IDataProtectionProvider protection)
{
    /// <summary>The table that all stores share.</summary>
    public const string Table = "stores";

    /// <summary>The most stores one listing returns.</summary>
    public const int MaxListed = 1000;

    /// <summary>How long a copy of the service may believe what another copy has changed since.</summary>
    public static readonly TimeSpan CacheLife = TimeSpan.FromSeconds(5);

    /// <summary>Partitions of <see cref="Table"/> that its own ways remove a store from.</summary>
    public const string Stores = "store", Domains = "domain";

    private const string Hooks = "hook", Callbacks = "callback";

    private readonly IDataProtector protector = protection.CreateProtector("StoreConnector.Stores.v1");
    private readonly RowCache<RegisteredStore> stores = new(CacheLife);
    private readonly RowCache<string> domains = new(CacheLife);
    private readonly RowCache<StoreHook> hooks = new(CacheLife);
    private readonly RowCache<CallbackPath> callbacks = new(CacheLife);

    /// <summary>The table of everything that belongs to one store: leaving is dropping it.</summary>
    public static string TableOf(string storeId) => "store" + storeId;

    /// <summary>The store of that id, or null; one whose erasure has begun is gone for everybody.</summary>
    public async ValueTask<RegisteredStore?> FindAsync(string storeId, CancellationToken cancel) =>
        await stores.GetAsync(storeId, ReadStoreAsync, cancel) is { Store.ErasingSince: null } found ? found : null;

    /// <summary>
    /// The store that a platform knows by that domain now, or null: after a reinstallation it is the new one. Each
    /// delivery asks, so the way is remembered; one that leads to a store that was left is looked up anew.
    /// </summary>
    public async ValueTask<RegisteredStore?> FindByDomainAsync(
        Platform platform, string domain, CancellationToken cancel)
    {
        if (!IsKey(domain)) { return null; }

        var key = DomainKey(platform, domain);
        if (await domains.GetAsync(key, ReadDomainAsync, cancel) is not { } id) { return null; }

        if (await FindAsync(id, cancel) is { Store.IsActive: true } found) { return found; }

        domains.Forget(key);
        return await domains.GetAsync(key, ReadDomainAsync, cancel) is { } now ? await FindAsync(now, cancel) : null;
    }

    /// <summary>The hook with that token, or null.</summary>
    public ValueTask<StoreHook?> FindHookAsync(string token, CancellationToken cancel) =>
        IsKey(token) ? hooks.GetAsync(token, ReadHookAsync, cancel) : new((StoreHook?)null);

    /// <summary>Where what a vendor reports on that path belongs, or null.</summary>
    public ValueTask<CallbackPath?> FindCallbackAsync(string token, CancellationToken cancel) =>
        IsKey(token) ? callbacks.GetAsync(token, ReadCallbackAsync, cancel) : new((CallbackPath?)null);

    /// <summary>The store's account of a channel, opened; null when none was set.</summary>
    public StoredAccount? AccountOf(RegisteredStore store, Channel channel) =>
        store.Accounts.TryGetValue(channel, out var kept)
            ? JsonSerializer.Deserialize<StoredAccount>(protector.Unprotect(kept), EventJson.Options) : null;

    /// <summary>All stores, at most <see cref="MaxListed"/>.</summary>
    public async ValueTask<IReadOnlyList<RegisteredStore>> ListAsync(CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        var rows = await table.RangeAsync(Stores, "a", new string('z', 64), MaxListed, cancel);
        return [.. rows.Select(FromRow).Where(s => s.Store.ErasingSince is null).OrderBy(s => s.Store.InstalledAt)];
    }

    /// <summary>
    /// Every installation of a domain that is still on record, also those that were left and those being erased, oldest
    /// first. It reads all stores, a thousand at a time: that is one read for each thousand, once for each shop that is
    /// erased, and nothing at any other time.
    /// </summary>
    public async ValueTask<IReadOnlyList<Store>> InstallationsAsync(
        Platform platform, string domain, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        var (found, from) = (new List<Store>(), "");
        while (true)
        {
            var rows = await table.RangeAsync(Stores, from, "~", MaxListed, cancel);
            found.AddRange(rows.Select(row => Read<StoreRecord>(row).Store)
                .Where(s => s.Platform == platform && s.Domain == domain));
            if (rows.Count < MaxListed) { return [.. found.OrderBy(s => s.InstalledAt)]; }

            from = TableRow.After(rows[^1].Key);
        }
    }

    /// <summary>
    /// From now on nobody finds the store, but for copies that remember it for <see cref="CacheLife"/>.
    /// </summary>
    public async ValueTask BeginErasureAsync(string storeId, DateTimeOffset now, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        while (await table.ReadAsync(Stores, storeId, cancel) is { } row
            && Read<StoreRecord>(row).Store is { ErasingSince: null })
        {
            await TryChangeAsync(storeId, row.ETag, record => record with
            {
                Store = record.Store with
                {
                    ErasingSince = now, UninstalledAt = record.Store.UninstalledAt ?? now,
                },
            }, cancel);
        }
    }

    /// <summary>
    /// Removes the record, and the way from the domain unless that leads to another by now. The record last: it is what
    /// the rest is found by.
    /// </summary>
    public async ValueTask RemoveAsync(Store store, CancellationToken cancel)
    {
        var (table, key) = (await tables.OpenAsync(Table, cancel), DomainKey(store.Platform, store.Domain));
        if (await table.ReadAsync(Domains, key, cancel) is { } row && Read<string>(row) == store.Id)
        {
            await table.TryWriteAsync(Domains, [new TableWrite.Delete(key, row.ETag)], cancel); // False: it leads on.
        }

        domains.Forget(key);
        await table.TryWriteAsync(Stores, [new TableWrite.Delete(store.Id)], cancel);
        stores.Forget(store.Id);
        hooks.ForgetAll();
        callbacks.ForgetAll();
    }

    /// <summary>
    /// Keeps a new store with a hook for each topic. The domain row is written last: until then nobody finds the store,
    /// and a crash leaves only rows that nothing leads to. A Shopify shop that was here before is closed: its platform
    /// knows one installation at a time. (Two WooCommerce sites may share a host, in different folders.)
    /// </summary>
    public async ValueTask<IReadOnlyList<StoreHook>> CreateAsync(
        Store store, IReadOnlyList<string> topics, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        var before = store.Platform == Platform.Shopify
            ? await FindByDomainAsync(store.Platform, store.Domain, cancel) : null;
        var record = new StoreRecord(store, Protect(RandomNumberGenerator.GetBytes(32)));
        await MustAsync(table, Stores, [new TableWrite.Insert(store.Id, Write(record))], cancel);

        StoreHook[] made = [.. topics.Select(topic => new StoreHook(NewToken(), store.Id, topic, NewToken()))];
        if (made.Length > 0)
        {
            await MustAsync(
                table, Hooks, [.. made.Select(h => new TableWrite.Insert(h.Token, Write(ToRecord(h))))], cancel);
        }

        await tables.OpenAsync(TableOf(store.Id), cancel);
        var domain = new TableWrite.Put(DomainKey(store.Platform, store.Domain), Write(store.Id));
        await MustAsync(table, Domains, [domain], cancel);
        domains.Forget(domain.Key);
        if (before is { Store.IsActive: true })
        {
            await UpdateAsync(
                before.Store.Id, s => s with { UninstalledAt = s.UninstalledAt ?? store.InstalledAt }, cancel);
        }

        return made;
    }

    /// <summary>One more delivery path of a store.</summary>
    public async ValueTask<StoreHook> AddHookAsync(string storeId, string topic, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        var made = new StoreHook(NewToken(), storeId, topic, NewToken());
        await MustAsync(table, Hooks, [new TableWrite.Insert(made.Token, Write(ToRecord(made)))], cancel);
        return made;
    }

    /// <summary>
    /// Keeps a new installation, unless the shop has one: the domain row decides, whoever else is about it. A store
    /// that was left stays closed, and the domain leads to the new one.
    /// </summary>
    /// <returns>The store that the domain leads to: the new one, or the one that was there first.</returns>
    public async ValueTask<RegisteredStore> InstallAsync(Store store, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        var key = DomainKey(store.Platform, store.Domain);
        var record = new StoreRecord(store, Protect(RandomNumberGenerator.GetBytes(32)));
        await MustAsync(table, Stores, [new TableWrite.Insert(store.Id, Write(record))], cancel);
        await tables.OpenAsync(TableOf(store.Id), cancel);
        while (true)
        {
            var row = await table.ReadAsync(Domains, key, cancel);
            var other = row is null ? null : await ReadStoreAsync(Read<string>(row), cancel);
            if (other is { Store.IsActive: true } && other.Store.Id != store.Id)
            {
                await DiscardAsync(table, store.Id, cancel);
                return other;
            }

            var lead = Write(store.Id);
            TableWrite write = row is null ? new TableWrite.Insert(key, lead)
                : new TableWrite.Replace(key, lead, row.ETag);
            if (!await table.TryWriteAsync(Domains, [write], cancel)) { continue; } // Somebody was faster: look again.

            domains.Forget(key);
            return (await ReadStoreAsync(store.Id, cancel))!;
        }
    }

    /// <summary>
    /// As <see cref="FindByDomainAsync"/>, but as it is now, also when another copy has just changed it.
    /// </summary>
    public async ValueTask<RegisteredStore?> ReadByDomainAsync(
        Platform platform, string domain, CancellationToken cancel)
    {
        if (!IsKey(domain)) { return null; }

        var key = DomainKey(platform, domain);
        domains.Forget(key);
        if (await domains.GetAsync(key, ReadDomainAsync, cancel) is not { } id) { return null; }

        stores.Forget(id);
        return await FindAsync(id, cancel);
    }

    /// <summary>The store as it is now, also one that left or is being erased; null when there is none.</summary>
    public async ValueTask<Store?> ReadAsync(string storeId, CancellationToken cancel) =>
        (await ReadStoreAsync(storeId, cancel))?.Store;

    /// <summary>Removes a store that nothing leads to.</summary>
    private async ValueTask DiscardAsync(ITable table, string storeId, CancellationToken cancel)
    {
        await table.TryWriteAsync(Stores, [new TableWrite.Delete(storeId)], cancel);
        stores.Forget(storeId);
        await tables.DropAsync(TableOf(storeId), cancel);
    }

    /// <summary>
    /// Changes the record if nobody else has since <paramref name="etag"/> was read.
    /// </summary>
    /// <returns>False when another writer came first, or the store is gone: read again and decide again.</returns>
    public ValueTask<bool> TryUpdateAsync(
        string storeId, string etag, Func<Store, Store> change, CancellationToken cancel) =>
        TryChangeAsync(storeId, etag, record => record with { Store = change(record.Store) }, cancel);

    /// <summary>
    /// Changes the record and the credentials of a channel in one write. The path for the vendor's reports is made
    /// first, once: until the record names it, nobody is told of it.
    /// </summary>
    /// <returns>False when another writer came first, or the store is gone: read again and decide again.</returns>
    public async ValueTask<bool> TryUpdateAsync(
        RegisteredStore read, Func<Store, Store> change, Channel channel,
        IReadOnlyDictionary<string, string> credentials, CancellationToken cancel)
    {
        var storeId = read.Store.Id;
        var token = AccountOf(read, channel)?.CallbackToken;
        if (token is null)
        {
            token = NewToken();
            await MustAsync(await tables.OpenAsync(Table, cancel), Callbacks,
                [new TableWrite.Insert(token, Write(new CallbackPath(storeId, channel)))], cancel);
        }

        var kept = Protect(Write(new StoredAccount(credentials, token)));
        return await TryChangeAsync(storeId, read.ETag, record => record with
        {
            Store = change(record.Store),
            Accounts = new(record.Accounts ?? []) { [channel] = kept },
        }, cancel);
    }

    private async ValueTask<bool> TryChangeAsync(
        string storeId, string etag, Func<StoreRecord, StoreRecord> change, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        var row = await table.ReadAsync(Stores, storeId, cancel);
        if (row is null || row.ETag != etag)
        {
            stores.Forget(storeId);
            return false;
        }

        var changed = change(Read<StoreRecord>(row));
        if (changed.Store.Id != storeId) { throw new InvalidOperationException("A store keeps its id."); }

        try
        {
            return await table.TryWriteAsync(Stores, [new TableWrite.Replace(storeId, Write(changed), etag)], cancel);
        }
        finally
        {
            stores.Forget(storeId); // Also when the engine did not answer: it may have written.
        }
    }

    /// <summary>Changes the record, whoever else does; false when there is no such store.</summary>
    public async ValueTask<bool> UpdateAsync(string storeId, Func<Store, Store> change, CancellationToken cancel)
    {
        while (await FindAsync(storeId, cancel) is { } read)
        {
            if (await TryUpdateAsync(storeId, read.ETag, change, cancel)) { return true; }
        }

        return false;
    }

    /// <summary>A new store's id: a letter and 100 bits of chance.</summary>
    public static string NewStoreId() => "s" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 20);

    private static string NewToken() => RandomNumberGenerator.GetString(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 43); // 258 bits, safe in a URL

    private async Task<string?> ReadDomainAsync(string key, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        return await table.ReadAsync(Domains, key, cancel) is { } row ? Read<string>(row) : null;
    }

    private static string DomainKey(Platform platform, string domain) =>
        platform == Platform.Shopify ? $"shopify:{domain}" : $"woocommerce:{domain}";

    private static bool IsKey(string text) =>
        text.Length is > 0 and <= 200 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static async Task MustAsync(
        ITable table, string partition, IReadOnlyList<TableWrite> batch, CancellationToken cancel)
    {
        if (!await table.TryWriteAsync(partition, batch, cancel))
        {
            throw new InvalidOperationException($"A new key of partition '{partition}' was taken.");
        }
    }

    private async Task<RegisteredStore?> ReadStoreAsync(string storeId, CancellationToken cancel)
    {
        if (!IsKey(storeId)) { return null; }

        var table = await tables.OpenAsync(Table, cancel);
        return await table.ReadAsync(Stores, storeId, cancel) is { } row ? FromRow(row) : null;
    }

    private async Task<StoreHook?> ReadHookAsync(string token, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        if (await table.ReadAsync(Hooks, token, cancel) is not { } row) { return null; }

        var record = Read<HookRecord>(row);
        return new(token, record.StoreId, record.Topic, protector.Unprotect(record.Secret));
    }

    private async Task<CallbackPath?> ReadCallbackAsync(string token, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        return await table.ReadAsync(Callbacks, token, cancel) is { } row ? Read<CallbackPath>(row) : null;
    }

    private RegisteredStore FromRow(TableRow row)
    {
        var record = Read<StoreRecord>(row);
        return new(record.Store, protector.Unprotect(record.AliasKey), row.ETag) { Accounts = record.Accounts ?? [] };
    }

    private HookRecord ToRecord(StoreHook hook) => new(hook.StoreId, hook.Topic, protector.Protect(hook.Secret));

    private byte[] Protect(byte[] secret) => protector.Protect(secret);

    private static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options);

    private static T Read<T>(TableRow row) => JsonSerializer.Deserialize<T>(row.Value.Span, EventJson.Options)
        ?? throw new JsonException($"The row is null, not a {typeof(T).Name}.");

    private sealed record StoreRecord(
        Store Store, byte[] AliasKey, Dictionary<Channel, byte[]>? Accounts = null);

    private sealed record HookRecord(string StoreId, string Topic, string Secret);
}
