using StoreConnector.Core.Automations;
using StoreConnector.Core.Customers;

namespace StoreConnector.Core.Guards;

/// <summary>What an address itself forbids, whoever has it.</summary>
public static class Suppression
{
    /// <summary>The purpose that all marketing shares.</summary>
    public const string Marketing = "marketing";

    /// <summary>A purpose as it is named in the record of an address: a no to it is none to the others.</summary>
    public static string TopicOf(Purpose purpose) => purpose switch
    {
        Purpose.Cart => "cart",
        Purpose.Price => "price",
        Purpose.Reorder => "reorder",
        _ => "offers",
    };

    /// <summary>
    /// The reason code, or null when nothing stands against it. A no to everything stands above the topics.
    /// </summary>
    public static string? Of(ContactRecord? record, Purpose purpose) =>
        Of(record) ?? (record?.OptedOut(TopicOf(purpose)) is not null ? ReasonCode.TopicDeclined : null);

    /// <summary>What stands against all marketing: the reason code, or null when nothing does.</summary>
    public static string? Of(ContactRecord? record) =>
        record is null ? null
        : record.OptedOut(Marketing) is not null ? ReasonCode.Unsubscribed
        : record.ComplainedAt is not null ? ReasonCode.Complained
        : record.BouncedAt is not null ? ReasonCode.Bounced
        : null;
}
