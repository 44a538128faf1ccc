using System.Diagnostics;
using System.Text.RegularExpressions;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Repository;

/// <summary>What Shopify is told of the app is what the service does.</summary>
public sealed partial class ShopifyAppTests
{
    private static readonly string Folder = Path.Combine(Repo.Root, "src", "shopify-app");
    private static readonly string App = WithoutComments(File.ReadAllText(Path.Combine(Folder, "shopify.app.toml")));

    /// <summary>Asked for, and ignored by the parser: who reads one takes it off this list.</summary>
    private static readonly string[] NotRead = ["bulk_operations/finish"]; // The door wakes its import.

    [Fact]
    public void Every_topic_that_is_read_is_asked_for_and_none_else()
    {
        var asked = Listed("topics").Concat(Listed("compliance_topics")).ToList();

        Assert.Equal(asked.Distinct().Order(), asked.Order());
        Assert.Equal(ReadTopics().Order(), asked.Except(NotRead.Where(t => !IsRead(t))).Order());
    }

    [Fact]
    public void The_service_asks_for_the_scopes_that_the_app_s_file_names()
    {
        var named = Regex.Match(App, "(?m)^scopes = \"([^\"]+)\"", RegexOptions.None,
            TimeSpan.FromSeconds(1)).Groups[1].Value.Split(',');

        Assert.Equal(ShopifyScopes.Required.Order(), named.Order());
        Assert.All(ShopifyScopes.Pixel, scope => Assert.Contains($"\"{scope}\"", App, StringComparison.Ordinal));
    }

    [Fact]
    public void The_law_s_topics_are_named_as_such() =>
        Assert.Equal(["customers/data_request", "customers/redact", "shop/redact"], Listed("compliance_topics"));

    [Fact]
    public void Everything_is_delivered_to_the_one_door()
    {
        Assert.All(Uri().Matches(App), m => Assert.Equal("/webhooks/shopify", m.Groups[1].Value));
        Assert.Equal(Table().Matches(App).Count(m => m.Value is "[[webhooks.subscriptions]]" or "[[events.subscription]]"), Uri().Count(App));
        Assert.DoesNotContain("include_fields", App, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_the_one_that_we_ask_for_and_read() =>
        Assert.All(Version().Matches(App), m => Assert.Equal(ShopifyApp.ApiVersion, m.Groups[1].Value));

    [Fact]
    public void Each_scope_is_asked_for_once()
    {
        var scopes = Listed("scopes").SelectMany(s => s.Split(',')).Concat(Listed("optional_scopes")).ToList();

        Assert.Equal(scopes.Distinct(), scopes);
        Assert.Subset(scopes.ToHashSet(), new HashSet<string> { "read_customers", "write_customers", "read_orders", "read_products", "write_app_proxy" });
        Assert.DoesNotContain(scopes, s => s is "read_customer_name" or "read_customer_email" or "read_customer_phone" or "read_customer_address");
    }

    [Fact]
    public void The_sign_up_form_fits_into_what_a_page_can_spare()
    {
        var form = Path.Combine(Folder, "extensions", "sign-up");
        var bytes = new[] { "assets/sign-up.js", "blocks/sign-up.liquid" }.Sum(f => new FileInfo(Path.Combine(form, f)).Length);

        Assert.InRange(bytes, 1, 10 * 1024);
    }

    [Fact]
    [Trait("Needs", "node")]
    public async Task The_extensions_do_what_their_tests_say()
    {
        var start = new ProcessStartInfo("node", ["--test", Path.Combine(Repo.Root, "tests", "shopify-app")]) { RedirectStandardOutput = true };
        using var node = Process.Start(start)!;
        var said = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, said);
        Assert.Matches(@"(?m)^(# |ℹ )pass [1-9]", said);
    }

    private static bool IsRead(string topic) =>
        new ShopifyParser(null).Parse(new("d", topic, null, DateTimeOffset.UnixEpoch, "{}"u8.ToArray())) is not Parsed.Ignored;

    /// <summary>Every word of the parser's own code that it reads when it is a delivery's topic.</summary>
    private static IEnumerable<string> ReadTopics() => TopicWord()
        .Matches(File.ReadAllText(Path.Combine(Repo.Root, "src", "StoreConnector", "Platforms", "Shopify", "ShopifyParser.cs")))
        .Select(m => m.Groups[1].Value).Distinct().Where(IsRead);

    private static List<string> Listed(string key) => [.. Regex.Matches(App, $@"(?m)^{key} = (\[[^\]]*\]|""[^""]*"")")
        .SelectMany(list => Word().Matches(list.Groups[1].Value).Select(word => word.Groups[1].Value))];

    private static string WithoutComments(string toml) => Comment().Replace(toml, "");

    [GeneratedRegex(@"(?m)^\s*#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"""([^""]+)""")]
    private static partial Regex Word();

    [GeneratedRegex(@"""([a-z_]+/[a-z_]+)""")]
    private static partial Regex TopicWord();

    [GeneratedRegex(@"(?m)^uri = ""([^""]*)""")]
    private static partial Regex Uri();

    [GeneratedRegex(@"(?m)^api_version = ""([^""]*)""")]
    private static partial Regex Version();

    [GeneratedRegex(@"(?m)^\[.*\]$")]
    private static partial Regex Table();
}
