namespace StoreConnector.Processing;

/// <summary>Takes one event of <see cref="Queues.ShopEvents"/> to its customer. An exception leaves it to the queue,
/// to come again.</summary>
internal interface IShopEventHandler
{
    /// <summary>Applies the event, for good: when it returns, the message may be deleted.</summary>
    Task HandleAsync(ShopEventMessage message, CancellationToken cancel);
}

/// <summary>Looks at one customer of <see cref="Queues.WakeUps"/> again.</summary>
internal interface IWakeUpHandler
{
    /// <summary>Decides, and sends what is due: when it returns, the message may be deleted.</summary>
    Task HandleAsync(WakeUpMessage message, CancellationToken cancel);
}

/// <summary>Tells a page of customers of <see cref="Queues.ProductChanges"/> what they are interested in.</summary>
internal interface IProductChangeHandler
{
    /// <summary>One page, and queues the next: when it returns, the message may be deleted.</summary>
    Task HandleAsync(ProductChangeMessage message, CancellationToken cancel);
}

/// <summary>Takes over what a platform knew before we came: one kind of thing, named in the messages of
/// <see cref="Queues.Imports"/>.</summary>
internal interface IImportHandler
{
    /// <summary>Its name, as the messages give it.</summary>
    string Import { get; }

    /// <summary>One page, and queues the next: when it returns, the message may be deleted.</summary>
    Task HandleAsync(ImportMessage message, CancellationToken cancel);
}

/// <summary>Queues a wake-up for everybody who is due.</summary>
internal interface ISweeper
{
    /// <summary>One sweep up to now. Sweeps may overlap; they only repeat.</summary>
    Task SweepAsync(CancellationToken cancel);
}

/// <summary>What is done once a night.</summary>
internal interface INightly
{
    /// <summary>Does it for every store that needs it. A repeat does no harm.</summary>
    Task RunAsync(CancellationToken cancel);
}
