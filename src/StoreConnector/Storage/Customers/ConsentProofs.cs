using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;

namespace StoreConnector.Storage.Customers;

/// <summary>What was done with a permission.</summary>
internal enum ConsentAction
{
    /// <summary>The person said yes.</summary>
    Given,

    /// <summary>The person said yes and was asked to confirm it.</summary>
    Pending,

    /// <summary>The person confirmed it from the address itself.</summary>
    Confirmed,

    /// <summary>The person said no, or a machine did for them.</summary>
    Withdrawn,

    /// <summary>A yes or a no was taken over from elsewhere.</summary>
    Imported,
}

/// <summary>One line of proof. Never changed; no address is in it.</summary>
/// <param name="Channel">Of which channel.</param>
/// <param name="Purposes">For what; empty: for all marketing.</param>
/// <param name="Action">What was done.</param>
/// <param name="Source">Where, a short word: <c>checkout</c>, <c>link</c>, <c>stop</c>, <c>import</c>.</param>
/// <param name="At">When it was done.</param>
internal sealed record ConsentProof(
    Channel Channel, IReadOnlyList<Purpose> Purposes, ConsentAction Action, string Source, DateTimeOffset At)
{
    /// <summary>The longest text of which the words are kept, in characters; a longer one is refused or cut.</summary>
    public const int MaxText = 2000;

    /// <summary>Who, as far as it is known: the customer's key.</summary>
    public string? CustomerKey { get; init; }

    /// <summary>How a yes was proven.</summary>
    public OptInLevel Level { get; init; }

    /// <summary>The words that were agreed to, where known.</summary>
    public string? Text { get; init; }

    /// <summary>The merchant's name for that version of the words.</summary>
    public string? TextVersion { get; init; }

    /// <summary>When it was written down; by itself, when it was done.</summary>
    public DateTimeOffset RecordedAt { get; init; }
}

/// <summary>A proof as it is read back.</summary>
/// <param name="Proof">The line.</param>
/// <param name="ContactHash">Of which address: its keyed hash.</param>
/// <param name="Address">The address; null when its owner was forgotten.</param>
/// <param name="Ip">From where it was done; null when that is not known, or forgotten.</param>
internal sealed record KeptProof(ConsentProof Proof, string ContactHash, string? Address, string? Ip);

/// <summary>
/// The proof of permission, append-only, a partition for each address: <c>proof-…</c> rows in the order of time, which
/// nobody changes; beside them what names a person, <c>who-…</c>, protected, which an erasure takes away. What is left
/// is the hash and what was done.
/// </summary>
internal sealed class ConsentProofs(IDataProtectionProvider protection)
{
    /// <summary>The most proofs of one address that are read.</summary>
    public const int MaxRead = 200;

    private const string Address = "who-address";

    private readonly IDataProtector protector = protection.CreateProtector("StoreConnector.Consents.v1");

    /// <summary>Writes a proof down. A repeat of the same <paramref name="id"/> and instant changes nothing.</summary>
    /// <param name="customers">Whose store.</param>
    /// <param name="contactHash">Of which address.</param>
    /// <param name="id">Names what was done, the same each time the same thing is told.</param>
    /// <param name="proof">What was done.</param>
    /// <param name="address">The address, where it is known; protected.</param>
    /// <param name="ip">From where it was done, where known; protected.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask AppendAsync(
        CustomerTable customers, string contactHash, string id, ConsentProof proof, string? address, string? ip,
        CancellationToken cancel)
    {
        var name = FormattableString.Invariant($"{proof.At.UtcTicks:D19}-{EventLog.KeyOf(id)}");
        var line = proof.RecordedAt == default ? proof with { RecordedAt = proof.At } : proof;
        List<TableWrite> batch = [new TableWrite.Insert("proof-" + name, Json.Write(line))];
        if (address is not null) { batch.Add(new TableWrite.Put(Address, Protect(address))); }

        if (ip is not null) { batch.Add(new TableWrite.Put("who-ip-" + name, Protect(ip))); }

        await customers.Table.TryWriteAsync(PartitionOf(contactHash), batch, cancel); // False: it is there already.
    }

    /// <summary>The proofs of one address, oldest first, at most <see cref="MaxRead"/>.</summary>
    public async ValueTask<IReadOnlyList<KeptProof>> ReadAsync(
        CustomerTable customers, string contactHash, CancellationToken cancel)
    {
        var partition = PartitionOf(contactHash);
        var rows = await customers.Table.RangeAsync(partition, "proof-", "proof.", MaxRead, cancel);
        var who = (await customers.Table.RangeAsync(partition, "who-", "who.", MaxRead + 1, cancel))
            .ToDictionary(r => r.Key, r => r.Value, StringComparer.Ordinal);
        return [.. rows.Select(r => new KeptProof(Json.Read<ConsentProof>(r.Value, "a proof"), contactHash,
            Unprotect(who, Address), Unprotect(who, "who-ip-" + r.Key["proof-".Length..])))];
    }

    /// <summary>Takes away what names a person; the proofs stay.</summary>
    public static async ValueTask ForgetAsync(CustomerTable customers, string contactHash, CancellationToken cancel)
    {
        var partition = PartitionOf(contactHash);
        while (await customers.Table.RangeAsync(partition, "who-", "who.", ITable.MaxBatch, cancel) is [_, ..] rows)
        {
            await customers.Table.TryWriteAsync(
                partition, [.. rows.Select(r => new TableWrite.Delete(r.Key))], cancel);
        }
    }

    private static string PartitionOf(string contactHash) => "consent-" + contactHash;

    private byte[] Protect(string text) => protector.Protect(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>What was protected under keys that are gone is gone.</summary>
    private string? Unprotect(Dictionary<string, ReadOnlyMemory<byte>> rows, string key)
    {
        try
        {
            return rows.TryGetValue(key, out var value)
                ? System.Text.Encoding.UTF8.GetString(protector.Unprotect(value.ToArray())) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
