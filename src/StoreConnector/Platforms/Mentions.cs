using StoreConnector.Core.Events;
using StoreConnector.Core.Values;

namespace StoreConnector.Platforms;

/// <summary>
/// Who a payload is about: the aliases and addresses it names, each once, within the limits of an event. What comes
/// first is kept, so name the strongest first. At most one e-mail address identifies (docs/protocols.md §1); the others
/// are
/// contacts only.
/// </summary>
internal sealed class Mentions
{
    private readonly List<Alias> aliases = [];
    private readonly List<Contact> contacts = [];

    /// <summary>At most <see cref="StoreEvent.MaxAliases"/>.</summary>
    public IReadOnlyList<Alias> Aliases => aliases;

    /// <summary>At most <see cref="StoreEvent.MaxContacts"/>.</summary>
    public IReadOnlyList<Contact> Contacts => contacts;

    /// <summary>Names an account; 0 and less are nobody.</summary>
    public Mentions Account(long? id) => Alias.TryAccount(id, out var alias) ? Add(alias) : this;

    /// <summary>Names an order.</summary>
    public Mentions Order(long? id) => Alias.TryOrder(id, out var alias) ? Add(alias) : this;

    /// <summary>Names a checkout or a cart.</summary>
    public Mentions Token(AliasKind kind, string? token) =>
        Alias.TryToken(kind, token, out var alias) ? Add(alias) : this;

    /// <summary>
    /// Names the person's own e-mail address: it identifies, and it is a contact. Only the first one identifies.
    /// </summary>
    public Mentions Own(EmailAddress? address)
    {
        if (address is null) { return this; }
        if (!aliases.Exists(alias => alias.Kind == AliasKind.Email)) { Add(Alias.Of(address)); }

        return Add(Contact.Of(address));
    }

    /// <summary>Names an e-mail address that identifies nobody.</summary>
    public Mentions Mail(Payload text) =>
        EmailAddress.TryParse(text.Text, out var address) ? Add(Contact.Of(address)) : this;

    /// <summary>Names a phone: always a contact, never an alias, for spouses share phones.</summary>
    public Mentions Phone(PhoneNumber? number) => number is null ? this : Add(Contact.Of(number));

    private Mentions Add(Alias alias)
    {
        if (aliases.Count < StoreEvent.MaxAliases && !aliases.Contains(alias)) { aliases.Add(alias); }

        return this;
    }

    private Mentions Add(Contact contact)
    {
        if (contacts.Count < StoreEvent.MaxContacts && !contacts.Contains(contact)) { contacts.Add(contact); }

        return this;
    }
}
