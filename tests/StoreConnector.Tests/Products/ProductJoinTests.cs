using System.Collections.Immutable;
using StoreConnector.Core.Events;
using StoreConnector.Core.Products;

namespace StoreConnector.Tests.Products;

/// <summary>What a shop says of its products, late, twice and in any order.</summary>
public sealed class ProductJoinTests
{
    private static readonly DateTimeOffset T0 = Fakes.ManualClock.Monday;

    [Fact]
    public void A_variants_words_in_any_order_make_one_state()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var words = Enumerable.Range(0, random.Next(1, 8)).Select(i => (At: T0.AddHours(i), IsEnd: random.Next(6) == 0,
                Told: Variant(random, 1) with { Price = i == 3 ? null : i + 1 })).ToArray(); // Runs of one word: see PriceHistory.
            var inOrder = Apply(words);
            random.Shuffle(words);
            Assert.True(inOrder == Apply([.. words, .. words.Take(2)]), $"Seed {seed}:\n{inOrder}\n{Apply(words)}");
        }

        static VariantState Apply((DateTimeOffset At, bool IsEnd, VariantSnapshot Told)[] words) => words.Aggregate(
            new VariantState { Key = new(1, 1) }, (v, w) => w.IsEnd ? v.Without(w.At) : v.With(w.Told, w.At, "AED"));
    }

    [Fact]
    public void A_products_words_in_any_order_make_one_state()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var words = Enumerable.Range(0, random.Next(1, 8)).Select(i => (At: T0.AddHours(i / 2), IsEnd: random.Next(6) == 0, Told: Product(random, i / 2))).ToArray();
            var inOrder = Apply(words);
            random.Shuffle(words);
            var shuffled = Apply([.. words, .. words.Take(2)]);
            Assert.True(inOrder == shuffled, $"Seed {seed}:\n{inOrder}\n{shuffled}");
        }

        static ProductState Apply((DateTimeOffset At, bool IsEnd, ProductSnapshot Told)[] words) => words.Aggregate(
            new ProductState { ProductId = 1 }, (p, w) => w.IsEnd ? p.Without(w.At) : p.With(w.Told))
                with { Gap = ImmutableSortedDictionary<long, DateTimeOffset>.Empty };
    }

    [Fact]
    public void What_is_offered_does_not_depend_on_the_order_of_deliveries()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var words = Enumerable.Range(0, random.Next(2, 7)).Select(i => random.Next(8) switch
            {
                0 => new ProductRemoved(1, null, T0.AddHours(i)),
                _ => (EventBody)new ProductChanged(Product(random, i)),
            }).ToArray();
            var inOrder = Offers(words);
            random.Shuffle(words);
            Assert.True(inOrder == Offers([.. words, words[0]]), $"Seed {seed}:\n{inOrder}\n{Offers(words)}");
        }
    }

    [Fact]
    public void Sold_out_stays_so_when_a_newer_word_of_which_stock_is_no_part_came_first()
    {
        var variant = new VariantState { Key = new(1, 1) }
            .With(new() { VariantId = 1, Price = 7 }, T0.AddHours(2), "AED")
            .With(new() { VariantId = 1, Price = 10, InStock = false }, T0.AddHours(1), "AED");
        Assert.False(variant.OfferOf(new() { ProductId = 1 }).InStock);
    }

    [Fact]
    public void A_product_that_is_shown_again_is_offered_again_to_whoever_heard_that_it_was_hidden()
    {
        var variant = new VariantState { Key = new(1, 1) }.With(new() { VariantId = 1, Price = 7, InStock = true }, T0, "AED");
        var hidden = new ProductState { ProductId = 1 }.With(new() { ProductId = 1, Version = T0.AddHours(1), IsVisible = false });
        var shown = hidden.With(new() { ProductId = 1, Version = T0.AddHours(2), IsVisible = true });
        Assert.False(variant.OfferOf(hidden).InStock);
        Assert.True(Offer.Newer(variant.OfferOf(hidden), variant.OfferOf(shown)).InStock);
    }

    [Fact]
    public void A_variant_that_was_only_named_has_no_price_until_it_is_told()
    {
        var variant = new VariantState { Key = new(1, 1) }.With(new() { VariantId = 1, Price = 7, InStock = true }, T0, "AED");
        var named = new ProductState { ProductId = 1 }.With(new() { ProductId = 1, Version = T0.AddHours(1), OnlyNamed = [new(1, T0.AddHours(1))] });
        var before = variant.OfferOf(named);
        Assert.Null(before.Price);
        var told = new ProductSnapshot { ProductId = 1, Version = T0.AddHours(1), Variants = [new() { VariantId = 1, Price = 7, InStock = true }] };
        var after = variant.With(told.Variants[0], told.Version, "AED").OfferOf(named.With(told));
        Assert.Equal(7, Offer.Newer(before, after).Price!.Amount);
    }

    [Fact]
    public void After_a_sale_that_ended_by_itself_a_price_above_the_sales_is_news()
    {
        var first = CatalogEvolution.Evolve(new() { ProductId = 1 }, new Dictionary<long, VariantState>(), Said(20, 0, T0.AddDays(2)), "AED", "a");
        var second = CatalogEvolution.Evolve(first.Product with { Pending = null }, first.Variants.ToDictionary(v => v.Key.VariantId), Said(29, 5, null), "AED", "b");
        Assert.NotNull(second.Product.Pending);

        static ProductChanged Said(decimal price, int day, DateTimeOffset? ends) => new(new()
        {
            ProductId = 1,
            Version = T0.AddDays(day),
            Variants = [new() { VariantId = 0, Price = price, InStock = true, SaleEndsAt = ends }],
        });
    }

    [Fact]
    public void A_price_holds_until_a_sale_that_is_set_for_later_begins()
    {
        var variant = new VariantState { Key = new(1, 0) }.With(new() { VariantId = 0, Price = 9, InStock = true, SaleStartsAt = T0.AddDays(1) }, T0, "AED");
        Assert.Equal(T0.AddDays(1), variant.OfferOf(new() { ProductId = 1 }).EndsAt);
    }

    private static VariantSnapshot Variant(Random random, long id) => new()
    {
        VariantId = id,
        Price = random.Next(8) switch { 0 => null, 1 => 0, 2 => -1, _ => random.Next(5, 9) },
        InStock = random.Next(3) switch { 0 => null, 1 => false, _ => true },
        SaleEndsAt = random.Next(4) == 0 ? T0.AddHours(random.Next(20)) : null,
        SaleStartsAt = random.Next(6) == 0 ? T0.AddHours(random.Next(20)) : null,
    };

    private static ProductSnapshot Product(Random random, int hour)
    {
        var tells = random.Next(3) > 0;
        var variants = Enumerable.Range(1, 3).Where(_ => random.Next(2) == 0).Select(id => Variant(random, id)).ToList();
        return new()
        {
            ProductId = 1,
            Version = T0.AddHours(hour),
            Title = tells ? "Coffee" : null,
            IsVisible = tells ? random.Next(4) > 0 : null,
            Variants = variants,
            AllVariants = random.Next(3) == 0 ? [.. variants.Select(v => v.VariantId)] : null,
        };
    }

    private static string Offers(EventBody[] words)
    {
        var (product, variants) = (new ProductState { ProductId = 1 }, new Dictionary<long, VariantState>());
        foreach (var word in words)
        {
            var change = CatalogEvolution.Evolve(product, variants, word, "AED", "t");
            product = change.Product;
            foreach (var variant in change.Variants) { variants[variant.Key.VariantId] = variant; }
        }

        return string.Join('\n', variants.OrderBy(v => v.Key).Select(v => v.Value.OfferOf(product))
            .Select(o => $"{o.Price} {o.InStock} {o.EndsAt:HH:mm}"));
    }
}
