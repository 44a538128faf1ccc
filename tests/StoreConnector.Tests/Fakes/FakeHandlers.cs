using Microsoft.Extensions.Logging.Abstractions;
using StoreConnector.Processing;

namespace StoreConnector.Tests.Fakes;

/// <summary>Handlers of all queues that a test fills in, and messages for them.</summary>
internal sealed class FakeHandlers : IShopEventHandler, IWakeUpHandler, IProductChangeHandler, IImportHandler
{
    /// <summary>The import that <see cref="OnImport"/> handles.</summary>
    public const string ImportName = "test-import";

    public Func<ShopEventMessage, CancellationToken, Task> OnEvent { get; set; } = (_, _) => Task.CompletedTask;

    public Func<WakeUpMessage, CancellationToken, Task> OnWakeUp { get; set; } = (_, _) => Task.CompletedTask;

    public Func<ProductChangeMessage, CancellationToken, Task> OnChange { get; set; } = (_, _) => Task.CompletedTask;

    public Func<ImportMessage, CancellationToken, Task> OnImport { get; set; } = (_, _) => Task.CompletedTask;

    public string Import => ImportName;

    public Task HandleAsync(ShopEventMessage message, CancellationToken cancel) => OnEvent(message, cancel);

    public Task HandleAsync(WakeUpMessage message, CancellationToken cancel) => OnWakeUp(message, cancel);

    public Task HandleAsync(ProductChangeMessage message, CancellationToken cancel) => OnChange(message, cancel);

    public Task HandleAsync(ImportMessage message, CancellationToken cancel) => OnImport(message, cancel);

    /// <summary>A runner that knows only these.</summary>
    public MessageRunner Runner(FakeEngine engine, TimeProvider clock) =>
        new(this, this, this, [this], new Failures(engine), clock, NullLogger<MessageRunner>.Instance);

    /// <summary>The simplest message that carries a text.</summary>
    public static byte[] Message(string text) => Queues.Write(new ImportMessage(1, "s1", ImportName, text));
}
