using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Simulation;

/// <summary>Where handlers are played a storage step at a time, all on one thread: before each step, and each call of the vendor, they wait.</summary>
internal sealed class Stage(World world)
{
    public World World => world;

    public Player? Current { get; set; }

    /// <summary>Asked before and after each step of a handler; may throw what a storage engine may.</summary>
    public Action<StorageStep, bool>? Fault { get; set; }

    public void Open()
    {
        SynchronizationContext.SetSynchronizationContext(null); // Continuations run where they are released.
        world.Engine.Before = async step =>
        {
            await (Current?.Pause() ?? default);
            Fault?.Invoke(step, false);
        };
        world.Engine.After = Fault is null ? null : step => { Fault?.Invoke(step, true); return default; };
        world.Vendor.Before = _ => Current?.Pause() ?? default;
    }

    public void Close() => (world.Engine.Before, world.Engine.After, world.Vendor.Before) = (null, null, null);
}

/// <summary>Plays one handler, a storage step at a time, on the caller's thread.</summary>
internal sealed class Player(Stage stage, Actor actor, Action<Actor> ended)
{
    private TaskCompletionSource? paused;
    private Task? running;
    private bool abandoned;

    public string Name => actor.Name;

    public int Taken { get; private set; }

    public bool IsOver => running is { IsCompleted: true };

    public void Advance(int steps)
    {
        for (var i = 0; i < steps && !IsOver; i++)
        {
            stage.World.Clock.Now = actor.Clock ?? stage.World.Clock.Now;
            stage.Current = this;
            if (running is null) { running = actor.Run(stage.World); }
            else
            {
                var release = paused ?? throw new InvalidOperationException($"{actor.Name} waits for something that is not storage.");
                paused = null;
                Taken++;
                release.SetResult();
            }

            stage.Current = null;
            if (IsOver)
            {
                running.GetAwaiter().GetResult();
                ended(actor);
            }
        }
    }

    /// <summary>The process dies here: what was written stays, the rest never happens, the message comes again.</summary>
    public void Crash()
    {
        if (IsOver) { return; }

        paused = null; // What waits for it is never released.
        running = null;
    }

    public void Abandon()
    {
        abandoned = true;
        paused = null;
    }

    public ValueTask Pause()
    {
        if (abandoned) { return new(new TaskCompletionSource().Task); }

        paused = new();
        return new(paused.Task);
    }
}
