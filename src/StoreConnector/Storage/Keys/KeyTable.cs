using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace StoreConnector.Storage.Keys;

/// <summary>
/// The keys that protect secrets at rest, a row each in table <c>keys</c>, so that all copies of the service share them
/// and a backup of the engine holds them. What an older version kept as files is read too.
/// </summary>
/// <param name="path">The folder with an older version's <c>keys</c>; null when there is none.</param>
internal sealed class KeyTable(ITables tables, string? path) : IXmlRepository
{
    private const string Table = "keys", Partition = "keys";

    /// <summary>How long storage may take: the service waits for keys before it listens, then starts without.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() => Now(ReadAsync);

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName) => Now(cancel => WriteAsync(element, cancel));

    private async Task<IReadOnlyCollection<XElement>> ReadAsync(CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        var rows = await table.RangeAsync(Partition, "", "~", Limits.MaxRange, cancel);
        return [.. rows.Select(r => XElement.Parse(Encoding.UTF8.GetString(r.Value.Span))), .. Files()];
    }

    private async Task<bool> WriteAsync(XElement element, CancellationToken cancel)
    {
        var table = await tables.OpenAsync(Table, cancel);
        var bytes = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        return await table.TryWriteAsync(Partition, [new TableWrite.Insert($"{Guid.NewGuid():N}", bytes)], cancel);
    }

    private IEnumerable<XElement> Files()
    {
        var folder = path is null ? null : new DirectoryInfo(Path.Combine(path, "keys"));
        return folder is { Exists: true } ? folder.EnumerateFiles("*.xml").Select(f => XElement.Load(f.FullName)) : [];
    }

    /// <summary>Key management does not wait, and asks seldom: at the start, and once a minute at most.</summary>
    private static T Now<T>(Func<CancellationToken, Task<T>> ask)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            return Task.Run(() => ask(limit.Token).WaitAsync(limit.Token)).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new StorageUnavailableException($"Table '{Table}' did not answer in {Patience.TotalSeconds:0} s.", e);
        }
    }
}
