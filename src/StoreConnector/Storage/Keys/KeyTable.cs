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

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() => Now(ReadAsync());

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName) => Now(WriteAsync(element));

    private async Task<IReadOnlyCollection<XElement>> ReadAsync()
    {
        var table = await tables.OpenAsync(Table, default);
        var rows = await table.RangeAsync(Partition, "", "~", Limits.MaxRange, default);
        return [.. rows.Select(r => XElement.Parse(Encoding.UTF8.GetString(r.Value.Span))), .. Files()];
    }

    private async Task<bool> WriteAsync(XElement element)
    {
        var table = await tables.OpenAsync(Table, default);
        var bytes = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        return await table.TryWriteAsync(Partition, [new TableWrite.Insert($"{Guid.NewGuid():N}", bytes)], default);
    }

    private IEnumerable<XElement> Files()
    {
        var folder = path is null ? null : new DirectoryInfo(Path.Combine(path, "keys"));
        return folder is { Exists: true } ? folder.EnumerateFiles("*.xml").Select(f => XElement.Load(f.FullName)) : [];
    }

    /// <summary>Key management does not wait, and asks seldom: at the start, and once a minute at most.</summary>
    private static T Now<T>(Task<T> task) => Task.Run(() => task).GetAwaiter().GetResult();
}
