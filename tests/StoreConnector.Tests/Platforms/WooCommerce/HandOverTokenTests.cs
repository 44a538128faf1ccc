using System.Text;
using System.Text.Json;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Platforms.WooCommerce;

/// <summary>The companion's hand-over tokens, by the vectors that PHP's tests make.</summary>
public sealed class HandOverTokenTests
{
    private const string Store = "st_0123456789";

    private static readonly DateTimeOffset Issued = DateTimeOffset.FromUnixTimeSeconds(1795348800);

    private static readonly (string Secret, string Token) Vector = ReadVector();

    [Fact]
    public void The_plugins_own_token_is_good_for_its_minute_and_the_leeway()
    {
        var verdict = Assert.IsType<HandOverVerdict.Verified>(Judge(Vector.Token, Issued.AddSeconds(1)));

        Assert.Equal(("7", "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", Issued.AddSeconds(60).AddMinutes(5)),
            (verdict.UserId, verdict.Nonce, verdict.UsedUpAt));
        Assert.Equal(Store, HandOverToken.StoreOf(Vector.Token));
        Assert.IsType<HandOverVerdict.Verified>(Judge(Vector.Token, Issued.AddMinutes(-5)));
        Assert.IsType<HandOverVerdict.Verified>(Judge(Vector.Token, Issued.AddSeconds(59).AddMinutes(5)));
        Assert.IsType<HandOverVerdict.NotNow>(Judge(Vector.Token, Issued.AddSeconds(60).AddMinutes(5)));
        Assert.IsType<HandOverVerdict.NotNow>(Judge(Vector.Token, Issued.AddMinutes(-5).AddSeconds(-1)));
    }

    [Fact]
    public void Nobody_elses_text_is_a_token()
    {
        var (first, signature) = (Vector.Token.Split('.')[0], Vector.Token.Split('.')[1]);
        var forged = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(first)).Replace("\"7\"", "\"1\"", StringComparison.Ordinal)));
        foreach (var text in new[]
        {
            "", ".", first, first + ".", "." + signature, $"{first}.{signature}.", $"{forged}.{signature}", $"{first}.{signature[..^1]}",
            $"{first}={signature}", $"{first}.{signature}=", $"{first}.{signature[..^1]}!", $"{first.ToUpperInvariant()}.{signature}",
            Vector.Token + new string('A', HandOverToken.MaxLength),
        })
        {
            Assert.IsType<HandOverVerdict.NotSigned>(Judge(text, Issued));
        }

        Assert.IsType<HandOverVerdict.NotSigned>(HandOverToken.Verify(Vector.Token, Store, "another secret", Issued));
        Assert.IsType<HandOverVerdict.NotSigned>(HandOverToken.Verify(Vector.Token, "sother", Vector.Secret, Issued));
    }

    [Theory]
    [InlineData(61)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100_000)]
    public void A_token_that_lives_longer_than_a_minute_or_not_at_all_is_refused(int seconds) =>
        Assert.IsType<HandOverVerdict.NotNow>(Judge(WooHouse.HandOver(Vector.Secret, Store, Issued, seconds), Issued));

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("CDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCD")]
    public void A_token_without_a_nonce_of_its_own_is_refused(string nonce) => Assert.IsType<HandOverVerdict.NotSigned>(
        Judge(WooHouse.HandOver(Vector.Secret, Store, Issued, nonce: nonce), Issued));

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("nonsense")]
    [InlineData("""{"storeId":"st_0123456789","userId":"7","iat":1795348800,"exp":1795348860}""")]
    [InlineData("""{"storeId":"st_0123456789","storeId":"s","userId":"7","iat":1795348800,"exp":1795348860,"nonce":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"}""")]
    [InlineData("""{"storeId":"st_0123456789","userId":"7","iat":1e300,"exp":1795348860,"nonce":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"}""")]
    [InlineData("""{"storeId":"st_0123456789","userId":"7","iat":1795348800,"exp":99999999999999999,"nonce":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"}""")]
    [InlineData("""{"storeId":"st_0123456789","userId":"\ud800","iat":1795348800,"exp":1795348860,"nonce":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"}""")]
    public void What_is_signed_and_says_nothing_sensible_is_refused(string claims)
    {
        var first = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));
        var signature = System.Security.Cryptography.HMACSHA256.HashData(Encoding.ASCII.GetBytes(Vector.Secret), Encoding.ASCII.GetBytes(first));

        Assert.IsNotType<HandOverVerdict.Verified>(
            Judge($"{first}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}", Issued));
    }

    private static HandOverVerdict Judge(string token, DateTimeOffset now) => HandOverToken.Verify(token, Store, Vector.Secret, now);

    private static (string Secret, string Token) ReadVector()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repo.Fixture("woocommerce"), "companion-vectors.json")));
        return (vectors.RootElement.GetProperty("secret").GetString()!,
            vectors.RootElement.GetProperty("hand_over").GetProperty("token").GetString()!);
    }
}
