using System.Diagnostics.CodeAnalysis;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Automations.PriceDrop;
using StoreConnector.Core.Automations.Replenishment;
using StoreConnector.Core.Values;

namespace StoreConnector.Core.Messages;

/// <summary>
/// Names one set of words: a step of an automation, on one channel, in one language. The steps of a cart's series are
/// <c>1</c>, <c>2</c> and <c>3</c> (see <see cref="CartReminder.WordsFor"/>), those of a price drop <c>one</c> and
/// <c>many</c> (products), the reminder to reorder has <c>1</c>.
/// </summary>
public sealed record MessageName
{
    /// <summary>The steps of a price drop: one product, or several.</summary>
    public const string One = "one", Many = "many";

    private static readonly (string Automation, string[] Steps)[] Automations =
        [(AbandonedCart.Name, ["1", "2", "3"]), (PriceDrop.Name, [One, Many]), (Replenishment.Name, ["1"])];

    private MessageName(string automation, string step, Channel channel, string language) =>
        (Automation, Step, Channel, Language) = (automation, step, channel, language);

    /// <summary>Every message there are words for.</summary>
    public static IReadOnlyList<MessageName> All { get; } =
    [
        .. from automation in Automations
           from step in automation.Steps
           from channel in new[] { Channel.Email, Channel.Sms }
           from language in MessageLanguage.All
           select new MessageName(automation.Automation, step, channel, language),
    ];

    /// <summary>What it belongs to.</summary>
    public string Automation { get; }

    /// <summary>Which of the automation's sets of words.</summary>
    public string Step { get; }

    /// <summary>The way it leaves.</summary>
    public Channel Channel { get; }

    /// <summary><c>en</c> or <c>ar</c>.</summary>
    public string Language { get; }

    /// <summary>The one text it is kept under, for example <c>abandoned-cart.1.email.en</c>.</summary>
    public string Key => $"{Automation}.{Step}.{(Channel == Channel.Email ? "email" : "sms")}.{Language}";

    /// <summary>The compiled template of an e-mail, without its language: <c>abandoned-cart-1</c>.</summary>
    public string Template => Automation == Replenishment.Name ? Automation : $"{Automation}-{Step}";

    /// <summary>The e-mail or text of a step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such message.</exception>
    public static MessageName Of(string automation, string step, Channel channel, string language) =>
        All.FirstOrDefault(known => (known.Automation, known.Step, known.Channel, known.Language)
            == (automation, step, channel, language))
        ?? throw new ArgumentOutOfRangeException(nameof(step), $"There is no {automation} {step} in {language}.");

    /// <summary>The message of these names, if there is one.</summary>
    public static bool TryParse(
        string automation, string step, string channel, string language, [NotNullWhen(true)] out MessageName? name)
    {
        var key = $"{automation}.{step}.{channel}.{language}";
        name = All.FirstOrDefault(known => known.Key == key);
        return name is not null;
    }
}
