using StoreConnector.Channels;
using StoreConnector.Channels.Email;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Insights;

namespace StoreConnector.Processing;

/// <summary>A message as it would have looked; nobody gets it, and no address is in it.</summary>
/// <param name="Automation">What it belongs to.</param>
/// <param name="At">When it would have left.</param>
/// <param name="CustomerKey">To whom.</param>
/// <param name="Content">What it says.</param>
internal sealed record ExampleMessage(
    string Automation, DateTimeOffset At, string CustomerKey, MessageContent Content);

/// <summary>Writes messages by the real composer, with links that lead nowhere and without a row of storage.</summary>
internal sealed class ExampleMessages(EmailRenderer renderer, LinkBase address, MessageWords words)
{
    private readonly MessageComposer composer = new(renderer, new ExampleLinks(address), words,
        new ExampleCodes(), new PlainShopLinks());

    /// <summary>The first message of each automation that can be written.</summary>
    public async ValueTask<IReadOnlyList<ExampleMessage>> OfAsync(
        StoreContext store, IReadOnlyList<ReplayedSend> firsts, CancellationToken cancel)
    {
        var examples = new List<ExampleMessage>();
        foreach (var send in firsts)
        {
            if (examples.Exists(e => e.Automation == send.Order.Automation)) { continue; }

            if (await composer.ComposeAsync(store, send.Person, Public(send.Order), send.At, cancel)
                is Composed.Ready ready)
            {
                examples.Add(new(send.Order.Automation, send.At, send.Person.Key, ready.Message.Content));
            }
        }

        return examples;
    }

    /// <summary>
    /// The platform's own link opens a checkout to whoever has it: an example leads to the shop's cart instead.
    /// </summary>
    private static SendOrder Public(SendOrder order) => order.Subject is Subject.Cart { View: var view }
        ? order with { Subject = new Subject.Cart(view with { Cart = view.Cart with { RecoveryUrl = null } }) } : order;
}
