using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;
using StoreConnector.Tests.Platforms;

namespace StoreConnector.Tests.Repository;

/// <summary>
/// The WooCommerce companion: its own tests, by PHP, and that the service reads what it writes. PHP's tests make the
/// fixtures <c>companion-*.json</c> and fail when the plugin makes anything else.
/// </summary>
public sealed class CompanionTests
{
    private const string NoPhp =
        "There is no PHP here, so the WooCommerce companion was not tested. Get it: ./test --install, or php-cli.";

    [Fact]
    public async Task The_companion_does_what_its_tests_say()
    {
        var (code, said) = await PhpAsync("tests/woocommerce-plugin/run.php");

        Assert.True(code == 0, said);
        Assert.Matches(@"(?m)^[1-9]\d* passed, 0 failed$", said);
    }

    [Fact]
    [Trait("Needs", "node")]
    public async Task The_companions_scripts_do_what_their_tests_say()
    {
        var (code, said) = await Commands.RunAsync(
            Repo.Root, "node", "--test", "tests/woocommerce-plugin/scripts.test.mjs");

        Assert.True(code == 0, said);
        Assert.Matches(@"(?m)^(# |ℹ )pass [1-9]", said);
    }

    [Fact]
    public void A_guests_cart_names_nobody()
    {
        var happened = Samples.ReadWooCommerce("cart.updated", Fixture("cart-guest")).Only();

        Assert.Equal([AliasKind.Cart], happened.Aliases.Select(alias => alias.Kind));
        Assert.Empty(happened.Contacts);
        Assert.Null(Assert.IsType<CartChanged>(happened.Body).Cart.Email);
    }

    [Fact]
    public void A_carts_lines_prices_and_shopper_are_read()
    {
        var cart = Samples.ReadWooCommerce("cart.updated", Fixture("cart-identified")).Only<CartChanged>().Cart;

        Assert.Equal(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), cart.Version);
        Assert.Equal([(12, null, 2, 10.32m), (14, 15, 1, 13.00m)],
            cart.Lines.Select(line => (line.ProductId!.Value, line.VariantId, line.Quantity, line.Price!.Amount)));
        Assert.Equal(new Money(33.64m, "USD"), cart.Subtotal);
        Assert.Equal(("dora@example.com", "+15550100070"), (cart.Email?.Value, cart.Phone?.E164));
        Assert.Equal("https://store.example.com/checkout-link/?products=12:2,15:1", cart.RecoveryUrl?.AbsoluteUri);
    }

    [Fact]
    public void An_emptied_cart_has_no_lines_and_one_that_is_gone_is_no_news()
    {
        var emptied = Samples.ReadWooCommerce("cart.updated", Fixture("cart-emptied")).Only<CartChanged>().Cart;

        Assert.Empty(emptied.Lines);
        Assert.IsType<Parsed.Ignored>(Samples.ReadWooCommerce("cart.updated", Fixture("cart-gone")));
    }

    [Fact]
    public void A_tick_is_a_consent_with_the_words_that_were_shown()
    {
        var order = Samples.WooCommerceCapture("order-created-with-consent-classic").Body
            .With(body => body["meta_data"] = JsonNode.Parse(Fixture("consents")));
        var events = Assert.IsType<Parsed.Events>(Samples.ReadWooCommerce("order.created", order)).Items;
        var consent = Assert.IsType<ConsentChanged>(Assert.Single(events.Skip(1)).Body);

        Assert.Equal(Channel.Email, consent.Contact.Channel);
        Assert.Equal(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), consent.At);
        Assert.StartsWith("Yes, Bean & Leaf may e-mail me", consent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_names_the_cart_that_the_companion_stamped_on_it()
    {
        var order = Samples.WooCommerceCapture("order-created-with-consent-classic").Body
            .With(body => body["meta_data"] = new JsonArray(new JsonObject
            {
                ["key"] = "_sc_cart", ["value"] = "abababababababababababababababab",
            }));
        var events = Assert.IsType<Parsed.Events>(Samples.ReadWooCommerce("order.created", order)).Items;
        var cart = Samples.ReadWooCommerce("cart.updated", Fixture("cart-guest")).Only<CartChanged>().Cart;

        Assert.Equal(cart.Id.Token, Assert.IsType<OrderChanged>(events[0].Body).Order.CartToken);
    }

    [Fact]
    public void A_recovery_link_is_signed_over_its_name_its_cart_and_its_end()
    {
        using var vectors = Vectors();
        var recovery = vectors.RootElement.GetProperty("recovery");
        var signed = $"storeconnector-recovery\n{Text(recovery, "token")}\n{recovery.GetProperty("exp").GetInt64()}";

        Assert.Equal(Text(recovery, "signed"), signed);
        Assert.Equal(Text(recovery, "sig"), Sign(vectors, signed));
    }

    [Fact]
    public void A_hand_over_token_is_signed_over_the_characters_of_its_first_part()
    {
        using var vectors = Vectors();
        var token = vectors.RootElement.GetProperty("hand_over");
        var first = Base64Url(Encoding.UTF8.GetBytes(Text(token, "claims")));

        Assert.Equal(Text(token, "signed"), first);
        Assert.Equal(Text(token, "token"), $"{first}.{Sign(vectors, first)}");
    }

    [Fact]
    public async Task The_zip_is_made_by_its_script_and_is_the_same_each_time()
    {
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();
        await PhpAsync("--version"); // Skips where there is none.
        foreach (var folder in new[] { one, two })
        {
            await Commands.SucceedAsync(Repo.Root, "bash", "infra/scripts/plugin-zip", "--output", folder.Path);
        }

        Assert.Equal(File.ReadAllBytes(Path.Combine(one.Path, "storeconnector.zip")),
            File.ReadAllBytes(Path.Combine(two.Path, "storeconnector.zip")));
    }

    private static async Task<(int Code, string Output)> PhpAsync(string argument)
    {
        try
        {
            return await Commands.RunAsync(Repo.Root, "php", argument);
        }
        catch (Win32Exception) // How .NET says that there is no such program.
        {
            Assert.Skip(NoPhp);
            throw;
        }
    }

    private static string Sign(JsonDocument vectors, string text) => Base64Url(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(Text(vectors.RootElement, "secret")), Encoding.UTF8.GetBytes(text)));

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static JsonDocument Vectors() => JsonDocument.Parse(Fixture("vectors"));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static byte[] Fixture(string name) =>
        File.ReadAllBytes(Path.Combine(Repo.Fixture("woocommerce"), $"companion-{name}.json"));
}
