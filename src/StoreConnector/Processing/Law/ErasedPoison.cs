using System.Text;

namespace StoreConnector.Processing.Law;

/// <summary>Who is to be forgotten must not stand in messages that were given up: they are searched.</summary>
internal sealed class ErasedPoison(GivenUp givenUp) : IPersonSearch
{
    public ValueTask ForgetAsync(StoreContext store, ErasedPerson who, CancellationToken cancel)
    {
        var ours = Encoding.UTF8.GetBytes($"\"{store.Store.Id}\"");
        byte[][] names = [.. who.Aliases.Select(a => $"\"{a.Stored}\"").Concat(who.Contacts.Select(c => c.Address))
            .Concat(who.Keys).Select(Encoding.UTF8.GetBytes)];
        return givenUp.ForgetAsync(body => body.Span.IndexOf(ours) >= 0
            && names.Any(name => body.Span.IndexOf(name) >= 0), cancel);
    }
}
