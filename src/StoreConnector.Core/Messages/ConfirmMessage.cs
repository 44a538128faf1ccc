namespace StoreConnector.Core.Messages;

/// <summary>
/// All that the e-mail is made from which asks whether an address is its owner's: no marketing, sent once for what
/// somebody asked for. An answer to it is the second half of a double opt-in.
/// </summary>
public sealed record ConfirmMessage
{
    /// <summary>How long its link works.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary><c>en</c> or <c>ar</c>: see <see cref="MessageLanguage"/>.</summary>
    public required string Language { get; init; }

    /// <summary>How the store shows itself.</summary>
    public required Brand Brand { get; init; }

    /// <summary>What was asked for, as a reader would list it.</summary>
    public required string Topics { get; init; }

    /// <summary>The address, masked: who gets it knows it, and who got it by mistake need not.</summary>
    public required string Address { get; init; }

    /// <summary>The page that confirms.</summary>
    public required Uri Button { get; init; }

    /// <summary>What is missing that it may not leave without; empty when nothing is.</summary>
    public IReadOnlyList<string> Missing() =>
    [
        .. Printable.Clean(Brand.Name) is null ? (string[])["store name"] : [],
        .. MessageLink.IsLink(Button) ? (string[])[] : ["button link"],
    ];

    /// <summary>The fields of its template, ready to print.</summary>
    public IReadOnlyDictionary<string, object?> View() => ViewFields.Of(
        ("store", EnvelopeView.Store(Brand, Language)),
        ("brand", EnvelopeView.Colors(Brand)),
        ("topics", Topics),
        ("address", Address),
        ("button", ViewFields.Of(("url", MessageLink.Text(Button)))));
}
