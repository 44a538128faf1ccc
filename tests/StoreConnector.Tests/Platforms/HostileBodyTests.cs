using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;
using StoreConnector.Core.Values;
using StoreConnector.Platforms;
using StoreConnector.Platforms.Shopify;
using StoreConnector.Platforms.WooCommerce;

namespace StoreConnector.Tests.Platforms;

/// <summary>A signed body may hold anything: plugins change it, merchants and shoppers type into it.</summary>
public sealed class HostileBodyTests
{
    private const int Seed = 20261122;
    private const int Rounds = 20_000;

    // What is ignored by its topic is never opened, so there is nothing to break.
    private static readonly (string Topic, byte[] Body, IPlatformParser Parser)[] Deliveries =
    [
        .. All().Where(one => one.Parser.Parse(Samples.Delivery(one.Topic, one.Body)) is not Parsed.Ignored),
    ];

    private static readonly string[] Replacements =
    [
        "null", "\"\"", "[]", "{}", "0", "-1", "1e400", "1e-400", "99999999999999999999999999999999", "true", "false",
        "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "[[]]", "{\"a\":{}}", "9223372036854775807", "\"9223372036854775808\"",
        "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59-14:00\"", "\"2026-02-30T00:00:00Z\"",
        "12345678901234567890.5", "\"79228162514264337593543950335\"", "[null]", "\"+15550000000\"",
        "\"a@example.com\"", "\"https://x:y@z/\"",
    ];

    [Trait("Speed", "slow")]
    [Fact]
    public void Twenty_thousand_broken_bodies_are_read_without_an_exception_and_within_the_limits()
    {
        var random = new Random(Seed);
        var read = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var (topic, body, parser) = Deliveries[random.Next(Deliveries.Length)];
            var broken = Break(random, body);
            try
            {
                if (parser.Parse(Samples.Delivery(topic, broken)) is Parsed.Events events)
                {
                    read++;
                    Assert.All(events.Items, AssertLimits);
                }
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {Seed}, round {round}, {topic}: {exception}\n{Encoding.UTF8.GetString(broken)}");
            }
        }

        Assert.True(read > Rounds / 4, $"Only {read} bodies were still readable: too much is broken to look at events.");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("😀")]
    [InlineData("\u0001")]
    [InlineData("\"")]
    [InlineData("سلة")]
    public void An_order_of_monstrous_size_becomes_an_event_that_a_queue_can_carry(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 2000 / unit.Length));
        var body = Samples.RealOrder(order =>
        {
            order["email"] = $"{text[..20]}@example.com";
            order["checkout_token"] = text[..200];
            order["cart_token"] = text[..200];
            order["source_name"] = text;
            order["customer"]!["first_name"] = text;
            var line = order["line_items"]![0]!;
            line["title"] = text;
            line["variant_title"] = text;
            line["quantity"] = 1_000_000;
            order["line_items"] = new JsonArray([.. Enumerable.Range(0, 100).Select(_ => line.DeepClone())]);
        });

        var happened = Samples.ReadShopify("orders/create", body).Only();

        AssertLimits(happened);
        var order = Assert.IsType<OrderChanged>(happened.Body).Order;
        Assert.Equal(100_000_000, order.ItemCount);
        Assert.NotEmpty(order.Lines);
    }

    [Fact]
    public void A_draft_of_monstrous_size_becomes_an_event_that_a_queue_can_carry()
    {
        var picture = "https://store.example.com/" + new string('a', 1900);
        var body = Samples.WooCommerceCapture("order-updated-checkout-draft").Body.With(draft =>
        {
            var line = draft["line_items"]![0]!;
            line["name"] = new string('ä', 5000);
            line["image"] = new JsonObject { ["src"] = picture };
            draft["line_items"] = new JsonArray([.. Enumerable.Range(0, 500).Select(_ => line.DeepClone())]);
            draft["meta_data"] = new JsonArray([.. Enumerable.Range(0, 100).Select(i => new JsonObject
            {
                ["key"] = "_sc_sms_consent",
                ["value"] = $$"""{"v":{{i}},"text":"{{new string('ß', 3000)}}"}""",
            })]);
        });

        var events = Assert.IsType<Parsed.Events>(Samples.ReadWooCommerce("order.updated", body)).Items;

        Assert.Equal(2, events.Count);
        Assert.All(events, AssertLimits);
        Assert.Equal(1000, Assert.IsType<CartChanged>(events[0].Body).Cart.ItemCount);
    }

    private static void AssertLimits(StoreEvent happened)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(happened, EventJson.Options);
        Assert.InRange(json.Length, 1, StoreEvent.MaxBytes);
        var again = JsonSerializer.Deserialize<StoreEvent>(json, EventJson.Options);
        Assert.True(json.AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(again, EventJson.Options)));

        Assert.InRange(happened.Aliases.Count, 0, StoreEvent.MaxAliases);
        Assert.InRange(happened.Contacts.Count, 0, StoreEvent.MaxContacts);
        Assert.Equal(happened.Aliases.Count, happened.Aliases.Distinct().Count());
        Assert.Equal(happened.Contacts.Count, happened.Contacts.Distinct().Count());
        Assert.InRange(happened.Aliases.Count(alias => alias.Kind == AliasKind.Email), 0, 1);
        Assert.Equal(TimeSpan.Zero, happened.HappenedAt.Offset);
        AssertLines(happened.Body);
        if (happened.Body is ProductChanged { Product: var product }) { AssertProduct(product); }
    }

    private static void AssertProduct(ProductSnapshot product)
    {
        Assert.InRange(product.ProductId, 1, long.MaxValue);
        Assert.InRange(product.Title?.Length ?? 0, 0, Line.MaxTitle);
        Assert.InRange(product.Variants.Count, 0, ProductSnapshot.MaxVariants);
        Assert.InRange(product.OnlyNamed.Count, 0, ProductSnapshot.MaxNamed);
        Assert.Equal(product.Variants.Count, product.Variants.Select(variant => variant.VariantId).Distinct().Count());
        Assert.All(product.Variants, variant =>
        {
            Assert.InRange(variant.VariantId, 0, long.MaxValue);
            Assert.InRange(variant.Detail?.Length ?? 0, 0, Line.MaxTitle);
            Assert.False(variant.Price is <= 0 or > Payload.MaxAmount);
        });
    }

    private static void AssertLines(EventBody body)
    {
        var (lines, max) = body switch
        {
            CartChanged changed => (changed.Cart.Lines, Cart.MaxLines),
            OrderChanged changed => (changed.Order.Lines, Order.MaxLines),
            RefundMade refund => (refund.Lines, Order.MaxLines),
            _ => ([], 0),
        };
        Assert.InRange(lines.Count, 0, max);
        foreach (var line in lines)
        {
            Assert.InRange(line.Title.Length, 0, Line.MaxTitle);
            Assert.InRange(line.Quantity, 1, int.MaxValue);
        }
    }

    private static byte[] Break(Random random, byte[] body) => random.Next(4) switch
    {
        0 => body[..random.Next(body.Length)],
        1 => Flip(random, body),
        _ => Replace(random, body),
    };

    private static byte[] Flip(Random random, byte[] body)
    {
        var flipped = body.ToArray();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            flipped[random.Next(flipped.Length)] = (byte)random.Next(256);
        }

        return flipped;
    }

    // Works on the text, so that what no JSON library would write can be put in: any value after a colon gives way.
    private static byte[] Replace(Random random, byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var colon = text.IndexOf(':', random.Next(text.Length));
            if (colon < 0) { continue; }

            var end = text.IndexOfAny([',', '}', ']', '{', '['], colon + 1);
            if (end < 0 || text[end] is '{' or '[') { continue; }

            text = $"{text[..(colon + 1)]}{Replacements[random.Next(Replacements.Length)]}{text[end..]}";
        }

        return Encoding.UTF8.GetBytes(text);
    }

    private static IEnumerable<(string Topic, byte[] Body, IPlatformParser Parser)> All() =>
    [
        .. Samples.Shopify.Select(sample =>
            (sample.Topic, sample.Body.With(body => _ = !body.ContainsKey("test") || body.Remove("test")),
                (IPlatformParser)new ShopifyParser(Samples.Country))),
        .. Samples.WooCommerce.Where(capture => capture.Topic is not null).Select(capture =>
            (capture.Topic!, capture.Body, (IPlatformParser)new WooCommerceParser("store.example.com", Samples.Country))),
    ];
}
