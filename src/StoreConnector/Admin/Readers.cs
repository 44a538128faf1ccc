using System.Text.Json;
using StoreConnector.Core.Values;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>Who is searched for.</summary>
internal abstract record CustomerQuery
{
    /// <summary>By an e-mail address.</summary>
    public sealed record ByEmail(EmailAddress Email) : CustomerQuery;

    /// <summary>By a phone number: it may lead to several people.</summary>
    public sealed record ByPhone(PhoneNumber Phone) : CustomerQuery;

    /// <summary>By the platform's customer id.</summary>
    public sealed record ById(long Id) : CustomerQuery;
}

/// <summary>Reads customers for the API.</summary>
internal interface ICustomerReader
{
    /// <summary>Who it leads to; empty when to nobody.</summary>
    ValueTask<IReadOnlyList<CustomerSummary>> SearchAsync(
        RegisteredStore store, CustomerQuery query, CancellationToken cancel);

    /// <summary>Everything that the page shows of one customer; null when there is none, or no longer.</summary>
    ValueTask<CustomerModel?> FindAsync(RegisteredStore store, string key, CancellationToken cancel);
}

/// <summary>Reads what the outbox channel kept.</summary>
internal interface IOutboxReader
{
    /// <summary>What would have been sent for the store, newest last.</summary>
    ValueTask<IReadOnlyList<OutboxItem>> ReadAsync(string storeId, CancellationToken cancel);
}

/// <summary>A customer in a list.</summary>
internal sealed record CustomerSummary(string Key, string? Email, string? Phone, string? Name);

/// <summary>One customer.</summary>
internal sealed record CustomerModel(
    string Key, string? Email, string? Phone, IReadOnlyList<PermissionModel> Permissions,
        IReadOnlyList<CartModel> OpenCarts,
    IReadOnlyList<OrderModel> Orders, IReadOnlyList<DecisionModel> Decisions, IReadOnlyList<MessageModel> Messages);

/// <summary>What one address may be sent.</summary>
/// <param name="Topic">Which kind of message was declined, where it was one alone.</param>
internal sealed record PermissionModel(
    string Channel, string State, string? Source, DateTimeOffset? At, string? Topic = null);

/// <summary>A cart that is still open.</summary>
internal sealed record CartModel(string Id, DateTimeOffset ChangedAt, int Items, decimal? Total, string? Currency);

/// <summary>An order.</summary>
/// <param name="Credit">The message it is credited to; null when none brought it.</param>
internal sealed record OrderModel(
    string Id, DateTimeOffset PlacedAt, string Status, decimal? Total, string? Currency, OrderCreditModel? Credit);

/// <summary>Which message brought an order, and how that is known: <c>click</c> or <c>coupon</c>.</summary>
internal sealed record OrderCreditModel(string Automation, int Step, string By, DateTimeOffset At);

/// <summary>A decision with its reason and the facts it rests on.</summary>
internal sealed record DecisionModel(
    string Automation, string Occasion, string Decision, int? Step, DateTimeOffset At, DateTimeOffset? Until,
        string Reason,
    string Why, JsonElement? Facts);

/// <summary>A message that left, or was kept back.</summary>
/// <param name="Status">What we know: <c>sent</c>, <c>failed</c>, <c>unknown</c>, <c>claimed</c>.</param>
/// <param name="Delivery">What the vendor said since; null when nothing.</param>
internal sealed record MessageModel(
    string Automation, int Step, string Occasion, string Channel, string Status, DateTimeOffset At, string? Why,
    DeliveryModel? Delivery);

/// <summary>How far a message has come since it left.</summary>
/// <param name="Status">
/// <c>accepted</c>, <c>on-its-way</c>, <c>delivered</c>, <c>failed</c>, <c>bad-address</c>; null when nothing was told.
/// </param>
/// <param name="Code">The vendor's own word for what went wrong.</param>
internal sealed record DeliveryModel(
    string? Status, string? Code, DateTimeOffset? At, DateTimeOffset? ClickedAt, DateTimeOffset? ComplainedAt);

/// <summary>A message in the outbox.</summary>
internal sealed record OutboxItem(
    string Automation, int Step, string Occasion, string Channel, string To, string? Subject, string Text, string? Html,
    int? Segments, DateTimeOffset SentAt);
