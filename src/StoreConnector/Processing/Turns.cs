using StoreConnector.Core.Events;

namespace StoreConnector.Processing;

/// <summary>
/// Lets events of one person go one after the other within this process. An economy, not a safety net: between
/// processes, and against wake-ups, the record's version decides; but thirty handlers that all want one busy customer
/// would mostly lose.
/// </summary>
internal sealed class Turns(IShopEventHandler next) : IShopEventHandler, IDisposable
{
    private readonly SemaphoreSlim[] lanes = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task HandleAsync(ShopEventMessage message, CancellationToken cancel)
    {
        var lane = lanes[(uint)HashCode.Combine(message.StoreId, Whom(message.Event)) % lanes.Length];
        await lane.WaitAsync(cancel);
        try
        {
            await next.HandleAsync(message, cancel);
        }
        finally
        {
            lane.Release();
        }
    }

    public void Dispose() => Array.ForEach(lanes, lane => lane.Dispose());

    /// <summary>The alias an event belongs to, as far as that can be said without a look: its strongest.</summary>
    private static string Whom(StoreEvent happened) =>
        happened.Aliases.MinBy(a => (a.Rank, a.Kind, a.Value))?.Stored ?? happened.Id;
}
