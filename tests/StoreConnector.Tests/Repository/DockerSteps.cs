using System.Text.Json;
using System.Text.RegularExpressions;

namespace StoreConnector.Tests.Repository;

/// <summary>
/// Takes the steps of a Dockerfile without Docker: each stage is an empty folder, COPY copies into it from the context or
/// from another stage, RUN runs in its WORKDIR. What it does not know it refuses. It shows that the steps find what they
/// need and that their result starts; not what the base images hold, nor who may write where.
/// </summary>
internal sealed partial class DockerSteps(string context, string root)
{
    private readonly Dictionary<string, string> stages = [];
    private string stage = "";
    private string folder = "/";

    /// <summary>What the last stage's ENV says.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The images, in order.</summary>
    public List<string> Images { get; } = [];

    public string[] EntryPoint { get; private set; } = [];

    public string[] HealthCheck { get; private set; } = [];

    public string? User { get; private set; }

    /// <summary>Where the entry point is run.</summary>
    public string WorkingFolder => In(folder);

    /// <summary>The sources of each COPY from the context.</summary>
    public static IEnumerable<string> Copied(string dockerfile) =>
        from line in Lines(dockerfile)
        where line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal)
        from source in Words(line)[1..^1]
        select source;

    public async Task TakeAsync(string dockerfile)
    {
        foreach (var line in Lines(dockerfile))
        {
            var words = Words(line);
            switch (words[0])
            {
                case "FROM": Begin(words); break;
                case "WORKDIR": Directory.CreateDirectory(In(folder = words[1])); break;
                case "COPY": Copy(words); break;
                case "RUN": await Commands.SucceedAsync(In(folder), "bash", "-c", line[4..]); break;
                case "ENV": Set(words); break;
                case "USER": User = words[1]; break;
                case "HEALTHCHECK": HealthCheck = Array(line[line.IndexOf('[', StringComparison.Ordinal)..]); break;
                case "ENTRYPOINT": EntryPoint = Array(line[11..]); break;
                case "EXPOSE" or "VOLUME": break;
                default: throw new NotSupportedException(line);
            }
        }
    }

    /// <summary>A path of the image, in this machine's folder for its last stage.</summary>
    public string In(string path) => Path.Combine(root, stage, Path.Combine(folder, path).TrimStart('/'));

    private void Begin(string[] words)
    {
        Images.Add(words[1]);
        stage = words is [_, _, "AS", var name] ? name : $"stage-{Images.Count}";
        stages.Add(stage, Path.Combine(root, stage));
        Directory.CreateDirectory(stages[stage]);
        folder = "/";
        Environment.Clear();
    }

    private void Copy(string[] words)
    {
        var options = words.Where(w => w.StartsWith("--", StringComparison.Ordinal)).ToList();
        string[] paths = [.. words.Skip(1).Where(w => !options.Contains(w))];
        var from = options.Find(o => o.StartsWith("--from=", StringComparison.Ordinal)) is { } option ? stages[option[7..]] : context;
        var target = In(paths[^1]);
        foreach (var source in paths[..^1].Select(path => Path.Combine(from, path.TrimStart('/'))))
        {
            if (Directory.Exists(source)) { CopyFolder(source, target); }
            else
            {
                Assert.True(paths[^1].EndsWith('/'), $"Several files go to a folder: {string.Join(' ', words)}");
                Directory.CreateDirectory(target);
                File.Copy(source, Path.Combine(target, Path.GetFileName(source)));
            }
        }
    }

    /// <summary>Without <c>bin</c> and <c>obj</c>: .dockerignore, which a test of its own looks at.</summary>
    private static void CopyFolder(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(source)) { File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true); }
        foreach (var inner in Directory.GetDirectories(source).Where(d => Path.GetFileName(d) is not ("bin" or "obj")))
        {
            CopyFolder(inner, Path.Combine(target, Path.GetFileName(inner)));
        }
    }

    private void Set(string[] words)
    {
        foreach (var word in words[1..])
        {
            var parts = word.Split('=', 2);
            Environment[parts[0]] = parts[1];
        }
    }

    private static string[] Array(string json) => JsonSerializer.Deserialize<string[]>(json)!;

    private static string[] Words(string line) => Space().Split(line);

    private static IEnumerable<string> Lines(string dockerfile) =>
        dockerfile.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#');

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
