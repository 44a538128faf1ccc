using System.Collections.Immutable;

namespace StoreConnector.Core.Messages;

/// <summary>The words of one store's messages that its merchant chose in place of ours.</summary>
/// <param name="Messages">By <see cref="MessageName.Key"/>.</param>
public sealed record OwnWords(ImmutableSortedDictionary<string, OwnText> Messages)
{
    /// <summary>Ours everywhere.</summary>
    public static readonly OwnWords None = new(ImmutableSortedDictionary<string, OwnText>.Empty);

    /// <summary>What was chosen for one message.</summary>
    public OwnText Of(MessageName name) => Messages.GetValueOrDefault(name.Key, OwnText.None);

    /// <summary>The same with other words for one message.</summary>
    public OwnWords With(MessageName name, OwnText text) => new(Messages.SetItem(name.Key, text));
}

/// <summary>One message's words that a merchant chose, by the key of ours. It was checked when it was saved.</summary>
/// <param name="Version">
/// Rises by one with every saved change, also when all is ours again; 0: never saved, as in a preview.
/// </param>
/// <param name="Words">What is not here is ours.</param>
public sealed record OwnText(int Version, ImmutableSortedDictionary<string, string> Words)
{
    /// <summary>Ours.</summary>
    public static readonly OwnText None = new(0, ImmutableSortedDictionary<string, string>.Empty);
}
