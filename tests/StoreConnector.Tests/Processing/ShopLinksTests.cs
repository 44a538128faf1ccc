using System.Text.Json;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Core.Events;
using StoreConnector.Core.Values;
using StoreConnector.Platforms.WooCommerce;
using StoreConnector.Processing;
using StoreConnector.Tests.Fakes;
using StoreConnector.Tests.Golden;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Processing;

/// <summary>Which way leads back to a WooCommerce cart.</summary>
public sealed class ShopLinksTests
{
    private const string Token = "abababababababababababababababab", Secret = "fixture-companion-secret-0123456789abcdef";

    private static readonly DateTimeOffset Changed = ManualClock.Monday;

    private readonly ShopLinks links = new(new World().Store with { Platform = Platform.WooCommerce, Domain = "shop.example" },
        new("https://shop.example/de/"));

    [Fact]
    public void A_signed_link_is_the_one_that_the_companion_takes()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Repo.Fixture("woocommerce", "companion-vectors.json")));
        var known = vectors.RootElement.GetProperty("recovery");
        var link = CompanionLink.To(new("https://shop.example/"), known.GetProperty("token").GetString()!,
            DateTimeOffset.FromUnixTimeSeconds(known.GetProperty("exp").GetInt64()), vectors.RootElement.GetProperty("secret").GetString()!);
        Assert.Equal("https://shop.example/?" + known.GetProperty("query").GetString(), link!.AbsoluteUri);
    }

    [Theory]
    [InlineData("ABABABABABABABABABABABABABABABAB")]
    [InlineData("order-19")]
    [InlineData("")]
    public void No_link_is_signed_for_what_is_none_of_the_companions_tokens(string token) =>
        Assert.Null(CompanionLink.To(new("https://shop.example/"), token, Changed, Secret));

    [Fact]
    public void Things_without_variations_take_cores_own_link_in_the_sites_folder() => Assert.Equal(
        new("https://shop.example/de/checkout-link/?products=12:2,15:1", UriKind.Absolute),
        (links with { Secret = Secret }).Cart(View(Line(12, null, 2), Line(15, null, 1)), null).Url);

    [Fact]
    public void A_variation_may_leave_an_attribute_open_and_wants_the_companion()
    {
        var link = (links with { Secret = Secret }).Cart(View(Line(12, 13, 1)), "back-7");

        Assert.StartsWith($"https://shop.example/de/?storeconnector_cart={Token}&exp=", link.Url.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains($"exp={Changed.AddDays(30).ToUnixTimeSeconds()}&", link.Url.Query, StringComparison.Ordinal);
        Assert.EndsWith("&coupon=back-7", link.Url.Query, StringComparison.Ordinal);
        Assert.True(link.IsApplied);
    }

    [Fact]
    public void Without_a_companion_a_variation_goes_by_its_id() => Assert.Equal(
        "https://shop.example/de/checkout-link/?products=13:1&coupon=back-7", links.Cart(View(Line(12, 13, 1)), "back-7").Url.AbsoluteUri);

    [Fact]
    public void An_old_WooCommerce_adds_one_thing_and_shows_the_cart_of_several()
    {
        var old = links with { FillsCarts = false };

        Assert.Equal("https://shop.example/de/?add-to-cart=12&quantity=2", old.Cart(View(Line(12, null, 2)), null).Url.AbsoluteUri);
        Assert.Equal("https://shop.example/de/cart", old.Cart(View(Line(12, null, 2), Line(15, null, 1)), null).Url.AbsoluteUri);
        Assert.Contains(Token, (old with { Secret = Secret }).Cart(View(Line(12, null, 2)), null).Url.Query, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unpaid_order_is_paid_where_the_shop_says_unless_the_message_brings_a_code()
    {
        var view = View(Line(12, null, 1));
        var pay = new Uri("https://shop.example/de/checkout/order-pay/72/?pay_for_order=true&key=wc_order_x");
        view = view with { Cart = view.Cart with { RecoveryUrl = pay } };

        Assert.Equal(pay, links.Cart(view, null).Url);
        Assert.Equal(("https://shop.example/de/checkout-link/?products=12:1&coupon=back-7", true),
            (links.Cart(view, "back-7").Url.AbsoluteUri, links.Cart(view, "back-7").IsApplied));
    }

    [Fact]
    public void A_link_to_another_host_is_not_taken()
    {
        var view = View(Line(12, null, 1));
        view = view with { Cart = view.Cart with { RecoveryUrl = new("https://evil.example/?pay_for_order=true") } };
        Assert.Equal("shop.example", links.Cart(view, null).Url.Host);
    }

    private static Line Line(long product, long? variation, int pieces) =>
        new() { ProductId = product, VariantId = variation, Title = "Tea", Quantity = pieces };

    private static CartView View(params Line[] lines)
    {
        var cart = new Cart { Id = new(CartKind.Cart, Token), Version = Changed, StartedAt = Changed, Lines = lines, ItemCount = lines.Length };
        return new(cart.Id.Key, [cart.Id.Key], cart, null, null, null, false, false, Changed);
    }
}
