using System.Text;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Events;
using StoreConnector.Core.Guards;
using StoreConnector.Storage.Customers;
using StoreConnector.Tests.Simulation;
using static StoreConnector.Tests.Processing.ConsentWorld;
using static StoreConnector.Tests.Simulation.Story;

namespace StoreConnector.Tests.Processing;

public sealed class ConsentProofTests
{
    private readonly ConsentWorld it = new();

    [Fact]
    public async Task A_platforms_word_is_proven_once_however_often_it_is_told()
    {
        for (var i = 0; i < 3; i++) { await it.World.ApplyAsync(Consent("c", 5, Mail)); }

        await it.World.ApplyAsync(Consent("d", 9, Mail, state: ConsentState.Withdrawn));
        var proofs = await it.ProofsAsync(ConsentWorld.Email);
        Assert.Equal([ConsentAction.Given, ConsentAction.Withdrawn], proofs.Select(p => p.Proof.Action));
        Assert.Equal((Mail, it.Mariam.Key, OptInLevel.Double, "checkout", At(5)),
            (proofs[0].Address, proofs[0].Proof.CustomerKey, proofs[0].Proof.Level, proofs[0].Proof.Source, proofs[0].Proof.At));
    }

    [Fact]
    public async Task Each_kind_of_word_has_its_own_action()
    {
        await it.World.ApplyAsync(Consent("a", 1, Mail, state: ConsentState.None));
        await it.World.ApplyAsync(Consent("b", 2, Mail, state: ConsentState.Pending));
        await it.World.ApplyAsync(Consent("c", 3, Mail) with { Origin = EventOrigin.Import });
        Assert.Equal([ConsentAction.Pending, ConsentAction.Imported],
            (await it.ProofsAsync(ConsentWorld.Email)).Select(p => p.Proof.Action));
    }

    [Fact]
    public async Task An_address_is_not_readable_where_its_proof_is_kept()
    {
        await it.MeetAsync();
        await it.Links.SetAsync(it.Store, it.LinkOf(ConsentWorld.Email), stop: true, "203.0.113.9", default);
        var rows = it.World.Engine.Rows("store" + World.StoreId)
            .Where(r => r.Partition.StartsWith("consent-", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, r => Assert.DoesNotMatch("mariam|4155550123|203[.]0", Encoding.UTF8.GetString(r.Value.Span)));
    }

    [Fact]
    public async Task Erasure_leaves_what_was_done_and_not_whose_it_was()
    {
        await it.MeetAsync();
        await it.Links.SetAsync(it.Store, it.LinkOf(ConsentWorld.Email), stop: true, "203.0.113.9", default);
        var before = await it.ProofsAsync(ConsentWorld.Email);
        Assert.Equal("203.0.113.9", before[^1].Ip);

        await it.World.ApplyAsync(Erase("e", 60, Mail));

        var after = await it.ProofsAsync(ConsentWorld.Email);
        Assert.Equal(before.Select(p => (p.Proof.Action, p.Proof.At)), after.Select(p => (p.Proof.Action, p.Proof.At)));
        Assert.All(after, p => Assert.Equal((null, null), (p.Address, p.Ip)));
        Assert.All(await it.ProofsAsync(ConsentWorld.Phone), p => Assert.Null(p.Address));
        Assert.Equal(ReasonCode.Unsubscribed, Suppression.Of(await it.RecordAsync(ConsentWorld.Email), Purpose.Cart));
    }

    [Fact]
    public async Task One_press_is_one_proof_and_so_is_its_undoing()
    {
        await it.MeetAsync();
        var link = it.LinkOf(ConsentWorld.Email);
        foreach (var stop in new[] { true, true, false, false })
        {
            it.World.Clock.Advance(TimeSpan.FromMinutes(1));
            await it.Links.SetAsync(it.Store, link, stop, null, default);
        }

        Assert.Equal([ConsentAction.Given, ConsentAction.Withdrawn, ConsentAction.Given],
            (await it.ProofsAsync(ConsentWorld.Email)).Select(p => p.Proof.Action));
        Assert.Null(Suppression.Of(await it.RecordAsync(ConsentWorld.Email), Purpose.Cart));
    }

    [Fact]
    public async Task A_yes_given_since_lifts_the_no_of_an_older_list_and_an_older_yes_does_not()
    {
        await it.MeetAsync();
        await it.Import.TakeAsync(it.Store, new StringReader(Mail), null, () => false, default);
        await it.World.ApplyAsync(Consent("old", 3, Mail));
        Assert.Equal(ReasonCode.Unsubscribed, Suppression.Of(await it.RecordAsync(ConsentWorld.Email), Purpose.Cart));
        await it.World.ApplyAsync(Consent("new", 60, Mail));
        Assert.Null(Suppression.Of(await it.RecordAsync(ConsentWorld.Email), Purpose.Cart));
    }
}
