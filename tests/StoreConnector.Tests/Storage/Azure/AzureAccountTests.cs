using StoreConnector.Storage.Azure;

namespace StoreConnector.Tests.Storage.Azure;

public sealed class AzureAccountTests
{
    private const string Key = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

    [Theory]
    [InlineData("UseDevelopmentStorage=true", "devstoreaccount1", "http://127.0.0.1:10002/devstoreaccount1", "http://127.0.0.1:10001/devstoreaccount1")]
    [InlineData("usedevelopmentstorage=True;", "devstoreaccount1", "http://127.0.0.1:10002/devstoreaccount1", "http://127.0.0.1:10001/devstoreaccount1")]
    [InlineData("AccountName=acct;AccountKey=" + Key, "acct", "https://acct.table.core.windows.net", "https://acct.queue.core.windows.net")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=" + Key + ";EndpointSuffix=core.chinacloudapi.cn",
        "acct", "https://acct.table.core.chinacloudapi.cn", "https://acct.queue.core.chinacloudapi.cn")]
    [InlineData(" accountname = acct ; accountkey = " + Key + " ; TableEndpoint = http://azurite:10002/acct/ ; QueueEndpoint=http://azurite:10001/acct",
        "acct", "http://azurite:10002/acct", "http://azurite:10001/acct")]
    [InlineData("BlobEndpoint=https://b;AccountName=acct;AccountKey=" + Key + ";DefaultEndpointsProtocol=http", "acct",
        "http://acct.table.core.windows.net", "http://acct.queue.core.windows.net")]
    public void A_connection_string_names_its_account_and_where_it_answers(string text, string name, string tables, string queues)
    {
        var account = AzureAccount.Parse(text);

        Assert.Equal((name, new Uri(tables), new Uri(queues)), (account.Name, account.Tables, account.Queues));
        Assert.NotNull(account.Key);
        Assert.Null(account.Identity);
    }

    [Theory]
    [InlineData("", "no AccountName")]
    [InlineData("UseDevelopmentStorage=false", "no AccountName")]
    [InlineData("AccountKey=" + Key, "no AccountName")]
    [InlineData("AccountName=acct", "no AccountKey")]
    [InlineData("AccountName=acct;AccountKey=", "no AccountKey")]
    [InlineData("AccountName=acct;SharedAccessSignature=sv=1&sig=" + Key, "signatures are not read")]
    [InlineData("AccountName=acct;AccountKey=qzx!" + Key, "no base64")]
    [InlineData("AccountName=acct;" + Key, "no AccountKey")] // Base64 ends in '=': the part has a name of sorts.
    [InlineData("secretwithoutanything", "no '='")]
    [InlineData("AccountName=acct;AccountKey=" + Key + ";TableEndpoint=ftp://acct", "table endpoint")]
    [InlineData("AccountName=acct;AccountKey=" + Key + ";QueueEndpoint=acct", "queue endpoint")]
    public void What_is_missing_is_said_and_nothing_of_what_is_there(string text, string says)
    {
        var e = Assert.Throws<FormatException>(() => AzureAccount.Parse(text));

        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2Vj", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("qzx", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secretwithout", e.ToString(), StringComparison.Ordinal);
    }
}
