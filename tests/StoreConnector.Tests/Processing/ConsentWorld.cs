using Microsoft.AspNetCore.DataProtection;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Customers;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage.Customers;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Processing;

/// <summary>A world with all that hears what people say about messages.</summary>
internal sealed class ConsentWorld
{
    public const string Mail = "mariam@example.com", Number = "+14155550123";

    public ConsentWorld()
    {
        var keys = new EphemeralDataProtectionProvider();
        World.Store = World.Store with { Sms = World.Store.Sms with { MonthlyBudget = 1000 } };
        Codes = new(World.Engine, World);
        Links = new(World, Codes, World.Merges, World.Proofs, World.WakeUps, World.Clock);
        Choices = new(World.Merges, World.Proofs, World.ShopEvents, World.WakeUps, World.Clock);
        Replies = new(keys, World.Clock);
        OptIns = new(World.Engine, World, World.Merges, World.Proofs,
            new OptInMessages(Renderer, new LinkBase(() => new("https://l.example.com"))), World.Vendor,
            new Refusals(World, World.Clock), World.ShopEvents, keys, World.Clock);
        Texts = new(OptIns, Replies, World.Proofs, World.WakeUps, World.Clock);
        Import = new(World.Proofs, World.Clock);
    }

    private static readonly EmailRenderer Renderer = new();

    public World World { get; } = new();

    public ShortLinks Codes { get; }

    public UnsubscribeLinks Links { get; }

    public MessageChoices Choices { get; }

    public TextReplies Replies { get; }

    public OptIns OptIns { get; }

    public InboundTexts Texts { get; }

    public SuppressionImport Import { get; }

    public StoreContext Store => new(World.Store, World.Customers);

    public static Contact Email { get; } = Contact.Of(Story.Email(Mail)!);

    public static Contact Phone { get; } = Contact.Of(Read(Number));

    public string HashOf(Contact contact) => World.Customers.Hash(contact);

    public async Task<ContactRecord> RecordAsync(Contact contact) =>
        await World.Customers.ReadContactAsync(HashOf(contact), default) ?? ContactRecord.Empty;

    public async Task<IReadOnlyList<KeptProof>> ProofsAsync(Contact contact) =>
        await World.Proofs.ReadAsync(World.Customers, HashOf(contact), default);

    public CustomerState Mariam => World.Person(Alias.Of(Story.Email(Mail)!))!;

    /// <summary>Somebody with an address and a number who agreed to both.</summary>
    public async Task MeetAsync(string mail = Mail, string id = "m")
    {
        await World.ApplyAsync(Consent(id + "c", 0, mail));
        await World.ApplyAsync(Order(id + "o", 1, 900 + mail.Length, mail, phone: Number));
        await World.ApplyAsync(Consent(id + "s", 2, mail) with
        {
            Contacts = [Phone],
            Body = new Core.Events.ConsentChanged(
                Phone, Core.Events.ConsentState.Given, Core.Events.OptInLevel.Double, At(2), "checkout", "Yes, text me."),
        });
        World.Clock.Advance(TimeSpan.FromMinutes(10));
    }

    public UnsubscribeLink LinkOf(Contact contact, string? refill = null) =>
        new(HashOf(contact), "en", Mariam.Key, contact.Channel, refill);

    public static PhoneNumber Read(string text) => PhoneNumber.TryParse(text, out var number) ? number
        : throw new FormatException(text);

    public ConsentRequest Request(Contact contact, bool doubleOptIn = true, params Purpose[] purposes) => new(
        contact, contact.Channel == Channel.Sms ? Story.Email(Mail) : null, purposes.Length == 0 ? [Purpose.Cart, Purpose.Price]
            : purposes, "Yes, remind me.", "v3", "checkout", World.Clock.Now)
    {
        Ip = "203.0.113.9", DoubleOptIn = doubleOptIn,
    };
}
