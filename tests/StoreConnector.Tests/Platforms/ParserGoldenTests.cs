using StoreConnector.Tests.Golden;

namespace StoreConnector.Tests.Platforms;

/// <summary>What each recorded delivery became. Read the files when they change: all else lives on it.</summary>
public sealed class ParserGoldenTests
{
    [Fact]
    public void Each_of_Shopifys_samples_becomes_these_events()
    {
        Assert.Equal(49, Samples.Shopify.Count);
        GoldenFile.Check("webhooks/shopify.txt", Sections(
            Samples.Shopify.Select(sample => (sample.Topic, Samples.ReadShopify(sample.Topic, sample.Body).Print()))));
    }

    [Fact]
    public void Each_of_Shopifys_sample_orders_becomes_these_events_when_it_is_no_test() =>
        GoldenFile.Check("webhooks/shopify-real-orders.txt", Sections(
            Samples.Shopify.Where(sample => sample.Topic.StartsWith("orders/", StringComparison.Ordinal))
                .Select(sample => (sample.Topic, Samples.ReadShopify(
                    sample.Topic, sample.Body.With(order => order["test"] = false)).Print()))));

    [Fact]
    public void Each_delivery_of_a_WooCommerce_store_becomes_these_events() =>
        GoldenFile.Check("webhooks/woocommerce.txt", Sections(
            Samples.WooCommerce.Where(capture => capture.Topic is not null).Select(capture => (
                $"{capture.Name} ({capture.Topic})",
                Samples.ReadWooCommerce(capture.Topic!, capture.Body).Print()))));

    private static string Sections(IEnumerable<(string Title, string Text)> sections) =>
        string.Join("\n", sections.Select(section => $"== {section.Title}\n{section.Text}\n"));
}
