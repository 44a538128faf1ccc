using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Automations;

/// <summary>The addresses that a message about one occasion would go to.</summary>
/// <param name="Email">The address, or null.</param>
/// <param name="Phone">The number, or null.</param>
public sealed record Addresses(EmailAddress? Email, PhoneNumber? Phone)
{
    /// <summary>The person's own.</summary>
    public static Addresses Of(CustomerState state) => new(state.Email?.Value, state.Phone?.Value);

    /// <summary>The one that a way leads to.</summary>
    public Contact To(Channel channel) => channel == Channel.Email ? Contact.Of(Email!) : Contact.Of(Phone!);
}

/// <summary>Gathers how a person may be reached, for one purpose, at one instant.</summary>
public static class Reach
{
    /// <summary>For who cannot be texted anyway: our own cap.</summary>
    private static readonly SmsLimits OwnLimits = new(1, 4);

    /// <summary>The facts of both ways.</summary>
    public static Recipient Of(CustomerState state, Addresses to, Purpose purpose, Surroundings around) =>
        new(ByEmail(state, to.Email, purpose, around), BySms(state, to.Phone, purpose, around));

    private static ChannelFacts ByEmail(CustomerState state, EmailAddress? email, Purpose purpose, Surroundings around)
    {
        var contact = email is null ? null : Contact.Of(email);
        return new()
        {
            Channel = Channel.Email,
            HasAddress = contact is not null,
            Permission = Question(state, Channel.Email, contact, purpose, around),
            Countries = state.Country is { } country ? [country.Value] : [],
            Suppressed = Suppression.Of(around.RecordOf(contact), purpose),
            HasPostalAddress = !string.IsNullOrWhiteSpace(around.Store.PostalAddress),
            Recent = Recent(state, Channel.Email, around.RecordOf(contact), around.Now),
            Cap = Cap.Email,
            SegmentsLeft = around.MailsLeft,
            PacedUntil = PacedUntil(Channel.Email, around),
            Stopped = around.Store.Stopped(Store.EmailHold),
            NoPlan = around.Store.NoPlan,
        };
    }

    private static ChannelFacts BySms(CustomerState state, PhoneNumber? phone, Purpose purpose, Surroundings around)
    {
        var plan = phone is null ? null : PhoneNumbers.PlanOf(phone);
        var contact = plan is { IsTextable: true } ? Contact.Of(phone!) : null;
        // Who cannot be texted at all needs no law and no clock.
        var place = contact is null || !MayEver(state, contact) ? null : RecipientPlace.Of(new()
        {
            Phone = phone,
            PhoneCountry = plan!.Region,
            Country = state.Country?.Value,
            Region = state.Region?.Value,
            StoreZone = around.Store.TimeZone,
        });
        var law = place is null ? null : LawRules.For(place);
        return new()
        {
            Channel = Channel.Sms,
            HasAddress = contact is not null,
            Permission = Question(state, Channel.Sms, contact, purpose, around),
            Countries = place?.Countries ?? [],
            Suppressed = Suppression.Of(around.RecordOf(contact), purpose),
            SegmentsLeft = around.SegmentsLeft,
            Recent = Recent(state, Channel.Sms, around.RecordOf(contact), around.Now),
            Cap = Cap.Sms(law?.Limits ?? OwnLimits),
            PacedUntil = PacedUntil(Channel.Sms, around),
            Stopped = around.Store.Stopped(Store.SmsHold),
            NoPlan = around.Store.NoPlan,
            Quiet = place is null ? null : QuietHours.FreeAt(law!, Clocks(place, around), around.Now),
        };
    }

    private static DateTimeOffset? PacedUntil(Channel channel, Surroundings around) =>
        around.PacedUntil.TryGetValue(channel, out var until) ? until : null;

    private static bool MayEver(CustomerState state, Contact contact) =>
        state.Consents.GetValueOrDefault(contact.Stored)?.State == Events.ConsentState.Given;

    /// <summary>A zone that this machine's data do not know is left to the store's own.</summary>
    private static List<ZoneClock> Clocks(RecipientPlace place, Surroundings around)
    {
        var known = place.Zones.Select(around.Zones).OfType<ZoneClock>().ToList();
        return known.Count > 0 ? known : [around.Zones(around.Store.TimeZone) ?? Utc(around.Now)];
    }

    private static ZoneClock Utc(DateTimeOffset now) =>
        new("UTC", [new(now - ZoneClock.Reach, TimeSpan.Zero)], now + ZoneClock.Reach);

    private static PermissionQuestion Question(
        CustomerState state, Channel channel, Contact? contact, Purpose purpose, Surroundings around)
    {
        var consent = contact is null ? null : state.Consents.GetValueOrDefault(contact.Stored);
        return new()
        {
            Channel = channel,
            Purpose = purpose,
            Consent = consent?.State ?? Events.ConsentState.None,
            Level = consent?.Level ?? Events.OptInLevel.Unknown,
            ConsentAt = consent?.At,
            NamesCartReminders = around.Store.Sms.ConsentNamesCartReminders,
            Switches = around.Store.Permissions with { SmsSenderCountry = around.Store.Sms.SenderCountry },
            LastPurchaseAt = PurchaseFacts.LastAt(state),
            Now = around.Now,
        };
    }

    private static IReadOnlyList<DateTimeOffset> Recent(
        CustomerState state, Channel channel, ContactRecord? record, DateTimeOffset now) =>
        [.. state.Sends.Where(s => s.Value.Channel == channel && s.Value.Counts())
            .ToDictionary(s => s.Key, s => s.Value.ClaimedAt)
            .Concat(record?.Sends ?? System.Collections.Immutable.ImmutableSortedDictionary<string,
                DateTimeOffset>.Empty)
            .DistinctBy(s => s.Key).Select(s => s.Value).Where(t => t > now - Cap.Window).OrderDescending().Take(8)];
}
