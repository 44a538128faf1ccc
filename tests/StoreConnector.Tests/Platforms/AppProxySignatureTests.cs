using Microsoft.AspNetCore.WebUtilities;
using StoreConnector.Platforms.Shopify;

namespace StoreConnector.Tests.Platforms;

/// <summary>The example of shopify.dev, "Authenticate app proxies", and what is not it.</summary>
public sealed class AppProxySignatureTests
{
    private const string Signature = "a9718877bea71c2484f91608a7eaea1532bdf71f5c56825065fa4ccabe549ef3";
    private const string Signed = "?extra=1&extra=2&shop=shop-name.myshopify.com&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555";

    [Theory]
    [InlineData(Signed + "&signature=" + Signature, true)]
    [InlineData("?signature=" + Signature + "&timestamp=1317327555&shop=shop-name.myshopify.com&path_prefix=%2Fapps%2Fawesome_reviews&extra=1&extra=2", true)]
    [InlineData(Signed, false)]
    [InlineData(Signed + "&signature=", false)]
    [InlineData(Signed + "&signature=b9718877bea71c2484f91608a7eaea1532bdf71f5c56825065fa4ccabe549ef3", false)]
    [InlineData(Signed + "&signature=A9718877BEA71C2484F91608A7EAEA1532BDF71F5C56825065FA4CCABE549EF3", false)]
    [InlineData(Signed + "&signature=" + Signature + "&signature=" + Signature, false)]
    [InlineData(Signed + "&more=1&signature=" + Signature, false)]
    [InlineData("?extra=2&extra=1&shop=shop-name.myshopify.com&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555&signature=" + Signature, false)]
    [InlineData("", false)]
    public void The_query_is_signed_or_it_is_not(string query, bool isSigned)
    {
        Assert.Equal(isSigned, AppProxySignature.Matches(QueryHelpers.ParseQuery(query), ["hush"]));
        Assert.Equal(isSigned, AppProxySignature.Matches(QueryHelpers.ParseQuery(query), ["another", "hush"])); // While a secret is replaced.
        Assert.False(AppProxySignature.Matches(QueryHelpers.ParseQuery(query), ["another", " "]));
        Assert.False(AppProxySignature.Matches(QueryHelpers.ParseQuery(query), []));
    }

    [Fact]
    public void A_query_of_very_many_fields_is_not_looked_at() => Assert.False(AppProxySignature.Matches(
        QueryHelpers.ParseQuery("?" + string.Join('&', Enumerable.Range(0, 100).Select(i => $"f{i}=1")) + "&signature=" + Signature), ["hush"]));
}
