using System.IO.Compression;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Repository;

/// <summary>
/// What ships and deploys the service: the Functions layout, the package, the image, the resources. No Functions host, Docker
/// or Azure is here; what they would read is held against what they are documented to want.
/// </summary>
public sealed partial class InfraTests(Published published)
{
    private const string Prefix = "sc";

    private static readonly string Functions = Path.Combine(Repo.Root, "src", "StoreConnector", "Hosting", "Functions");

    private static readonly string Publish = Path.Combine(Repo.Root, "infra", "scripts", "publish");

    /// <summary>Each function, and the queue that it empties.</summary>
    private static readonly Dictionary<string, string?> Known = new()
    {
        ["Http"] = null, ["Sweep"] = null, ["Nightly"] = null,
        ["ShopEvents"] = Queues.ShopEvents, ["WakeUps"] = Queues.WakeUps, ["ProductChanges"] = Queues.ProductChanges,
        ["Imports"] = Queues.Imports,
    };

    // https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
    private static readonly Dictionary<string, string> Roles = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
    };

    [Fact]
    public void There_is_a_function_for_each_queue_and_no_other() => Assert.Multiple(
        () => Assert.Equal(Known.Keys.Order(), Directory.GetDirectories(Functions).Select(d => Path.GetFileName(d)).Order()),
        () => Assert.Equal(QueueNames().Order(), Known.Values.OfType<string>().Order()));

    [Fact]
    public void All_of_HTTP_is_one_function_that_the_host_passes_on_untouched()
    {
        var bindings = Bindings("Http");

        // Exactly one in and one out: anything more, and the host sends an envelope instead of the request.
        Assert.Equal(["httpTrigger in req", "http out res"], bindings.Select(b => $"{Text(b, "type")} {Text(b, "direction")} {Text(b, "name")}"));
        Assert.Equal("anonymous", Text(bindings[0], "authLevel"));
        Assert.Equal("{*path}", Text(bindings[0], "route"));
        Assert.Equal(["delete", "get", "head", "options", "patch", "post", "put"],
            bindings[0].GetProperty("methods").EnumerateArray().Select(m => m.GetString()!).Order());
    }

    [Theory]
    [InlineData("ShopEvents")]
    [InlineData("WakeUps")]
    [InlineData("ProductChanges")]
    [InlineData("Imports")]
    public void A_queue_is_read_as_bytes_under_its_own_name(string function)
    {
        var binding = Assert.Single(Bindings(function));

        Assert.Equal("queueTrigger in msg", $"{Text(binding, "type")} {Text(binding, "direction")} {Text(binding, "name")}");
        Assert.Equal($"{Prefix}-{Known[function]}", Text(binding, "queueName"));
        Assert.Equal("binary", Text(binding, "dataType")); // As text the host would merge the message into its own metadata.
    }

    [Theory]
    [InlineData("Sweep", "0 * * * * *")]
    [InlineData("Nightly", "0 0 * * * *")]
    public void A_timer_never_runs_because_an_instance_started(string function, string schedule)
    {
        var binding = Assert.Single(Bindings(function));

        Assert.Equal("timerTrigger in timer", $"{Text(binding, "type")} {Text(binding, "direction")} {Text(binding, "name")}");
        Assert.Equal(schedule, Text(binding, "schedule"));
        Assert.False(binding.GetProperty("runOnStartup").GetBoolean());
        Assert.True(binding.GetProperty("useMonitor").GetBoolean());
    }

    [Fact]
    public void The_host_starts_our_executable_and_changes_no_route()
    {
        var host = Json("host.json");
        var handler = host.GetProperty("customHandler");
        var extensions = host.GetProperty("extensions");

        Assert.Equal(typeof(Program).Assembly.GetName().Name, Text(handler.GetProperty("description"), "defaultExecutablePath"));
        Assert.Equal(["--host", "functions"], handler.GetProperty("description").GetProperty("arguments").EnumerateArray().Select(a => a.GetString()));
        Assert.True(handler.GetProperty("enableProxyingHttpRequest").GetBoolean());
        Assert.Equal("", Text(extensions.GetProperty("http"), "routePrefix"));
        Assert.Equal(IQueue.MaxDequeues, extensions.GetProperty("queues").GetProperty("maxDequeueCount").GetInt32());
        Assert.Equal("base64", Text(extensions.GetProperty("queues"), "messageEncoding"));
        Assert.Equal("[4.0.0, 5.0.0)", Text(host.GetProperty("extensionBundle"), "version"));
    }

    [Fact]
    public void The_local_sample_has_every_connection_and_only_settings_that_are_explained()
    {
        var sample = Json("local.settings.sample.json").GetProperty("Values").EnumerateObject().Select(v => v.Name).ToList();
        var connections = Known.Keys.SelectMany(Bindings).Where(b => b.TryGetProperty("connection", out _)).Select(b => Text(b, "connection"));

        Assert.Empty(connections.Except(sample));
        Assert.Empty(sample.Except(Explained()));
    }

    [Fact]
    public void A_secret_of_a_developer_is_never_committed() =>
        Assert.Contains("local.settings.json", File.ReadAllLines(Path.Combine(Repo.Root, ".gitignore")));

    [Theory]
    [InlineData("--prefix", "Shop", "cannot be")]
    [InlineData("--prefix", "my-shop", "cannot be")]
    [InlineData("--runtime", "win-x64", "cannot be")]
    [InlineData("--quickly", "yes", "Unknown")]
    [InlineData("--prefix", null, "Use:")]
    public async Task A_publish_that_cannot_be_is_refused_in_one_line(string option, string? value, string says)
    {
        var (code, output) = await Commands.RunAsync(Repo.Root, Publish, value is null ? [option] : [option, value]);

        Assert.Equal(2, code);
        Assert.Contains(says, Assert.Single(output.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task A_publish_is_a_folder_and_a_zip_that_start_where_there_is_no_dotnet()
    {
        using var folder = new TemporaryFolder();
        var output = await published.FolderAsync();
        var app = Path.Combine(output, "functions");

        foreach (var (function, queue) in Known)
        {
            var text = File.ReadAllText(Path.Combine(app, function, "function.json"));
            Assert.Equal(queue is null ? null : $"{Published.Prefix}-{queue}", QueueName().Match(text) is { Success: true } m ? m.Groups[1].Value : null);
        }

        var files = Directory.GetFiles(app, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(app, f)).ToList();
        Assert.Equal(File.ReadAllText(Path.Combine(Repo.Root, "host.json")), File.ReadAllText(Path.Combine(app, "host.json")));
        Assert.DoesNotContain(files, f => Stray().IsMatch(f));
        AssertLocked(Path.Combine(app, "StoreConnector.deps.json"));

        var unpacked = folder.File("unpacked"); // As the platform does it: the bits are those of the zip.
        await using (var zip = await ZipFile.OpenReadAsync(Path.Combine(output, "functions.zip")))
        {
            Assert.Equal(files.Order(), zip.Entries.Select(e => e.FullName).Order());
            Assert.All(zip.Entries, e => Assert.Equal(Unix.Readable, Mode(e) & Unix.Readable));
            Assert.Equal(Unix.Runnable, Mode(zip.GetEntry("StoreConnector")!) & Unix.Runnable);
            await zip.ExtractToDirectoryAsync(unpacked);
        }

        var port = Commands.FreePort();
        var start = Json("host.json").GetProperty("customHandler").GetProperty("description");
        await Commands.ServeAsync(
            unpacked,
            [Path.Combine(unpacked, Text(start, "defaultExecutablePath")), .. start.GetProperty("arguments").EnumerateArray().Select(a => a.GetString()!)],
            new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}", ["Storage__Path"] = folder.File("data") },
            new($"http://127.0.0.1:{port}"),
            async http => Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready")).StatusCode));
    }

    [Fact]
    public void What_the_image_copies_is_there_and_not_ignored()
    {
        var ignored = File.ReadAllLines(Path.Combine(Repo.Root, ".dockerignore"));

        foreach (var source in DockerSteps.Copied(Text("infra/Dockerfile")))
        {
            Assert.True(Path.Exists(Path.Combine(Repo.Root, source)), source);
            Assert.Contains($"!{source.Split('/')[0]}", ignored);
        }

        Assert.Contains("*", ignored);
        Assert.Contains("**/bin", ignored);
        Assert.Contains("**/obj", ignored);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task The_steps_of_the_image_end_in_a_service_that_says_it_is_well()
    {
        using var folder = new TemporaryFolder();
        var steps = new DockerSteps(Repo.Root, folder.Path);
        await steps.TakeAsync(Text("infra/Dockerfile"));

        Assert.All(steps.Images, image => Assert.Matches(@"^mcr\.microsoft\.com/dotnet/(sdk|aspnet):10\.0-noble$", image));
        Assert.Equal("$APP_UID", steps.User);
        Assert.Equal("http://+:8080", steps.Environment["ASPNETCORE_URLS"]);
        Assert.Equal("/data", steps.Environment["Storage__Path"]);
        Assert.True(Directory.Exists(steps.In("/data")));
        Assert.Empty(steps.Environment.Keys.Except(Explained()));

        var port = Commands.FreePort();
        var environment = new Dictionary<string, string>(steps.Environment)
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["Storage__Path"] = steps.In("/data"),
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
        };
        await Commands.ServeAsync(steps.WorkingFolder, steps.EntryPoint, environment, new($"http://127.0.0.1:{port}"), async _ =>
        {
            var check = steps.HealthCheck.Select(word => word.Replace("/8080", $"/{port}", StringComparison.Ordinal)).ToArray();
            await Commands.SucceedAsync(folder.Path, check[0], check[1..]);
        });
        var (code, _) = await Commands.RunAsync(folder.Path, steps.HealthCheck[0], [.. steps.HealthCheck[1..]
            .Select(word => word.Replace("/8080", $"/{port}", StringComparison.Ordinal))]);
        Assert.NotEqual(0, code); // Nobody is there any more.
    }

    [Fact]
    public void The_composition_sets_what_is_a_setting_and_pins_what_it_fetches()
    {
        var compose = Text("infra/compose.yaml");

        Assert.Empty(ComposeSetting().Matches(compose).Select(m => m.Groups[1].Value).Except(Explained()));
        Assert.All(Image().Matches(compose).Select(m => m.Groups[1].Value).Where(i => i != "storeconnector"),
            image => Assert.Matches(@":\d+\.\d+\.\d+$", image));
        Assert.All(Port().Matches(compose), m => Assert.Equal("127.0.0.1", m.Groups[1].Value));
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task The_resources_compile_without_a_warning()
    {
        using var folder = new TemporaryFolder();
        var template = await CompileAsync(folder);

        var variables = template.GetProperty("variables");
        foreach (var role in variables.GetProperty("storageRoles").EnumerateArray())
        {
            Assert.Equal(Roles[Text(role, "id")], Text(role, "name"));
        }

        var text = template.GetRawText();
        Assert.Empty(RoleId().Matches(text).Select(m => m.Value).Except(Roles.Keys));
        Assert.Equal("Key Vault Secrets User", Roles[Text(variables, "keyVaultSecretsUser")]);
        Assert.Equal("Monitoring Metrics Publisher", Roles[Text(variables, "monitoringMetricsPublisher")]);
        Assert.All(ApiVersion().Matches(text), m => Assert.Matches(@"^\d{4}-\d\d-\d\d$", m.Groups[1].Value)); // No previews.
        Assert.DoesNotContain("listKeys", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("AccountKey", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Prefix, template.GetProperty("parameters").GetProperty("prefix").GetProperty("defaultValue").GetString());
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task The_app_is_a_custom_handler_with_settings_that_are_explained()
    {
        using var folder = new TemporaryFolder();
        var template = await CompileAsync(folder);
        var resources = template.GetProperty("resources");

        var app = Assert.Single(Resources(resources), r => Text(r, "type") == "Microsoft.Web/sites");
        var config = app.GetProperty("properties").GetProperty("functionAppConfig");
        Assert.Equal("custom", Text(config.GetProperty("runtime"), "name"));
        Assert.Equal("1.0", Text(config.GetProperty("runtime"), "version"));
        Assert.Equal("UserAssignedIdentity", Text(config.GetProperty("deployment").GetProperty("storage").GetProperty("authentication"), "type"));
        var plan = Assert.Single(Resources(resources), r => Text(r, "type") == "Microsoft.Web/serverfarms");
        Assert.Equal("FC1", Text(plan.GetProperty("sku"), "name"));

        var settings = Assert.Single(Resources(resources), r => Text(r, "type") == "Microsoft.Web/sites/config");
        var names = AppSetting().Matches(settings.GetProperty("properties").GetRawText() + template.GetProperty("variables").GetRawText())
            .Select(m => m.Groups[1].Value).Distinct().ToList();
        Assert.Contains("Storage__AccountName", names);
        Assert.Contains("Shopify__ClientSecret__0", names);
        Assert.Contains("Storage__KeySecret__0", names);
        Assert.DoesNotContain("Storage__Path", names); // Nothing is kept in a folder there.
        var text = settings.GetProperty("properties").GetRawText() + template.GetProperty("variables").GetRawText();
        Assert.All(names.Where(n => n.Contains("Secret", StringComparison.Ordinal) || n == "Operator__Key"), name => // In the vault.
            Assert.Matches(name + @"['""][,:] ?(""\[)?format\('@Microsoft\.KeyVault", text));
        // Flex Consumption takes it from functionAppConfig and refuses it here.
        Assert.DoesNotContain("FUNCTIONS_WORKER_RUNTIME", settings.GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> CompileAsync(TemporaryFolder folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "The compiler we fetch is for Linux, x64.");
        var project = Path.Combine(Repo.Root, "tests", "tools", "bicep");
        await Commands.SucceedAsync(project, "dotnet", "restore", "-v", "quiet");
        var bicep = (await Commands.SucceedAsync(project, "dotnet", "msbuild", "-t:Where", "-getProperty:BicepCompiler")).Trim();

        var (source, target) = (Path.Combine(Repo.Root, "infra", "main.bicep"), folder.File("main.json"));
        Assert.Equal("", await Commands.SucceedAsync(folder.Path, bicep, "lint", source));
        Assert.Equal("", await Commands.SucceedAsync(folder.Path, bicep, "build", source, "--outfile", target));
        var parameters = Path.Combine(Repo.Root, "infra", "main.sample.bicepparam");
        Assert.Equal("", await Commands.SucceedAsync(folder.Path, "env", $"STORECONNECTOR_OPERATOR_KEY={new string('k', 32)}",
            $"STORECONNECTOR_KEY_SECRET={new string('s', 32)}",
            bicep, "build-params", parameters, "--outfile", folder.File("parameters.json")));
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(target));
        return document.RootElement.Clone();
    }

    /// <summary>What ships is what is locked, byte for byte: the publish restores for a runtime, which the lock file does not know.</summary>
    private static void AssertLocked(string deps)
    {
        using var locked = JsonDocument.Parse(Text("src/StoreConnector/packages.lock.json"));
        using var shipped = JsonDocument.Parse(File.ReadAllBytes(deps));
        var known = locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(p => p.Value.TryGetProperty("resolved", out _))
            .ToDictionary(p => $"{p.Name}/{Text(p.Value, "resolved")}", p => $"sha512-{Text(p.Value, "contentHash")}");
        var packages = shipped.RootElement.GetProperty("libraries").EnumerateObject().Where(l => Text(l.Value, "type") == "package").ToList();

        Assert.NotEmpty(packages);
        Assert.All(packages, l => Assert.Equal(known.GetValueOrDefault(l.Name, $"{l.Name} is not locked"), Text(l.Value, "sha512")));
    }

    private static IEnumerable<string> QueueNames() =>
        from field in typeof(Queues).GetFields(BindingFlags.Public | BindingFlags.Static)
        where field.IsLiteral
        select (string)field.GetRawConstantValue()!;

    /// <summary>Settings that a guide explains, as the environment names them.</summary>
    private static HashSet<string> Explained() => [..
        from guide in new[] { "docs/operators.md", "docs/azure.md" }
        from line in Text(guide).Split('\n')
        where line.StartsWith("| `", StringComparison.Ordinal)
        from match in Code().Matches(line.Split('|')[1])
        select match.Groups[1].Value.Replace(":", "__", StringComparison.Ordinal)];

    private static IEnumerable<JsonElement> Resources(JsonElement resources) => resources.ValueKind == JsonValueKind.Array
        ? resources.EnumerateArray() : resources.EnumerateObject().Select(r => r.Value);

    private static List<JsonElement> Bindings(string function)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Functions, function, "function.json")));
        return [.. document.RootElement.GetProperty("bindings").Clone().EnumerateArray()];
    }

    private static JsonElement Json(string path)
    {
        using var document = JsonDocument.Parse(Text(path));
        return document.RootElement.Clone();
    }

    private static string Text(string path) => File.ReadAllText(Path.Combine(Repo.Root, path));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static UnixFileMode Mode(ZipArchiveEntry entry) => (UnixFileMode)(entry.ExternalAttributes >> 16) & (UnixFileMode)0x1FF;

    private static class Unix
    {
        public const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        public const UnixFileMode Runnable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    }

    [GeneratedRegex("\"queueName\": \"([^\"]+)\"")]
    private static partial Regex QueueName();

    [GeneratedRegex(@"local\.settings|appsettings|Tests|xunit|^Hosting|\.cs$|\.env|operator\.key|\.lock\.json|publish\.")]
    private static partial Regex Stray();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^\s+(\w+__\w+|PublicUrl|OTEL_\w+|ASPNETCORE_\w+):", RegexOptions.Multiline)]
    private static partial Regex ComposeSetting();

    [GeneratedRegex(@"^\s+image: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Image();

    [GeneratedRegex(@"ports: \[""([\d.]+):")]
    private static partial Regex Port();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex RoleId();

    [GeneratedRegex("\"apiVersion\": \"([^\"]+)\"")]
    private static partial Regex ApiVersion();

    [GeneratedRegex(@"['""](\w+__\w+|[A-Z]+_[A-Z_]+|PublicUrl)['""]")]
    private static partial Regex AppSetting();
}
