using System.Security.Cryptography;
using System.Text.Json.Serialization;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>Why a message failed the last time. Nothing of it is what a shop or a shopper sent.</summary>
/// <param name="Kind">The exception's type; its text stays out, for it may hold what a shop sent.</param>
/// <param name="Place">Where in our code it was thrown.</param>
/// <param name="Attempts">Which attempt it was.</param>
/// <param name="FailedAt">When, on the service's clock.</param>
/// <param name="Why">A sentence of ours, where type and place would say less.</param>
internal sealed record Failure(string Kind, string Place, int Attempts, DateTimeOffset FailedAt, string? Why = null)
{
    /// <summary>One line for the operator.</summary>
    [JsonIgnore]
    public string Reason => Why ?? $"{Kind} at {Place}";
}

/// <summary>
/// Why messages failed, beside the queues: a queue keeps no reason, and some engines move a message that was given up
/// as its body alone. So the body names it: a row of the shared table <see cref="Table"/> per queue and hash of a
/// body. It is written when a message fails, and goes when the message does.
/// </summary>
internal sealed class Failures(ITables tables)
{
    /// <summary>The shared table: partition is the queue's name, row the hash of the body.</summary>
    public const string Table = "failures";

    /// <summary>Characters of a row's key: 128 bits in hexadecimal.</summary>
    private const int KeyLength = 32;

    /// <summary>Notes a failure in place of the one before it.</summary>
    public async ValueTask NoteAsync(
        string queue, ReadOnlyMemory<byte> body, Failure failure, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        await table.TryWriteAsync(queue, [new TableWrite.Put(KeyOf(body), Json.Write(failure))], cancel);
    }

    /// <summary>The last failure of the message with that body, or null.</summary>
    public async ValueTask<Failure?> FindAsync(string queue, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        return await table.ReadAsync(queue, KeyOf(body), cancel) is { } row
            ? Json.Read<Failure>(row.Value, "a failure") : null;
    }

    /// <summary>The message is gone, or begins anew; a missing row is fine.</summary>
    public async ValueTask ForgetAsync(string queue, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        await table.TryWriteAsync(queue, [new TableWrite.Delete(KeyOf(body))], cancel);
    }

    private static string KeyOf(ReadOnlyMemory<byte> body) =>
        Convert.ToHexStringLower(SHA256.HashData(body.Span))[..KeyLength];
}
