namespace StoreConnector.Tests.Fakes;

/// <summary>Waits for what others do in their own time. How long a slow machine may take says nothing: minutes.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <exception cref="OperationCanceledException">It never came to hold.</exception>
    public static async Task HoldsAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!holds()) { await Task.Delay(5, limit.Token); }
    }
}
