using System.Globalization;
using System.Text.Json;
using StoreConnector.Channels;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Channels;

public sealed class AzureCommunicationTests
{
    public static TheoryData<int> Vectors => [.. Enumerable.Range(0, 4)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task Each_request_is_signed_as_Azures_own_library_signs_it(int n)
    {
        using var all = JsonDocument.Parse(await File.ReadAllTextAsync(Repo.Fixture("messaging", "acs-hmac-vectors.json")));
        var vector = all.RootElement.GetProperty("vectors")[n];
        var (headers, body) = (vector.GetProperty("headers"), vector.GetProperty("body").GetString()!);
        var now = DateTimeOffset.ParseExact(headers.GetProperty("x-ms-date").GetString()!, "R", CultureInfo.InvariantCulture);
        using var request = AzureCommunication.Signed(new(vector.GetProperty("method").GetString()!),
            new(vector.GetProperty("url").GetString()!), body.Length == 0 ? null : body,
            all.RootElement.GetProperty("accessKeyBase64").GetString()!, now);
        foreach (var name in new[] { "x-ms-date", "x-ms-content-sha256", "authorization" })
        {
            Assert.Equal(headers.GetProperty(name).GetString(), request.Headers.GetValues(name).Single());
        }

        Assert.Equal(body, request.Content is null ? "" : await request.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("https://contoso.unitedstates.communication.azure.com", true)]
    [InlineData("https://contoso.communication.azure.com/", true)]
    [InlineData("http://contoso.communication.azure.com", false)]
    [InlineData("https://contoso.communication.azure.com:8443", false)]
    [InlineData("https://contoso.communication.azure.com/path", false)]
    [InlineData("https://contoso.communication.azure.com/?x=1", false)]
    [InlineData("https://user@contoso.communication.azure.com", false)]
    [InlineData("https://evil.example/.communication.azure.com", false)]
    [InlineData("https://evilcommunication.azure.com", false)]
    [InlineData("https://127.0.0.1", false)]
    [InlineData("not a url", false)]
    public void Only_Azures_own_hosts_are_called(string endpoint, bool isGood)
    {
        Assert.Equal(isGood, AzureCommunication.Endpoint(endpoint, new()) is not null);
        Assert.Equal(isGood, AzureCommunication.Credentials(new())[0].IsGood(endpoint));
    }

    [Fact]
    public void A_message_has_one_operation_for_ever()
    {
        Assert.Equal(AzureCommunication.OperationId("abc"), AzureCommunication.OperationId("abc"));
        Assert.NotEqual(AzureCommunication.OperationId("abc"), AzureCommunication.OperationId("abd"));
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", AzureCommunication.OperationId("abc").ToString());
    }
}
