using System.Collections.Frozen;
using System.Reflection;
using Microsoft.AspNetCore.StaticFiles;

namespace StoreConnector.Admin;

/// <summary>One file of the merchant's page.</summary>
/// <param name="Bytes">As they are sent.</param>
/// <param name="ContentType">With its charset where it is text.</param>
/// <param name="Brotli">The same, compressed when it was built; null when it was not.</param>
/// <param name="Gzip">The same.</param>
internal sealed record AppFile(
    ReadOnlyMemory<byte> Bytes, string ContentType, ReadOnlyMemory<byte>? Brotli, ReadOnlyMemory<byte>? Gzip);

/// <summary>
/// The files of the merchant's page, built by <c>src/admin-ui</c> and embedded as <c>app/…</c>: less than a megabyte,
/// read once. None when the service was built without Node.
/// </summary>
internal sealed class AppFiles
{
    /// <summary>The document.</summary>
    public const string Index = "index.html";

    /// <summary>What lies below has a hash in its name, and never changes.</summary>
    public const string Hashed = "assets/";

    private const string Prefix = "app/", Brotli = ".br", Gzip = ".gz";

    private static readonly FileExtensionContentTypeProvider Types = new();

    private readonly FrozenDictionary<string, AppFile> all;

    public AppFiles() : this(Embedded())
    {
    }

    /// <param name="files">By path, for example <c>assets/index-4f1c.js</c>.</param>
    public AppFiles(IReadOnlyDictionary<string, byte[]> files) => all = files
        .Where(f => Path.GetExtension(f.Key) is not (Brotli or Gzip))
        .ToFrozenDictionary(f => f.Key, f => new AppFile(f.Value, TypeOf(f.Key), Variant(files, f.Key + Brotli),
            Variant(files, f.Key + Gzip)), StringComparer.Ordinal);

    /// <summary>The file at that path; null when there is none.</summary>
    public AppFile? Find(string path) => all.GetValueOrDefault(path);

    private static ReadOnlyMemory<byte>? Variant(IReadOnlyDictionary<string, byte[]> files, string path) =>
        files.TryGetValue(path, out var bytes) ? (ReadOnlyMemory<byte>?)bytes : null; // Null is no empty one.

    private static string TypeOf(string path)
    {
        var type = Types.TryGetContentType(path, out var known) ? known : "application/octet-stream";
        return type.StartsWith("text/", StringComparison.Ordinal) || type == "application/json"
            ? type + "; charset=utf-8" : type;
    }

    private static Dictionary<string, byte[]> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            // Windows builds with its own sign between folders.
            .ToDictionary(n => n[Prefix.Length..].Replace('\\', '/'), n =>
            {
                using var stream = assembly.GetManifestResourceStream(n)!;
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                return bytes;
            }, StringComparer.Ordinal);
    }
}
