using StoreConnector.Channels;
using StoreConnector.Core.Values;
using StoreConnector.Tests.Fakes;

namespace StoreConnector.Tests.Contracts;

/// <summary>What <see cref="IVendor"/> promises, for every vendor against its twin.</summary>
public abstract class ChannelContract : IAsyncLifetime
{
    /// <summary>Long enough for a busy machine, and short enough to be waited for.</summary>
    private protected static readonly TimeSpan ShortTimeout = TimeSpan.FromSeconds(3);

    private protected HurriedClock Clock { get; } = new();

    private protected static VendorSettings Private { get; } = new() { AllowsPrivateHosts = true };

    private protected abstract IVendorTwin Twin { get; }

    private protected abstract VendorAccount Account { get; }

    /// <summary>The same account with credentials that are of the right form and not good.</summary>
    private protected abstract VendorAccount Impostor { get; }

    /// <summary>A client of ours.</summary>
    /// <param name="timeout">Of one attempt.</param>
    private protected abstract IVendor Open(TimeSpan timeout);

    /// <summary>Whether the vendor promises to do a repeated request once, so that silence is asked again.</summary>
    private protected virtual bool IsRepeatable => false;

    /// <summary>Whether the vendor can be asked for a message whose answer was lost.</summary>
    private protected virtual bool CanFind => true;

    /// <summary>Whether a lost answer is looked up before it is called unknown.</summary>
    private protected virtual bool LooksAtOnce => false;

    /// <summary>The vendor's moods that leave open whether it took a message.</summary>
    private protected virtual TwinMood[] Silences => [TwinMood.LosesAnswer, TwinMood.FailsAfter, TwinMood.Mumbles];

    private protected virtual IReadOnlyList<string> Secrets => [.. Account.Credentials.Values];

    private protected abstract OutgoingMessage Message(string sendId = "0123456789abcdef0123456789abcdef", string text = "Your cart waits.");

    public virtual async ValueTask InitializeAsync() => await Task.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        await Twin.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_message_is_taken_once_and_its_id_is_told()
    {
        await Twin.StartAsync();
        var taken = Assert.IsType<SendResult.Accepted>(await SendAsync());
        Assert.Equal(Assert.Single(Twin.Accepted), taken.VendorId);
        Assert.Equal(1, Twin.Offered);
    }

    [Fact]
    public async Task Silence_is_never_answered_by_a_second_message()
    {
        await Twin.StartAsync();
        foreach (var (mood, n) in Silences.Select((m, n) => (m, n)))
        {
            Twin.Next(mood);
            var result = await SendAsync(Message($"{n}123456789abcdef0123456789abcdef"));
            if (IsRepeatable || LooksAtOnce) { Assert.True(result is SendResult.Accepted, $"{mood}: {result}"); }
            else { Assert.True(result is SendResult.Unknown, $"{mood}: {result}"); }

            Assert.Equal(n + 1, Twin.Accepted.Count);
            Assert.Equal(IsRepeatable ? 2 * (n + 1) : n + 1, Twin.Offered);
        }
    }

    [Fact]
    public async Task A_message_whose_answer_was_lost_is_found_where_the_vendor_can_be_asked()
    {
        await Twin.StartAsync();
        Twin.Next(TwinMood.LosesAnswer);
        var message = Message();
        var at = Clock.GetUtcNow();
        await SendAsync(message);
        var found = await FindAsync(message, at);
        if (CanFind) { Assert.Equal(Assert.Single(Twin.Accepted), found?.VendorId); }
        else { Assert.Null(found); }
    }

    [Fact]
    public async Task What_was_never_handed_over_is_not_found_and_neither_is_anything_when_nobody_answers()
    {
        Assert.Null(await FindAsync(Message(), Clock.GetUtcNow()));
        await Twin.StartAsync();
        await SendAsync(Message("other0other0other0other0other0ot") with { Token = "another1" });
        Assert.Null(await FindAsync(Message() with { To = Stranger }, Clock.GetUtcNow()));
    }

    [Fact]
    public async Task Later_is_waited_for_and_the_message_is_taken_once()
    {
        await Twin.StartAsync();
        Twin.Next(TwinMood.AsksLater, TwinMood.AsksLater);
        Assert.IsType<SendResult.Accepted>(await SendAsync());
        Assert.Equal((3, 1, 2), (Twin.Offered, Twin.Accepted.Count, Clock.Waits.Count));
    }

    [Fact]
    public async Task Whoever_says_later_for_ever_is_busy_after_four_offers_in_a_minute()
    {
        await Twin.StartAsync();
        Twin.Next([.. Enumerable.Repeat(TwinMood.AsksLater, 20)]);
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync());
        Assert.Equal((RefusalKind.Busy, 4, 0), (refused.Kind, Twin.Offered, Twin.Accepted.Count));
        Assert.True(Clock.Waits.Aggregate(TimeSpan.Zero, (a, b) => a + b) <= TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_connection_that_was_never_made_is_made_again()
    {
        Clock.Meanwhile = async () =>
        {
            if (Clock.Waits.Count == 2) { await Twin.StartAsync(); }
        };
        Assert.IsType<SendResult.Accepted>(await SendAsync());
        Assert.Equal((1, 2), (Twin.Accepted.Count, Clock.Waits.Count));
    }

    [Fact]
    public async Task Where_nobody_is_the_message_is_refused_for_sure()
    {
        var refused = Assert.IsType<SendResult.Refused>(await SendAsync());
        Assert.Equal(RefusalKind.Busy, refused.Kind);
        Assert.Equal(3, Clock.Waits.Count);
    }

    [Fact]
    public async Task Credentials_that_are_not_good_are_the_account_and_asked_once()
    {
        await Twin.StartAsync();
        var refused = Assert.IsType<SendResult.Refused>(await Open(Long).SendAsync(Impostor, Message(), default));
        Assert.Equal(RefusalKind.Account, refused.Kind);
        Assert.Empty(Twin.Accepted);
        Assert.Empty(Clock.Waits);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_unknown()
    {
        await Twin.StartAsync();
        Twin.Next([.. Enumerable.Repeat(TwinMood.Stalls, 9)]);
        var result = await Open(ShortTimeout).SendAsync(Account, Message(), default).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        if (LooksAtOnce) { Assert.IsType<SendResult.Accepted>(result); }
        else { Assert.IsType<SendResult.Unknown>(result); }

        Assert.Single(Twin.Accepted);
    }

    [Fact]
    public async Task Whoever_stops_the_service_hears_it_and_nothing_is_assumed()
    {
        await Twin.StartAsync();
        Twin.Next(TwinMood.Stalls);
        using var stop = new CancellationTokenSource();
        var sending = Open(Long).SendAsync(Account, Message(), stop.Token).AsTask();
        for (var n = 0; Twin.Accepted.Count == 0 && n < 500; n++) { await Task.Delay(20); }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Single(Twin.Accepted);
    }

    [Fact]
    public async Task What_shoppers_and_merchants_write_breaks_no_request()
    {
        await Twin.StartAsync();
        string[] hostile =
        [
            "Hi\r\nBcc: everybody@example.com\r\n\r\nbody", "سلة التسوق 🛒 \u200F", "\ud83d", "a\0b\u2028c", "{{x}} & <b>\"'`=%0d%0a+",
            new('x', 1_500), "..\r\n.\r\nQUIT\r\n",
        ];
        foreach (var (text, n) in hostile.Select((t, n) => (t, n)))
        {
            var result = await SendAsync(Message($"{n}123456789abcdef0123456789abcdef", text));
            Assert.True(result is SendResult.Accepted, $"{n}: {result}");
            Assert.Equal(n + 1, Twin.Accepted.Count);
        }

        Assert.DoesNotContain(Twin.Bodies, b => b.Contains("\r\nBcc:", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task No_reason_names_a_secret_or_an_address()
    {
        var reasons = new List<string> { Reason(await SendAsync()) };
        await Twin.StartAsync();
        reasons.Add(Reason(await Open(Long).SendAsync(Impostor, Message(), default)));
        foreach (var mood in Silences)
        {
            Twin.Next(mood);
            reasons.Add(Reason(await SendAsync()));
        }

        Twin.Next([.. Enumerable.Repeat(TwinMood.AsksLater, 4)]);
        reasons.Add(Reason(await SendAsync()));
        reasons.Add(Reason(await SendAsync(Message() with { To = "nobody-at-all" })));
        var secrets = Secrets.Concat(Impostor.Credentials.Values).Concat([Message().To, Account.From ?? "+14155550100", "nobody-at-all"])
            .Where(s => s.Length > 4 && s != "localhost").ToList();
        Assert.All(reasons, r => Assert.DoesNotContain(secrets, s => r.Contains(s, StringComparison.OrdinalIgnoreCase)));
        Assert.All(reasons.Where(r => r.Length > 0), r => Assert.EndsWith(".", r, StringComparison.Ordinal));
        Assert.Contains(reasons, r => r.Length > 0);
    }

    [Fact]
    public void An_account_that_cannot_send_is_objected_to_before_anything_is_called()
    {
        var vendor = Open(Long);
        Assert.Null(vendor.Objection(Account));
        Assert.NotNull(vendor.Objection(Account with { From = null, MessagingServiceSid = null }));
        Assert.All(vendor.Credentials.Where(c => !c.IsOptional), c => Assert.True(c.IsGood(Account[c.Name]), c.Name));
        Assert.All(vendor.Credentials, c => Assert.False(c.IsGood("\n")));
        Assert.Equal(0, Twin.Offered);
    }

    private protected static TimeSpan Long => TimeSpan.FromSeconds(30);

    private protected ValueTask<SendResult> SendAsync(OutgoingMessage? message = null) =>
        Open(Long).SendAsync(Account, message ?? Message(), default);

    private protected ValueTask<FoundMessage?> FindAsync(OutgoingMessage message, DateTimeOffset at) => Open(Long).FindAsync(Account,
        new(message.StoreId, message.SendId, message.Channel, message.Automation, at) { To = message.To, Token = message.Token }, default);

    private protected static OutgoingMessage Mail(string sendId, string text) => new(
        "store-1", sendId, Channel.Email, "mona@example.com",
        new MessageContent.Email(text, text, $"<p>{text}</p>",
        [
            new("List-Unsubscribe", "<https://connect.example.com/u/abc>"),
            new("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            new("Bcc", "everybody@example.com"), new("X-Note", text), new("Bad Name", "x"),
        ]), "abandoned-cart", "cart-1", 1);

    private protected static OutgoingMessage Text(string sendId, string text) => new(
        "store-1", sendId, Channel.Sms, "+14155552671", new MessageContent.Sms(null, $"{text} https://s.example/c/AB12cd34", 1),
        "abandoned-cart", "cart-1", 1)
    {
        Token = "AB12cd34",
        ValidFor = TimeSpan.FromHours(2),
    };

    private string Stranger => Message().Channel == Channel.Email ? "stranger@example.com" : "+14155550999";

    private static string Reason(SendResult result) => result switch
    {
        SendResult.Refused refused => refused.Reason,
        SendResult.Unknown unknown => unknown.Reason,
        _ => "",
    };
}
