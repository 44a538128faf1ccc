using System.Security.Cryptography;
using System.Text;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Storage;

/// <summary>What a platform asked of us in the law's name, without naming anybody.</summary>
/// <param name="Topic">What was asked.</param>
/// <param name="At">When it came.</param>
/// <param name="Store">The store's id; for a store that we do not know, or no longer, a hash of its domain.</param>
/// <param name="Who">A hash of the customer's id under the store's own key; null where nobody, or nobody we know, is
/// meant.</param>
internal sealed record ComplianceReceipt(string Topic, DateTimeOffset At, string Store, string? Who)
{
    /// <summary>When it was done; null while it is under way.</summary>
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>What was done, a plain sentence; null while it is under way.</summary>
    public string? Outcome { get; init; }
}

/// <summary>
/// Proof, in the shared table, that a request arrived and was done: it must outlive the store's own table. A row begins
/// with a hash of the shop's domain, so that whoever knows the domain finds its receipts, also when the shop is
/// forgotten, and ends with the delivery's, so that a redelivery is the same receipt.
/// </summary>
internal sealed class Receipts(ITables tables, TimeProvider clock)
{
    /// <summary>The partition of <see cref="StoreRegistry.Table"/>.</summary>
    public const string Partition = "receipts";

    /// <summary>Topics of our own: a WooCommerce store was disconnected; everything of it is to go.</summary>
    public const string Disconnected = "woocommerce/disconnect", Erased = "woocommerce/erase";

    /// <summary>The most receipts of one shop that are listed.</summary>
    public const int MaxListed = 1000;

    private const int HashLength = 32;

    /// <summary>What stands for a domain once nothing else does.</summary>
    public static string HashOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];

    /// <summary>Writes a receipt; the first one of a delivery stays as it is.</summary>
    public async ValueTask WriteAsync(
        string domain, string deliveryId, ComplianceReceipt receipt, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        await table.TryWriteAsync(
            Partition, [new TableWrite.Insert(RowOf(domain, deliveryId), Json.Write(receipt))], cancel);
    }

    /// <summary>
    /// Notes that it was done; the first time stays. An event that came by no webhook has no receipt.
    /// </summary>
    public async ValueTask DoneAsync(string domain, string deliveryId, string outcome, CancellationToken cancel)
    {
        var (table, key) = (await tables.OpenAsync(StoreRegistry.Table, cancel), RowOf(domain, deliveryId));
        while (await table.ReadAsync(Partition, key, cancel) is { } row
            && Json.Read<ComplianceReceipt>(row.Value, "a receipt") is { DoneAt: null } receipt)
        {
            var done = receipt with { DoneAt = clock.GetUtcNow(), Outcome = outcome };
            if (await table.TryWriteAsync(Partition, [new TableWrite.Replace(key, Json.Write(done), row.ETag)], cancel))
            {
                return;
            }
        }
    }

    /// <summary>All receipts of a shop, oldest first, at most <see cref="MaxListed"/>.</summary>
    public async ValueTask<IReadOnlyList<ComplianceReceipt>> ListAsync(string domain, CancellationToken cancel)
    {
        var rows = await PageAsync(domain, "", cancel);
        return [.. rows.Select(r => Json.Read<ComplianceReceipt>(r.Value, "a receipt")).OrderBy(r => r.At)];
    }

    /// <summary>
    /// The store is gone: its receipts say the domain's hash instead of its id, and what was still to be done for one
    /// of its people is done with everything else.
    /// </summary>
    public async ValueTask ForgetStoreAsync(string domain, string storeId, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(StoreRegistry.Table, cancel);
        for (var from = ""; ;)
        {
            var rows = await PageAsync(domain, from, cancel);
            foreach (var row in rows)
            {
                var receipt = Json.Read<ComplianceReceipt>(row.Value, "a receipt");
                if (receipt.Store != storeId) { continue; }

                var anonymous = receipt with { Store = HashOf(domain) };
                anonymous = receipt.DoneAt is not null || receipt.Topic is "shop/redact" or Erased ? anonymous
                    : anonymous with { DoneAt = clock.GetUtcNow(), Outcome = "The whole store was erased." };
                await table.TryWriteAsync(
                    Partition, [new TableWrite.Replace(row.Key, Json.Write(anonymous), row.ETag)], cancel);
            }

            if (rows.Count < MaxListed) { return; }

            from = TableRow.After(rows[^1].Key);
        }
    }

    private async ValueTask<IReadOnlyList<TableRow>> PageAsync(string domain, string from, CancellationToken cancel)
    {
        var (table, hash) = (await tables.OpenAsync(StoreRegistry.Table, cancel), HashOf(domain));
        return await table.RangeAsync(Partition, from.Length > 0 ? from : hash + "-", hash + ".", MaxListed, cancel);
    }

    private static string RowOf(string domain, string deliveryId) =>
        $"{HashOf(domain)}-{HashOf($"{domain} {deliveryId}")}";
}
