namespace StoreConnector.Storage;

/// <summary>
/// One queue with the semantics of Azure Queue storage: at least once, in no order, again after the lease when it was
/// not deleted. Every method may throw <see cref="StorageUnavailableException"/>.
/// </summary>
internal interface IQueue
{
    /// <summary>The largest message, in bytes (Azure's 64 KiB less base64).</summary>
    const int MaxBytes = 48 * 1024;

    /// <summary>
    /// Times a message is handed out before <see cref="ReceiveAsync"/> moves it to the poison list instead.
    /// </summary>
    const int MaxDequeues = 5;

    /// <summary>
    /// Keeps all of the messages; on return they are on disk. One that is too large is refused with all the others.
    /// When the engine does not answer, some may be kept: whoever sends them again has them twice.
    /// </summary>
    ValueTask SendAsync(IReadOnlyList<QueueSend> messages, CancellationToken cancel);

    /// <summary>
    /// Hands out at most <paramref name="max"/> (1 to 32) visible messages, hidden from others for
    /// <paramref name="lease"/>, which runs on the machine's clock. A message that was handed out
    /// <see cref="MaxDequeues"/> times goes to the poison list and is not handed out.
    /// </summary>
    ValueTask<IReadOnlyList<QueueMessage>> ReceiveAsync(int max, TimeSpan lease, CancellationToken cancel);

    /// <summary>
    /// Removes a message that was handed out; one that is gone, or was handed out again since, is left alone.
    /// </summary>
    ValueTask DeleteAsync(QueueMessage message, CancellationToken cancel);

    /// <summary>Poisoned messages, oldest first.</summary>
    ValueTask<IReadOnlyList<PoisonMessage>> PoisonAsync(int max, CancellationToken cancel);

    /// <summary>
    /// How many poisoned messages there are: an engine that can counts them, the others say what one listing holds.
    /// </summary>
    async ValueTask<int> PoisonCountAsync(CancellationToken cancel) => (await PoisonAsync(100, cancel)).Count;

    /// <summary>
    /// Returns when the queue itself answered; takes and changes nothing. An engine that keeps its poison elsewhere
    /// asks the queue by other means.
    /// </summary>
    async ValueTask ReachAsync(CancellationToken cancel) => await PoisonAsync(1, cancel);

    /// <summary>
    /// Ends when this process may have put a visible message here, or after <paramref name="atMost"/> of real time.
    /// Another process's message, or one whose time has come, is found by looking.
    /// </summary>
    ValueTask WaitAsync(TimeSpan atMost, CancellationToken cancel);

    /// <summary>Puts a poisoned message back into the queue, its count at zero. False when it is not there.</summary>
    ValueTask<bool> RunAgainAsync(string poisonId, CancellationToken cancel);

    /// <summary>Removes a poisoned message (erasure, retention); a missing one is fine.</summary>
    ValueTask DropPoisonAsync(string poisonId, CancellationToken cancel);
}

/// <summary>A message to keep.</summary>
/// <param name="Body">At most <see cref="IQueue.MaxBytes"/>.</param>
/// <param name="VisibleAt">Handed out no earlier than this instant of the service's clock; null at once.</param>
internal sealed record QueueSend(ReadOnlyMemory<byte> Body, DateTimeOffset? VisibleAt = null);

/// <summary>A message that was handed out.</summary>
/// <param name="Id">The engine's id.</param>
/// <param name="Receipt">Names this hand-out: <see cref="IQueue.DeleteAsync"/> wants it.</param>
/// <param name="Body">The bytes as sent.</param>
/// <param name="Dequeues">1 the first time.</param>
internal sealed record QueueMessage(string Id, string Receipt, ReadOnlyMemory<byte> Body, int Dequeues);

/// <summary>A message that failed <see cref="IQueue.MaxDequeues"/> times. Kept, listed, can be run again.</summary>
/// <param name="Id">Names it in the list.</param>
/// <param name="Body">The bytes as sent.</param>
/// <param name="PoisonedAt">When it was given up.</param>
internal sealed record PoisonMessage(string Id, ReadOnlyMemory<byte> Body, DateTimeOffset PoisonedAt);

/// <summary>Opens queues by name.</summary>
internal interface IQueues
{
    /// <summary>
    /// The queue of that name (3 to 63 of <c>a–z 0–9 -</c>), made when it does not exist. Cheap to call again.
    /// </summary>
    ValueTask<IQueue> OpenAsync(string name, CancellationToken cancel);
}
