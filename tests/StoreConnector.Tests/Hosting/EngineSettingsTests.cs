using Microsoft.Extensions.Configuration;
using StoreConnector.Hosting;

namespace StoreConnector.Tests.Hosting;

public sealed class EngineSettingsTests
{
    private const string Key = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

    [Theory]
    [InlineData("ours", "Storage:ConnectionString=AccountName=ours;AccountKey=" + Key, "AzureWebJobsStorage=AccountName=theirs;AccountKey=" + Key)]
    [InlineData("ours", "Storage:AccountName=ours", "AzureWebJobsStorage=AccountName=theirs;AccountKey=" + Key)]
    [InlineData("ours", "Storage:ConnectionString=AccountName=ours;AccountKey=" + Key, "Storage:AccountName=other")]
    [InlineData("theirs", "AzureWebJobsStorage=AccountName=theirs;AccountKey=" + Key, "AzureWebJobsStorage:accountName=other")]
    [InlineData("theirs", "Storage:ConnectionString= ", "AzureWebJobsStorage:accountName=theirs")]
    public void What_was_set_for_us_goes_first_and_a_connection_string_before_a_name(string expected, params string[] settings)
    {
        var engine = Assert.IsType<EngineSettings.Azure>(Read(isFunctions: true, settings));

        Assert.Equal((expected, "sc"), (engine.Account.Name, engine.Prefix));
        Assert.True(engine.Account.Key is null != engine.Account.Identity is null);
    }

    [Theory]
    [InlineData(false, typeof(EngineSettings.Sqlite))]
    [InlineData(false, typeof(EngineSettings.Sqlite), "Storage:Engine=SQLite", "AzureWebJobsStorage=UseDevelopmentStorage=true")]
    [InlineData(false, typeof(EngineSettings.Azure), "Storage:Engine= azure ", "AzureWebJobsStorage=UseDevelopmentStorage=true")]
    [InlineData(true, typeof(EngineSettings.Azure), "AzureWebJobsStorage=UseDevelopmentStorage=true")]
    public void The_engine_is_the_one_that_was_asked_for_and_Azure_under_the_host(bool isFunctions, Type expected, params string[] settings) =>
        Assert.IsType(expected, Read(isFunctions, settings));

    [Theory]
    [InlineData(true, "use Azure", "Storage:Engine=Sqlite")]
    [InlineData(false, "'Postgres' is unknown", "Storage:Engine=Postgres")]
    [InlineData(false, "wants an account", "Storage:Engine=Azure")]
    [InlineData(true, "wants an account")]
    [InlineData(true, "Storage:ConnectionString is no connection string", "Storage:ConnectionString=" + Key)]
    [InlineData(true, "AzureWebJobsStorage is no connection string", "AzureWebJobsStorage=AccountKey=" + Key)]
    [InlineData(true, "Storage:AccountName 'My-Account'", "Storage:AccountName=My-Account")]
    [InlineData(true, "AzureWebJobsStorage:accountName 'ab'", "AzureWebJobsStorage:accountName=ab")]
    [InlineData(true, "Storage:Prefix 'Shop'", "AzureWebJobsStorage=UseDevelopmentStorage=true", "Storage:Prefix=Shop")]
    [InlineData(true, "Storage:Prefix '7shop'", "AzureWebJobsStorage=UseDevelopmentStorage=true", "Storage:Prefix=7shop")]
    [InlineData(true, "Storage:Prefix 'my-shop'", "AzureWebJobsStorage=UseDevelopmentStorage=true", "Storage:Prefix=my-shop")]
    [InlineData(true, "up to 20", "AzureWebJobsStorage=UseDevelopmentStorage=true", "Storage:Prefix=abcdefghijklmnopqrstu")]
    public void What_cannot_be_is_told_in_one_line_without_a_key(bool isFunctions, string says, params string[] settings)
    {
        var e = Assert.Throws<BrokenSettingException>(() => Read(isFunctions, settings));

        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2Vj", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("shop7")]
    [InlineData("abcdefghijklmnopqrst")]
    public void A_prefix_is_a_letter_and_more(string prefix) => Assert.Equal(prefix, Assert.IsType<EngineSettings.Azure>(
        Read(true, ["AzureWebJobsStorage=UseDevelopmentStorage=true", $"Storage:Prefix={prefix}"])).Prefix);

    [Theory]
    [InlineData(null)]
    [InlineData("one", "AZURE_CLIENT_ID=one")]
    [InlineData("two", "AZURE_CLIENT_ID=one", "AzureWebJobsStorage:clientId=two")]
    public void The_identity_is_the_hosts_or_the_libraries(string? expected, params string[] settings) =>
        Assert.Equal(expected, EngineSettings.ReadClientId(Configuration(settings)));

    [Theory]
    [InlineData("Operator:Key must be set", "AzureWebJobsStorage=UseDevelopmentStorage=true")]
    [InlineData("Operator:Key is a reference", "Operator:Key=@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/operator-key)")]
    [InlineData("Storage:KeySecret is a reference", "Operator:Key=k", "Storage:KeySecret=@Microsoft.KeyVault(VaultName=kv;SecretName=key)")]
    [InlineData("Storage:KeySecret is a reference", "Operator:Key=k", "Storage:KeySecret:1=@Microsoft.KeyVault(VaultName=kv;SecretName=key)")]
    [InlineData("Shopify:ClientSecret is a reference", "Operator:Key=k", "Shopify:ClientSecret:0=@Microsoft.KeyVault(VaultName=kv;SecretName=shop)")]
    [InlineData("too short", "Operator:Key=k", "Storage:KeySecret=short")]
    [InlineData("is no port", "Operator:Key=k", "FUNCTIONS_CUSTOMHANDLER_PORT=70000")]
    public void Under_the_host_no_secret_is_made_up_and_none_is_a_reference(string says, params string[] settings)
    {
        var e = Assert.Throws<BrokenSettingException>(() => ServiceSettings.Read(Configuration(
            ["FUNCTIONS_CUSTOMHANDLER_PORT=50000", "AzureWebJobsStorage=UseDevelopmentStorage=true", .. settings]), isDevelopment: false));

        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("vault.azure.net", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void On_Azure_no_folder_is_needed_once_the_key_is_set()
    {
        var settings = ServiceSettings.Read(Configuration(["FUNCTIONS_HTTPWORKER_PORT=50000", "Operator:Key=k",
            "AzureWebJobsStorage=UseDevelopmentStorage=true", "Storage:Path=/dev/null/data", "WEBSITE_HOSTNAME=app.azurewebsites.net",
            "Storage:KeySecret:0=the-newest-of-the-secrets", "Storage:KeySecret:1=the-older-of-the-secrets"]), isDevelopment: false);

        Assert.Equal((null, 50000), (settings.Path, settings.FunctionsPort));
        Assert.Equal(new Uri("https://app.azurewebsites.net"), settings.PublicUrl);
        Assert.Equal(["the-newest-of-the-secrets", "the-older-of-the-secrets"], settings.KeySecrets);
    }

    private static EngineSettings Read(bool isFunctions, string[] settings) => EngineSettings.Read(Configuration(settings), isFunctions);

    private static IConfiguration Configuration(string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => s.Split('=', 2)).Select(s => KeyValuePair.Create<string, string?>(s[0], s[1]))
        .Reverse().DistinctBy(s => s.Key)).Build(); // The last one counts.
}
