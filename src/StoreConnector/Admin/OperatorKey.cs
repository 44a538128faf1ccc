using System.Security.Cryptography;
using System.Text;

namespace StoreConnector.Admin;

/// <summary>The key that opens every door of the API. Compared in fixed time, whatever its length.</summary>
internal sealed class OperatorKey(string key)
{
    /// <summary>The file that keeps a key that was made at the first start.</summary>
    public const string FileName = "operator.key";

    private readonly byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Whether the text is the key.</summary>
    public bool Matches(string text) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(text)), hash);

    /// <summary>
    /// The key that was set, else the one in the folder, else a new one, kept there for its owner's eyes only.
    /// Two services that start at once end with the same one: the file is made whole, then moved to its name, or not
    /// at all.
    /// </summary>
    /// <param name="folder">Null only when a key was set.</param>
    public static OperatorKey Load(string? configured, string? folder)
    {
        if (!string.IsNullOrWhiteSpace(configured)) { return new(configured.Trim()); }

        ArgumentNullException.ThrowIfNull(folder);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) { Make(path); }

        var kept = File.ReadAllText(path).Trim();
        return kept.Length >= 32 ? new(kept)
            : throw new InvalidDataException(
                $"{path} holds no key: delete it to have a new one made, or set Operator:Key.");
    }

    private static void Make(string path)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) { options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; }

        using (var file = new StreamWriter(draft, options))
        {
            file.WriteLine(RandomNumberGenerator.GetHexString(64, lowercase: true));
        }

        try { File.Move(draft, path, overwrite: false); }
        catch (IOException) when (File.Exists(path)) { File.Delete(draft); } // Another start was first: its key counts.
    }
}
