using StoreConnector.Core.Automations;
using StoreConnector.Core.Guards;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage.Customers;
using StoreConnector.Tests.Simulation;

namespace StoreConnector.Tests.Processing;

public sealed class SuppressionImportTests
{
    private const string
        Mailchimp = """"
            Email Address,First Name,Last Name,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,UNSUB_REASON_OTHER
            a@example.com,Ada,"Lovelace, Lady",2024-02-01 10:00:00,"News ""May""",NORMAL,
            b@example.com,Bob,,2024-02-01 10:00:00,News,ABUSE,

            """",
        Cleaned = """
            Email Address,First Name,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE
            a@example.com,Ada,2024-02-01 10:00:00,News
            """,
        Klaviyo = """
            "Email","Suppression Reason","Timestamp"
            "a@example.com","UNSUBSCRIBE","2024-01-01T00:00:00Z"
            "b@example.com","HARD_BOUNCE","2024-01-01T00:00:00Z"
            "c@example.com","SPAM_COMPLAINT","2024-01-01T00:00:00Z"
            """,
        Unsubscribes = "email,created\na@example.com,1706000000\nb@example.com,1706000001\n",
        Bounces = """
            status,reason,email,created
            5.1.1,"550 5.1.1 The email account that you tried to reach does not exist",a@example.com,1706000000
            """,
        Spam = "ip,email,created\n10.0.0.1,a@example.com,1706000000\n",
        Twilio = """
            From,To,Body,Status,ErrorCode
            +14155550100,+14155550123,Hi,failed,21610
            +14155550100,+14155550124,Hi,undelivered,30005
            +14155550100,+14155550125,Hi,delivered,
            +14155550100,+14155550126,Hi,undelivered,30008
            """,
        Shopify = """
            First Name,Last Name,Email,Accepts Email Marketing,Phone,Accepts SMS Marketing
            Ada,L,a@example.com,no,'+14155550123,yes
            Bob,M,b@example.com,yes,+14155550124,no
            Cy,N,c@example.com,yes,,
            """,
        Plain = "a@example.com\nnot an address\n+14155550123\n";

    private readonly ConsentWorld it = new();

    [Theory]
    [InlineData(Mailchimp, 2, 1, 0, 1, 0, 0)]
    [InlineData(Cleaned, 1, 0, 1, 0, 0, 0)]
    [InlineData(Klaviyo, 3, 1, 1, 1, 0, 0)]
    [InlineData(Unsubscribes, 2, 2, 0, 0, 0, 0)]
    [InlineData(Bounces, 1, 0, 1, 0, 0, 0)]
    [InlineData(Spam, 1, 0, 0, 1, 0, 0)]
    [InlineData(Twilio, 4, 1, 1, 0, 2, 0)]
    [InlineData(Shopify, 3, 2, 0, 0, 1, 0)]
    [InlineData(Plain, 3, 2, 0, 0, 0, 1)]
    [InlineData("", 0, 0, 0, 0, 0, 0)]
    public async Task Each_export_is_read_by_the_names_of_its_columns(
        string text, int read, int unsubscribed, int bounced, int complained, int passedOver, int unreadable)
    {
        var report = await TakeAsync(text);
        Assert.Equal((read, unsubscribed, bounced, complained, passedOver, unreadable),
            (report.Read, report.Unsubscribed, report.Bounced, report.Complained, report.PassedOver, report.Unreadable));
    }

    [Fact]
    public async Task What_was_read_silences_at_once_and_for_its_own_reason()
    {
        await TakeAsync(Klaviyo);
        Assert.Equal<IEnumerable<string?>>([ReasonCode.Unsubscribed, ReasonCode.Bounced, ReasonCode.Complained],
            await Task.WhenAll(new[] { "a", "b", "c" }.Select(async n =>
                Suppression.Of(await it.RecordAsync(Of(n)), Purpose.Price))));
        var proof = Assert.Single(await it.ProofsAsync(Of("a")));
        Assert.Equal((ConsentAction.Imported, "import-unsubscribed", "a@example.com"),
            (proof.Proof.Action, proof.Proof.Source, proof.Address));
    }

    [Fact]
    public async Task A_customer_who_agreed_to_one_channel_keeps_it()
    {
        await TakeAsync(Shopify);
        Assert.NotNull(Suppression.Of(await it.RecordAsync(Of("a")), Purpose.Cart));
        Assert.Null(Suppression.Of(await it.RecordAsync(ConsentWorld.Phone), Purpose.Cart));
        Assert.Null(Suppression.Of(await it.RecordAsync(Of("b")), Purpose.Cart));
        Assert.NotNull(Suppression.Of(await it.RecordAsync(Contact.Of(ConsentWorld.Read("+14155550124"))), Purpose.Cart));
    }

    [Fact]
    public async Task The_same_list_again_changes_nothing()
    {
        await TakeAsync(Klaviyo);
        var before = it.World.Engine.State;
        it.World.Clock.Advance(TimeSpan.FromDays(1));
        await TakeAsync(Klaviyo);
        Assert.Same(before.Tables, it.World.Engine.State.Tables);
    }

    [Fact]
    public async Task A_reason_that_is_given_counts_for_every_row()
    {
        var report = await TakeAsync(Unsubscribes, SuppressionReason.Bounced);
        Assert.Equal(2, report.Bounced);
    }

    [Theory]
    [InlineData("email\na@example.com\n\"b@example.com\n", new[] { 3 })]
    [InlineData("email\n\n\nnobody\na@example.com\n", new[] { 4 })]
    [InlineData("email;reason\na@example.com;x\nb\n", new[] { 3 })]
    [InlineData("email\n\"two\nlines\"\nnobody\n", new[] { 2, 4 })]
    public async Task A_row_that_cannot_be_read_is_told_by_its_line_alone(string text, int[] lines) =>
        Assert.Equal(lines, (await TakeAsync(text)).UnreadableLines);

    [Fact]
    public async Task Half_a_row_at_the_end_of_what_may_be_read_is_left_out()
    {
        var report = await it.Import.TakeAsync(it.Store, new StringReader("email\na@example.com\nb@example.co"), null,
            () => true, default);
        Assert.Equal((1, false), (report.Read, report.IsWhole));
        Assert.Null(Suppression.Of(await it.RecordAsync(Contact.Of(Story.Email("b@example.co")!)), Purpose.Cart));
    }

    [Fact]
    public async Task A_long_list_is_read_to_its_end()
    {
        var report = await TakeAsync("email\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"n{i}@example.com\r\n")));
        Assert.Equal((3000, true), (report.Unsubscribed, report.IsWhole));
        Assert.NotNull(Suppression.Of(await it.RecordAsync(Of("n2999")), Purpose.Offers));
    }

    private async Task<SuppressionReport> TakeAsync(string text, SuppressionReason? reason = null) =>
        await it.Import.TakeAsync(it.Store, new StringReader(text), reason, () => false, default);

    private static Contact Of(string name) => Contact.Of(Story.Email(name + "@example.com")!);
}
