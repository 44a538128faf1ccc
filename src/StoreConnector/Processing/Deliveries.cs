using StoreConnector.Channels;
using StoreConnector.Storage;
using StoreConnector.Storage.Customers;

namespace StoreConnector.Processing;

/// <summary>How far a message has come since it left, and what people did with it.</summary>
internal sealed record MessageDelivery
{
    /// <summary>Nothing was heard of it.</summary>
    public static readonly MessageDelivery None = new();

    /// <summary>The greatest that was told; null when nothing was.</summary>
    public DeliveryStatus? Status { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The vendor's word for what went wrong.</summary>
    public string? Code { get; init; }

    /// <summary>The vendor's id of it.</summary>
    public string? VendorId { get; init; }

    /// <summary>Its owner called it spam.</summary>
    public DateTimeOffset? ComplainedAt { get; init; }

    /// <summary>When a person first followed its link.</summary>
    public DateTimeOffset? ClickedAt { get; init; }

    /// <summary>When a person last followed it.</summary>
    public DateTimeOffset? LastClickAt { get; init; }

    /// <summary>How often the vendor was asked about it.</summary>
    public int Looks { get; init; }

    /// <summary>Whether no later word can change it.</summary>
    public bool IsFinal => Status >= DeliveryStatus.Failed;

    /// <summary>With what the vendor says: by rank, whatever the order.</summary>
    public MessageDelivery With(DeliveryStatus status, DateTimeOffset at, string? code, string? vendorId) =>
        (Status is null || status > Status ? this with { Status = status, At = at, Code = code ?? Code } : this) with
        {
            VendorId = VendorId ?? vendorId,
        };
}

/// <summary>Keeps deliveries beside their messages' links.</summary>
internal static class Deliveries
{
    private const string Row = "delivery";

    /// <summary>What is known of a message's delivery.</summary>
    public static async ValueTask<MessageDelivery> ReadAsync(StoreContext store, string code,
        CancellationToken cancel) =>
        await store.Customers.Table.ReadAsync(ShortLinks.PartitionOf(code), Row, cancel) is { } row
            ? Json.Read<MessageDelivery>(row.Value, "a delivery") : MessageDelivery.None;

    /// <summary>Changes it, whoever else does.</summary>
    /// <returns>Before and after.</returns>
    public static async ValueTask<(MessageDelivery Before, MessageDelivery After)> UpdateAsync(
        StoreContext store, string code, Func<MessageDelivery, MessageDelivery> change, CancellationToken cancel)
    {
        var (table, partition) = (store.Customers.Table, ShortLinks.PartitionOf(code));
        while (true)
        {
            var row = await table.ReadAsync(partition, Row, cancel);
            var before = row is null ? MessageDelivery.None : Json.Read<MessageDelivery>(row.Value, "a delivery");
            var after = change(before);
            if (after == before) { return (before, after); }

            TableWrite write = row is null ? new TableWrite.Insert(Row, Json.Write(after))
                : new TableWrite.Replace(Row, Json.Write(after), row.ETag);
            if (await table.TryWriteAsync(partition, [write], cancel)) { return (before, after); }
        }
    }
}
