using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Core.Events;

namespace StoreConnector.Storage;

/// <summary>
/// Secrets of stores: a row for each in one partition of the shared table, protected as one value, so that what belongs
/// together is replaced whole or not at all.
/// </summary>
/// <param name="tables">Where.</param>
/// <param name="protection">By which keys.</param>
/// <param name="partition">Of <see cref="StoreRegistry.Table"/>; its rows are keyed by the store's id.</param>
/// <param name="purpose">Nothing that was protected for another purpose is opened.</param>
internal sealed class ProtectedRows<T>(
    ITables tables, IDataProtectionProvider protection, string partition, string purpose)
    where T : class
{
    private readonly IDataProtector protector = protection.CreateProtector(purpose);

    /// <summary>
    /// A store's, and its version; null when it has none. No value: it was protected under keys that are gone.
    /// </summary>
    public async ValueTask<(T? Value, string ETag)?> FindAsync(string storeId, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        return await table.ReadAsync(partition, storeId, cancel) is { } row
            ? (Open(row.Value.ToArray()), row.ETag) : null;
    }

    /// <summary>Keeps it if nobody else has since <paramref name="etag"/> was read; null: if there was none.</summary>
    public ValueTask<bool> TrySaveAsync(string storeId, T next, string? etag, CancellationToken cancel) => WriteAsync(
        etag is null ? new TableWrite.Insert(storeId, Close(next)) : new TableWrite.Replace(storeId, Close(next), etag),
        cancel);

    /// <summary>Keeps it, whatever was there.</summary>
    public async ValueTask KeepAsync(string storeId, T next, CancellationToken cancel) =>
        await WriteAsync(new TableWrite.Put(storeId, Close(next)), cancel);

    /// <summary>Forgets it; none is fine.</summary>
    public async ValueTask ForgetAsync(string storeId, CancellationToken cancel) =>
        await WriteAsync(new TableWrite.Delete(storeId), cancel);

    /// <summary>Forgets that version; false when there is another by now.</summary>
    public ValueTask<bool> TryForgetAsync(string storeId, string etag, CancellationToken cancel) =>
        WriteAsync(new TableWrite.Delete(storeId, etag), cancel);

    private async ValueTask<bool> WriteAsync(TableWrite write, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        return await table.TryWriteAsync(partition, [write], cancel);
    }

    private byte[] Close(T value) => protector.Protect(JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options));

    private T? Open(byte[] kept)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(protector.Unprotect(kept), EventJson.Options);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
