using StoreConnector.Channels;
using StoreConnector.Core.Messages;

namespace StoreConnector.Tests.Messages;

/// <summary>One message in one language, as every test of e-mails looks at it, whatever it is about.</summary>
internal interface ISpecimen
{
    /// <summary>Names its golden files.</summary>
    string Name { get; }

    string Language { get; }

    /// <summary>The compiled template it is made from, without language and extension.</summary>
    string Template { get; }

    Envelope Envelope { get; }

    /// <summary>The links into the shop.</summary>
    IReadOnlyList<Uri> WaysIn { get; }

    bool HasBigButton { get; }

    /// <summary>As the golden files show it.</summary>
    MessageContent.Email Golden();

    /// <summary>With everything there can be.</summary>
    MessageContent.Email Full();

    /// <summary>With nothing that may be missing.</summary>
    MessageContent.Email Bare();

    /// <summary>The full one in another envelope.</summary>
    MessageContent.Email In(Func<Envelope, Envelope> change);

    /// <summary>The full one with each optional part taken away, one at a time.</summary>
    IEnumerable<(string What, MessageContent.Email Mail)> Lesser();

    /// <summary>With the same words in the place of each text from outside.</summary>
    MessageContent.Email Poisoned(string words, OwnWords? own = null);

    MessageContent.Email ByChance(Random chance);

    /// <summary>The views of every shape it can have.</summary>
    IEnumerable<IReadOnlyDictionary<string, object?>> Views();
}

/// <summary>What the tests do with one kind of message.</summary>
internal sealed record Kind<T>
{
    public required Func<string, T, MessageContent.Email> Render { get; init; }

    public required Func<T, IReadOnlyDictionary<string, object?>> View { get; init; }

    public required Func<T, Envelope> Envelope { get; init; }

    public required Func<T, Envelope, T> In { get; init; }

    public required Func<T, IReadOnlyList<Uri>> WaysIn { get; init; }

    /// <summary>Every optional part but the envelope's, and how to take it away.</summary>
    public required IReadOnlyDictionary<string, Func<T, T>> Without { get; init; }

    /// <summary>Puts words in the place of each text from outside but the envelope's.</summary>
    public required Func<T, string, T> Poison { get; init; }

    /// <summary>Something else of this kind, as odd as shops are.</summary>
    public required Func<T, Random, T> Shuffle { get; init; }
}

/// <inheritdoc/>
internal sealed record Specimen<T>(
    string Name, string Template, string Language, Kind<T> Kind, T Whole, T Shown, T Necessary) : ISpecimen
{
    /// <summary>Other shapes of the same message, for the fields that only they have.</summary>
    public IReadOnlyList<T> Others { get; init; } = [];

    public bool HasBigButton { get; init; } = true;

    public Envelope Envelope => Kind.Envelope(Whole);

    public IReadOnlyList<Uri> WaysIn => Kind.WaysIn(Whole);

    public MessageContent.Email Golden() => Render(Shown);

    public MessageContent.Email Full() => Render(Whole);

    public MessageContent.Email Bare() => Render(Necessary);

    public MessageContent.Email In(Func<Envelope, Envelope> change) => Render(Changed(Whole, change));

    public IEnumerable<(string What, MessageContent.Email Mail)> Lesser() => Takings()
        .Select(taking => ($"{Name} without {taking.What}", Render(taking.Take(Whole))));

    public MessageContent.Email Poisoned(string words, OwnWords? own = null) => Render(Changed(Kind.Poison(Whole, words),
        envelope => Samples.Poisoned(envelope, words) with { Words = own ?? OwnWords.None }));

    public MessageContent.Email ByChance(Random chance)
    {
        var message = Takings().Where(_ => chance.Next(6) == 0).Aggregate(Whole, (whole, taking) => taking.Take(whole));
        if (chance.Next(4) > 0) { message = Kind.Shuffle(message, chance); }
        return Render(Changed(message, envelope => Samples.Shuffled(envelope, chance)));
    }

    public IEnumerable<IReadOnlyDictionary<string, object?>> Views() => Others
        .Append(Whole)
        .Append(Changed(Whole, envelope => envelope with { Why = new Why.Soft(Samples.Asked) }))
        .Append(Changed(Whole, envelope => envelope with { Why = new Why.Requested("House Espresso") }))
        .Append(Changed(Whole, envelope => envelope with { Why = new Why.OptOut(null) }))
        .Append(Changed(Whole, envelope => envelope with { Brand = envelope.Brand with { DiscreetSubjects = true } }))
        .Select(Kind.View);

    private IEnumerable<(string What, Func<T, T> Take)> Takings() =>
        Kind.Without.Select(pair => (pair.Key, pair.Value)).Concat(Samples.Without.Select(pair =>
            (pair.Key, (Func<T, T>)(whole => Changed(whole, pair.Value)))));

    private T Changed(T message, Func<Envelope, Envelope> change) => Kind.In(message, change(Kind.Envelope(message)));

    private MessageContent.Email Render(T message) => Kind.Render("rimal", message);
}
