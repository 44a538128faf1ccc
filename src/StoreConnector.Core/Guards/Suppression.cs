using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;

namespace StoreConnector.Core.Guards;

/// <summary>What an address itself forbids, whoever has it.</summary>
public static class Suppression
{
    /// <summary>The purpose that all marketing shares.</summary>
    public const string Marketing = "marketing";

    /// <summary>The reason code, or null when nothing stands against it.</summary>
    public static string? Of(ContactRecord? record) =>
        record is null ? null
        : record.OptedOut(Marketing) is not null ? ReasonCode.Unsubscribed
        : record.ComplainedAt is not null ? ReasonCode.Complained
        : record.BouncedAt is not null ? ReasonCode.Bounced
        : null;
}
