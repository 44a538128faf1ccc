using Microsoft.Extensions.Logging;

namespace StoreConnector.Tests.Fakes;

/// <summary>All that is logged, as <c>Level: text</c>.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    public List<string> All { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        lock (All) { All.Add($"{logLevel}: {formatter(state, exception)}"); }
    }

    public void Dispose()
    {
    }
}
