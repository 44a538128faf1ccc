using StoreConnector.Storage;

namespace StoreConnector.Processing;

/// <summary>A message that was given up, and why, as far as that was noted.</summary>
internal sealed record GivenUpMessage(string Queue, PoisonMessage Message, Failure? Failure);

/// <summary>Messages that were given up, with why. Whoever runs one again or drops it comes this way.</summary>
internal sealed class GivenUp(IQueues queues, Failures failures)
{
    /// <summary>The most that are shown of one queue, and that are looked through for one.</summary>
    public const int MaxListed = 100;

    /// <summary>The most of one queue that are searched for somebody who is to be forgotten.</summary>
    public const int MaxSearched = 1000;

    /// <summary>Those of one queue, oldest first.</summary>
    public async ValueTask<IReadOnlyList<GivenUpMessage>> ListAsync(string queue, CancellationToken cancel)
    {
        var poison = await (await queues.OpenAsync(queue, cancel)).PoisonAsync(MaxListed, cancel);
        return await Task.WhenAll(poison.Select(async p =>
            new GivenUpMessage(queue, p, await failures.FindAsync(queue, p.Body, cancel))));
    }

    /// <summary>Puts one back into its queue. False when it is not there.</summary>
    public async ValueTask<bool> RunAgainAsync(string queue, string poisonId, CancellationToken cancel)
    {
        await ForgetAsync(queue, poisonId, cancel); // First: once it runs, it may fail anew and say so.
        return await (await queues.OpenAsync(queue, cancel)).RunAgainAsync(poisonId, cancel);
    }

    /// <summary>Removes one for good; a missing one is fine.</summary>
    public async ValueTask DropAsync(string queue, string poisonId, CancellationToken cancel)
    {
        await ForgetAsync(queue, poisonId, cancel);
        await (await queues.OpenAsync(queue, cancel)).DropPoisonAsync(poisonId, cancel);
    }

    /// <summary>Removes for good, from every queue, what is meant among the <see cref="MaxSearched"/> oldest.</summary>
    public async ValueTask ForgetAsync(Func<ReadOnlyMemory<byte>, bool> isMeant, CancellationToken cancel)
    {
        foreach (var name in Queues.All)
        {
            var queue = await queues.OpenAsync(name, cancel);
            foreach (var message in await queue.PoisonAsync(MaxSearched, cancel))
            {
                if (!isMeant(message.Body)) { continue; }

                await failures.ForgetAsync(name, message.Body, cancel);
                await queue.DropPoisonAsync(message.Id, cancel);
            }
        }
    }

    private async ValueTask ForgetAsync(string queue, string poisonId, CancellationToken cancel)
    {
        var poison = await (await queues.OpenAsync(queue, cancel)).PoisonAsync(MaxListed, cancel);
        if (poison.FirstOrDefault(p => p.Id == poisonId) is { } one)
        {
            await failures.ForgetAsync(queue, one.Body, cancel);
        }
    }
}
