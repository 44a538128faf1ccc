using System.Text.Json;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Automations.AbandonedCart;
using StoreConnector.Platforms.Shopify.Api;
using StoreConnector.Processing;
using StoreConnector.Processing.Shopify;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Processing.Shopify;

/// <summary>Codes that work once: made in the shop, drawn by one message each, promised only when they are there.</summary>
public sealed class CouponTests
{
    private static readonly CartCoupon Ten = new("TEN", "10% off", null, null) { Unique = new(10, null, TimeSpan.FromDays(3)) };

    private readonly ShopWorld shop = new();
    private readonly CouponPool pool;
    private readonly CouponMint mint;
    private readonly HashSet<string> inShop = new(StringComparer.Ordinal);

    public CouponTests()
    {
        shop.World.Store = shop.World.Store with { AbandonedCart = shop.World.Store.AbandonedCart with { Coupon = Ten } };
        pool = new(shop.Imports);
        mint = new(shop.World, [new ShopifyCoupons(new Maker(this))], shop.Imports, shop.World.Clock);
    }

    [Fact]
    public async Task Without_a_code_none_is_promised_and_more_are_asked_for()
    {
        Assert.Null(await DrawAsync("a"));
        Assert.NotEmpty(shop.World.Engine.Messages(Queues.Imports));
    }

    [Fact]
    public async Task Codes_are_made_in_the_shop_and_each_send_gets_its_own_and_keeps_it()
    {
        await FillAsync();

        var first = await DrawAsync("a");
        var drawn = new List<string> { first!.Code };
        for (var n = 0; n < 20; n++) { drawn.Add((await DrawAsync($"s{n}"))!.Code); }

        Assert.Equal(first, await DrawAsync("a"));
        Assert.Equal(drawn.Distinct(), drawn);
        Assert.All(drawn, code => Assert.Contains(code, inShop));
        Assert.All(drawn, code => Assert.StartsWith("TEN-", code, StringComparison.Ordinal));
        Assert.All(drawn, code => Assert.True(code.Length <= CartCoupon.MaxCode));
    }

    [Fact]
    public async Task A_code_works_at_least_as_long_as_was_promised_after_its_message_and_says_when_it_ends()
    {
        foreach (var day in Enumerable.Range(0, 9))
        {
            shop.World.Clock.Now = ManualClock.Monday.AddDays(day).AddHours(23);
            await FillAsync();
            var drawn = await DrawAsync($"day-{day}");
            Assert.InRange(drawn!.Until - shop.World.Clock.Now, TimeSpan.FromDays(3), TimeSpan.FromDays(6));
        }

        var ends = shop.Shop.AskedFor("discount-basic-create").Select(v => v.GetProperty("discount").GetProperty("endsAt").GetDateTimeOffset());
        Assert.Contains((await DrawAsync("day-8"))!.Until, ends);
    }

    [Fact]
    public async Task A_send_whose_old_code_would_end_too_soon_gets_another()
    {
        await FillAsync();
        var old = await DrawAsync("a");
        shop.World.Clock.Advance(TimeSpan.FromDays(4));
        await FillAsync();

        var next = await DrawAsync("a");

        Assert.NotEqual(old!.Code, next!.Code);
        Assert.True(next.Until >= shop.World.Clock.Now.AddDays(3));
    }

    [Fact]
    public async Task Two_senders_at_once_never_get_the_same_code()
    {
        await FillAsync();

        var drawn = await Task.WhenAll(Enumerable.Range(0, 24).Select(n => Task.Run(() => DrawAsync($"s{n}"))));

        var codes = drawn.OfType<DrawnCode>().Select(d => d.Code).ToList();
        Assert.NotEmpty(codes);
        Assert.Equal(codes.Distinct(), codes);
    }

    [Fact]
    public async Task Lots_grow_with_use_and_nothing_is_made_while_there_are_enough()
    {
        await FillAsync();
        await FillAsync();
        Assert.Single(Lots);

        for (var n = 0; n < 26; n++) { await DrawAsync($"s{n}"); }
        await shop.RunAsync(mint, TimeSpan.FromHours(1));

        Assert.Equal(2, Lots.Count);
        Assert.True(Lots[1] > Lots[0]);
        Assert.All(Lots, size => Assert.InRange(size, 1, AdminOperations.MaxCodes));
    }

    [Fact]
    public async Task A_lost_answer_makes_no_second_discount_and_no_code_is_lost()
    {
        losesAnswers = 2; // Of the discount, and of the lot.
        await FillAsync();

        var drawn = await DrawAsync("a");

        Assert.Contains(drawn!.Code, inShop);
        Assert.Equal(1, discounts);
    }

    [Fact]
    public async Task However_many_messages_want_a_code_a_shop_that_does_not_answer_is_asked_once_in_a_while()
    {
        losesAnswers = int.MaxValue;
        for (var n = 0; n < 50; n++) { await DrawAsync($"s{n}"); }
        await shop.RunAsync(mint, TimeSpan.FromMinutes(1));
        for (var n = 0; n < 50; n++) { await DrawAsync($"t{n}"); }
        await shop.RunAsync(mint, TimeSpan.FromMinutes(19));

        Assert.InRange(shop.Shop.Asked.Count, 9, 11); // Once in two minutes.

        losesAnswers = 0;
        await shop.RunAsync(mint, TimeSpan.FromMinutes(10));
        Assert.NotNull(await DrawAsync("a"));
        await shop.RunAsync(mint, TimeSpan.FromMinutes(10));
        Assert.Empty(shop.World.Engine.Messages(Queues.Imports));
    }

    [Fact]
    public async Task A_shop_that_says_no_is_not_asked_for_every_message()
    {
        refusal = ScriptedShop.Refused("INVALID");
        for (var n = 0; n < 50; n++)
        {
            await DrawAsync($"s{n}");
            await shop.RunAsync(mint);
        }

        Assert.Single(shop.Shop.Asked);
        (refusal, shop.World.Clock.Now) = (null, shop.World.Clock.Now + CouponMint.AfterNo);
        await FillAsync();
        Assert.NotNull(await DrawAsync("a"));
    }

    [Fact]
    public async Task Codes_that_nobody_got_are_forgotten_when_they_no_longer_work()
    {
        await FillAsync();
        await DrawAsync("a");
        shop.World.Clock.Advance(TimeSpan.FromDays(30));

        await mint.RunAsync(default);

        Assert.Empty(await CouponPool.EndedAsync(shop.Store, shop.World.Clock.Now, default));
    }

    [Fact]
    public async Task A_message_that_comes_again_at_any_step_puts_no_code_in_twice()
    {
        await FillAsync(everyMessageTwice: true);

        var drawn = new List<string>();
        while (await DrawAsync($"s{drawn.Count}") is { } code) { drawn.Add(code.Code); }

        Assert.Equal(drawn.Distinct(), drawn);
        Assert.Equal(inShop.Order(), drawn.Order());
    }

    [Fact]
    public async Task Codes_that_the_shop_refused_are_promised_to_nobody()
    {
        refuses = code => code[^1] < 'M';
        await FillAsync();

        for (var n = 0; await DrawAsync($"s{n}") is { } drawn; n++) { Assert.Contains(drawn.Code, inShop); }
    }

    [Fact]
    public async Task What_the_shop_refuses_altogether_is_noted_with_its_reason()
    {
        refusal = ScriptedShop.Refused("INVALID");
        await FillAsync();

        var unique = Ten.Unique!;
        var (discount, _) = await CouponPool.ReadAsync(
            shop.Store, CouponStretch.Of(AbandonedCart.Name, Ten, unique, shop.World.Clock.Now).Id, default);
        Assert.Contains("refused", discount!.Why, StringComparison.Ordinal);
        Assert.Null(await DrawAsync("a"));
    }

    [Fact]
    public async Task The_night_makes_codes_for_tomorrow_too()
    {
        await mint.RunAsync(default);
        await shop.RunAsync(mint, TimeSpan.FromMinutes(30));

        shop.World.Clock.Advance(TimeSpan.FromHours(23));
        Assert.NotNull(await DrawAsync("a"));
    }

    [Fact]
    public async Task A_store_that_only_watches_makes_nothing_in_the_shop()
    {
        shop.World.Store = shop.World.Store with
        {
            AbandonedCart = shop.World.Store.AbandonedCart with { Mode = AutomationMode.Shadow },
        };
        await FillAsync();

        Assert.Empty(shop.Shop.Asked);
    }

    private List<int> Lots { get; } = [];

    private int discounts, losesAnswers;
    private Func<string, bool> refuses = _ => false;
    private AdminAnswer? refusal;

    private Task<DrawnCode?> DrawAsync(string send) =>
        pool.DrawAsync(shop.Store, AbandonedCart.Name, send, Ten, shop.World.Clock.Now, default).AsTask();

    private async Task FillAsync(bool everyMessageTwice = false)
    {
        await pool.WantAsync(shop.Store, default);
        if (everyMessageTwice) { await pool.WantAsync(shop.Store, default); }

        await shop.RunAsync(mint, TimeSpan.FromMinutes(30));
    }

    /// <summary>A shop that makes discounts and codes, as the manual says it does.</summary>
    private sealed class Maker(CouponTests test) : IShopAdmin
    {
        private readonly Dictionary<string, (List<string> Codes, List<string> Bad)> jobs = [];

        public ValueTask<AdminAnswer> AskAsync(string storeId, AdminOperation operation,
            IReadOnlyDictionary<string, object?>? variables, CancellationToken cancel)
        {
            var asked = JsonSerializer.SerializeToElement(variables);
            test.shop.Shop.Asked.Add((operation.Name, asked));
            var answer = operation.Name switch
            {
                "discount-basic-create" => Create(asked.GetProperty("discount")),
                "discount-by-code" => ScriptedShop.Done("""{"codeDiscountNodeByCode":{"id":"gid://shopify/DiscountCodeNode/1"}}"""),
                "discount-codes-add" => Add(asked.GetProperty("codes")),
                _ => Status(asked.GetProperty("id").GetString()!),
            };
            return new(operation.Name != "discount-codes-status" && test.losesAnswers-- > 0
                ? new AdminAnswer.Unavailable("The answer was lost.") : answer);
        }

        private AdminAnswer Create(JsonElement discount)
        {
            if (test.refusal is { } no) { return no; }

            if (!test.inShop.Add(discount.GetProperty("code").GetString()!)) { return ScriptedShop.Refused("TAKEN"); }

            test.discounts++;
            Assert.Equal(1, discount.GetProperty("usageLimit").GetInt32());
            return ScriptedShop.Done("""{"discountCodeBasicCreate":{"codeDiscountNode":{"id":"gid://shopify/DiscountCodeNode/1"},"userErrors":[]}}""");
        }

        private AdminAnswer Add(JsonElement codes)
        {
            var id = $"gid://shopify/DiscountRedeemCodeBulkCreation/{jobs.Count + 1}";
            var all = codes.EnumerateArray().Select(c => c.GetProperty("code").GetString()!).ToList();
            test.Lots.Add(all.Count);
            var bad = all.Where(c => test.refuses(c)).ToList();
            test.inShop.UnionWith(all.Except(bad));
            jobs[id] = (all, bad);
            return ScriptedShop.Done(JsonSerializer.Serialize(new { discountRedeemCodeBulkAdd = new { bulkCreation = new { id, done = false } } }));
        }

        private AdminAnswer Status(string id)
        {
            var nodes = jobs[id].Codes.Select(code => new
            {
                code, discountRedeemCode = jobs[id].Bad.Contains(code) ? null : new { id = "x" },
                errors = jobs[id].Bad.Contains(code) ? [new { code = "INVALID" }] : Array.Empty<object>(),
            });
            return ScriptedShop.Done(JsonSerializer.Serialize(new { discountRedeemCodeBulkCreation = new { id, done = true, codes = new { nodes } } }));
        }
    }
}
