// Breaks the code on purpose, one trap at a time, and expects a test to fail: a simulation that stays green is not looking.
//   node tests/tools/mutants.mjs            all of them (about half an hour)
//   node tests/tools/mutants.mjs 11 cap     those whose name contains one of the words
//   node tests/tools/mutants.mjs --check    only whether each break still finds its place, once
// Each break is one find and replace in a copy of the repository; white space and comments between words do not count.
// Exits 1 when one survives, does not build or does not find its place.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const testsProject = 'tests/StoreConnector.Tests';
const timeLimitMs = 240_000;
const classes = ['TrapTests', 'SendTrapTests', 'ProductTrapTests', 'ConfluenceTests', 'VendorStoryTests', 'YearTests'];
const processing = 'src/StoreConnector/Processing';
const core = 'src/StoreConnector.Core';

/** name, file, what is found, what it becomes, where to look first */
const mutants = [
  ['1 only the strongest alias is bound before the head', `${processing}/Identities.cs`,
    'var unbound = found.Where(f => f.Read.Row is null).Select(f => f.Alias);', 'var unbound = found.Where(f => f.Read.Row is null && f == strongest).Select(f => f.Alias);', 'TrapTests'],
  ['short: a merge into the record may be unfinished', `${processing}/Identities.cs`,
    'foreach (var loser in state.Absorbing) { await merges.ResolveAsync(store, loser, cancel); }', '', 'TrapTests'],
  ['short: what somebody else has bound is ours', `${processing}/Identities.cs`,
    '|| !await TryBindAsync(store, happened, unknown, key, cancel)) { return null; }', '|| !(await TryBindAsync(store, happened, unknown, key, cancel) || unknown.Count > 0)) { return null; }', 'TrapTests'],
  ['short: a row that is used up wakes the record', `${processing}/Wakes.cs`,
    'stored > clock.GetUtcNow() + Near && stored <= plan.WakeAt', 'stored <= plan.WakeAt', 'SendTrapTests'],
  ['short: a token moves by what its row says alone', `${processing}/TokenMoves.cs`,
    'if (version is not null && !IsNewer(claim, version)) { return Stays(happened, claim, version); }', '_ = version;', 'ConfluenceTests'],
  ['short: a token that moved away is still known', `${processing}/Identities.cs`,
    'if (!move.IsOurs) { elsewhere.Add(f.Hash); }', '', 'ConfluenceTests'],
  ['2 the survivor is the first alias that is bound', `${processing}/Identities.cs`,
    'var strongest = (usable.Count > 0 ? usable : found)[0];', 'var strongest = usable.FirstOrDefault(f => f.Read.Row is not null) ?? found[0];', 'TrapTests'],
  ['3 copy, then signpost', `${processing}/Merges.cs`,
    'if (!await store.Customers.TrySaveAsync(loser, frozen, read, [], null, cancel)) { return false; } // P2.1',
    'await CopyAsync(store, state, survivor, cancel); if (!await store.Customers.TrySaveAsync(loser, frozen with { Frozen = null }, await store.Customers.ReadHeadAsync(loser, cancel), [], null, cancel)) { return false; }', 'TrapTests'],
  ['4 no veto: equal ranks merge', `${processing}/Identities.cs`,
    'CustomerState.RankOf(root) > CustomerState.RankOf(target) ||', 'CustomerState.RankOf(root) >= CustomerState.RankOf(target) ||', 'TrapTests'],
  ['5 no look at the sweep mark', `${processing}/Wakes.cs`,
    'at > clock.GetUtcNow() + FarAway) { return; }', 'at > DateTimeOffset.MinValue) { return; }', 'SendTrapTests'],
  ['6 7 only past times go straight to the queue', `${processing}/Wakes.cs`,
    'if (string.CompareOrdinal(DueIndex.Bucket(at), opened) <= 0)', 'if (at <= clock.GetUtcNow() && opened.Length > 0)', 'SendTrapTests'],
  ['8 a duplicate ends the work', `${processing}/EventProcessor.cs`,
    'var offers = await ShowInterestAsync(', 'if (state.Seen.Contains(happened.Id)) { return true; } var offers = await ShowInterestAsync(', 'SendTrapTests'],
  ['9a one mark, raised before the scan', `${processing}/Sweeper.cs`,
    'await due.RaiseOpenedAsync(shard, now, cancel);', 'await due.RaiseOpenedAsync(shard, now, cancel); await due.RaiseDoneAsync(shard, now, cancel);', 'SendTrapTests'],
  ['9b delete, then queue', `${processing}/Sweeper.cs`,
    'await wakeUps.SendAsync([.. rows.Select(Message)], cancel); // P4.4: queue, then delete.\n                await due.DeleteAsync(shard, rows, cancel);',
    'await due.DeleteAsync(shard, rows, cancel);\n                await wakeUps.SendAsync([.. rows.Select(Message)], cancel);', 'SendTrapTests'],
  ['10 an early wake-up does not write its row again', `${processing}/MessageSender.cs`,
    'await wakes.RepeatAsync(store, key, plan.WakeAt, cancel);', '', 'SendTrapTests'],
  ['11a no claim', `${processing}/MessageSender.cs`,
    'if (!await wakes.TrySaveAsync(store, claimed, read, cancel)) { return false; }', '_ = claimed;', 'SendTrapTests'],
  ['11b a claim whose lease is over is repeated', `${processing}/MessageSender.cs`,
    'await LookUpAsync(store, key, sendId, claim, cancel);\n            return false;', 'state = state with { Sends = state.Sends.Remove(sendId) };', 'SendTrapTests'],
  ['11c repeated after a look-up that found nothing', `${processing}/MessageSender.cs`,
    'await LookUpAsync(store, key, sendId, claim, cancel);\n            return false;',
    'if (await channel.FindAsync(store.Store.Id, sendId, cancel) is null) { state = state with { Sends = state.Sends.Remove(sendId) }; } else { await LookUpAsync(store, key, sendId, claim, cancel); return false; }', 'SendTrapTests'],
  ['12a claim without ETag', `${processing}/MessageSender.cs`,
    'wakes.TrySaveAsync(store, claimed, read, cancel)', 'wakes.TrySaveAsync(store, claimed, await store.Customers.ReadHeadAsync(plan.State.Key, cancel), cancel)', 'SendTrapTests'],
  ['12b opt-out read before the claim only', `${processing}/MessageSender.cs`,
    '{ return suppressed; }', '{ _ = suppressed; }', 'SendTrapTests'],
  ['13 claim without a due row for its lease', `${processing}/MessageSender.cs`,
    'WakeAt = claim.LeaseUntil,\n            Ledger', 'WakeAt = null,\n            Ledger', 'SendTrapTests'],
  // The redelivery's own page is an economy: the due row carries the promise.
  ['14 a product without a due row', `${processing}/Catalog.cs`, 'await wakes.AnnounceAsync(store, key, wakeAt, cancel);', '', 'ProductTrapTests'],
  ['15a a small rise drops the pending fan-out', `${core}/Products/CatalogEvolution.cs`,
    'if (better.Count > 0 || (product.Pending is not null && isChanged))', 'if (isChanged && better.Count == 0) { next = next with { Pending = null }; } else if (better.Count > 0)', 'ProductTrapTests'],
  ['15b a newer change forgets the variants that are not told', `${core}/Products/CatalogEvolution.cs`,
    '(product.Pending?.Variants ?? []).Union(better)', 'better.ToImmutableSortedSet()', 'ProductTrapTests'],
  ['16a the product is read, then the interest is indexed', `${processing}/EventProcessor.cs`,
    'await store.Interests.PutAsync(sign.Variant, state.Key, sign.At + Interest.Life + InterestRowsRenewed, cancel); if (await store.Products.FindAsync(sign.Variant, cancel) is var (product, variant))',
    'var early = await store.Products.FindAsync(sign.Variant, cancel); await store.Interests.PutAsync(sign.Variant, state.Key, sign.At + Interest.Life + InterestRowsRenewed, cancel); if (early is var (product, variant))', 'ProductTrapTests'],
  ['16b the unneeded event is not saved', `${processing}/EventProcessor.cs`,
    'var cause = happened.Body is OfferChanged or ReminderPutOff ? null : happened;',
    'if (happened.Body is OfferChanged told && !state.Interests.ContainsKey(told.Variant.ToString())) { return true; } var cause = happened.Body is OfferChanged or ReminderPutOff ? null : happened;', 'ProductTrapTests'],
  ['P5 a row is written anew and the product is not read', `${processing}/EventProcessor.cs`,
    'if (await store.Products.FindAsync(sign.Variant, cancel) is var (product, variant))', 'if (known is null && await store.Products.FindAsync(sign.Variant, cancel) is var (product, variant))', 'ProductTrapTests'],
  ['P5 a row is written anew only after a silence', `${processing}/EventProcessor.cs`,
    'Period(sign.At) <= Period(known.LastAt)', 'sign.At < known.LastAt + InterestRowsRenewed', 'ProductTrapTests'],
  ['P5 rows that ran out are deleted blindly', 'src/StoreConnector/Storage/Products/InterestIndex.cs',
    'new TableWrite.Delete(r.CustomerKey, r.ETag)', 'new TableWrite.Delete(r.CustomerKey)', 'ProductTrapTests'],
  ['P5 no last look at the price', `${core}/Automations/Subjects.cs`, '? null : ReasonCode.PriceRose', '? null : (string?)null', 'ProductTrapTests'],
  ['P5 an occasion without its time', `${core}/Automations/PriceDrop/DropFacts.cs`, '{offer.Since.ToUnixTimeMilliseconds()}', '{0}', 'ProductTrapTests'],
  ['P5 one name for the drop of many people', `${core}/Automations/Planner.cs`, '$"{state.Key}|{lead.Occasion}"', 'lead.Occasion', 'ProductTrapTests'],
  ['P5 what was due and is over stays due', `${core}/Automations/PriceDrop/DropFacts.cs`, '(d.Kind == "send" && !IsWritten(state, d.Occasion))', 'd.Kind == ""', 'ProductTrapTests'],
  ['17a check the erased list, then bind whoever was first', `${processing}/Identities.cs`,
    'if (!await TryBindAsync(store, happened, unbound, target, cancel)) { return new Whose.Again(); }',
    'foreach (var alias in unbound.ToList()) { await TryBindAsync(store, happened, [alias], target, cancel); }', 'TrapTests'],
  ['17 the log is written after the save', `${processing}/EventProcessor.cs`,
    'if (cause is not null) { await EventLog.AppendAsync(store.Customers.Table, cause, cancel); }\n\n        if (await wakes.SettleAsync(store, evolved, read, cancel, cause, told: told) is null) { return false; }',
    'if (await wakes.SettleAsync(store, evolved, read, cancel, cause, told: told) is null) { return false; } if (cause is not null) { await EventLog.AppendAsync(store.Customers.Table, cause, cancel); }', 'TrapTests'],
  ['17b the head is deleted: no stone tells when', `${processing}/EventProcessor.cs`,
    'Head.Tombstone stone when stone.At < happened.HappenedAt => new', 'Head.Tombstone stone => new', 'TrapTests'],
  ['guard: already bought', `${core}/Automations/AbandonedCart/AbandonedCart.cs`, ' ?? AlreadyBought(facts)', ' ?? (facts.Now == default ? AlreadyBought(facts) : null)', 'SendTrapTests'],
  ['guard: permission', `${core}/Guards/Permission.cs`, '?? (PermissionVerdict)Refused(question);', '?? new PermissionVerdict.Granted(PermissionBasis.Express, question.ConsentAt);', 'YearTests'],
  ['guard: cap', `${core}/Guards/ChannelFacts.cs`, 'var capped = Guards.Cap.FreeAt(Cap, Recent, now);', 'var capped = now;', 'YearTests'],
  ['evolve: the oldest cart wins', `${core}/Customers/CustomerEvolution.cs`,
    'a.Version != b.Version ? (a.Version > b.Version ? a : b)\n        : a.CompletedAt', 'a.Version != b.Version ? (a.Version > b.Version ? b : a)\n        : a.CompletedAt', 'TrapTests'],
  ['evolve: who comes last wins', `${core}/Customers/CustomerEvolution.cs`,
    'a.Cart is null ? b.Cart : b.Cart is null ? a.Cart : Newer(a.Cart, b.Cart)', 'b.Cart ?? a.Cart', 'ConfluenceTests'],
  ['identity: anybody merges into anybody', `${processing}/Identities.cs`,
    'CustomerState.RankOf(root) > CustomerState.RankOf(target) ||', 'CustomerState.RankOf(root) >= 0 ||', 'TrapTests'],
  ['P2.1 nothing is frozen', `${processing}/Merges.cs`,
    'if (!await store.Customers.TrySaveAsync(loser, frozen, read, [], null, cancel)) { return false; } // P2.1', 'await CopyAsync(store, frozen.Frozen!, survivor, cancel);', 'TrapTests'],
  ['P3.5 no last look', `${processing}/MessageSender.cs`,
    'await ObjectionAsync(store, plan.State.Key, order, cancel) is { } objection', '(read.ETag == "" ? await ObjectionAsync(store, plan.State.Key, order, cancel) : null) is { } objection', 'SendTrapTests'],
  // What comes back from vendors.
  ['vendors: a no at the vendor is told to the message alone', `${processing}/Reports.cs`,
    '&& await TellAddressAsync(store, contact, channel.Value, report, cancel)', '&& report.At == default && await TellAddressAsync(store, contact, channel.Value, report, cancel)', 'VendorStoryTests'],
  ['vendors: a report does not confirm the send', `${processing}/Reports.cs`,
    'await sends.ConfirmAsync(store, link.WayOut.CustomerKey, about.SendId,', 'if (code.Length == 0) await sends.ConfirmAsync(store, link.WayOut.CustomerKey, about.SendId,', 'VendorStoryTests'],
  ['vendors: who told last wins', `${processing}/Deliveries.cs`, 'Status is null || status > Status', 'status > 0', 'VendorStoryTests'],
  ['vendors: what nobody knows is not listed', `${processing}/Sends.cs`, 'if (answer.Status == SendStatus.Unknown)', 'if (answer.Status == 0)', 'VendorStoryTests'],
  // What the year alone sees: laws, prices, refills, money.
  ['year: quiet hours ignored', `${core}/Guards/ChannelFacts.cs`, 'var quiet = Quiet?.FreeAt ?? now;', 'var quiet = now;', 'YearTests'],
  ['year: caps of texts ignored', `${core}/Guards/Cap.cs`,
    'new(TimeSpan.Zero, limits.Per24h, Window, limits.Per7d)', 'new(TimeSpan.Zero, limits.Per24h * 99, Window, limits.Per7d * 99)', 'YearTests'],
  ['year: permission of texts is that of e-mail', `${core}/Automations/Reach.cs`,
    'Question(state, Channel.Sms, contact, purpose, around)', 'Question(state, Channel.Sms, state.Email is { } own ? Contact.Of(own.Value) : contact, purpose, around)', 'YearTests'],
  ['year: how a yes was proven does not matter', `${core}/Guards/Permission.cs`,
    'q.Consent == ConsentState.Given && q.Level >= Needed(q)', 'q.Consent == ConsentState.Given', 'YearTests'],
  ['year: texts from abroad go everywhere', `${core}/Guards/Permission.cs`,
    '!LawRules.Country(q.Country).ForeignSenders', '!LawRules.Country(q.Country).ForeignSenders && q.Now == default', 'YearTests'],
  ['year: a drop leaves without a look at the price now', `${core}/Automations/Subjects.cs`,
    'Subject.Drops { All: var drops } => [.. drops.Select(d => d.Variant)],', 'Subject.Drops { All: var drops } when drops.Count > 99 => [.. drops.Select(d => d.Variant)],', 'YearTests'],
  ['year: the price is not looked at after the claim', `${core}/Automations/Subjects.cs`,
    'DropFacts.IsStillTrue(drops.First(d => d.Variant == variant), now, at)', 'drops.Count > 0 || DropFacts.IsStillTrue(drops.First(d => d.Variant == variant), now, at)', 'YearTests'],
  ['year: an occasion of a drop without its time', `${core}/Automations/PriceDrop/DropFacts.cs`,
    '{offer.Since.ToUnixTimeMilliseconds()}', '{offer.Since.Ticks * 0}', 'YearTests'],
  ['year: any drop is worth a message', `${core}/Automations/PriceDrop/PriceDrop.cs`,
    'return drop >= percent && drop >= money ? null', 'return drop > 0 && percent + money > 0 ? null', 'YearTests'],
  ['year: the price seen is the catalog\'s', `${core}/Customers/CustomerEvolution.cs`,
    'Seen = interest.Seen ?? seen', 'Seen = seen ?? interest.Seen', 'YearTests'],
  ['year: the other drops of a message are not recorded', `${processing}/MessageSender.cs`,
    'Also = order.Also.Count == 0 ? null : order.Also,', 'Also = null,', 'YearTests'],
  ['year: what was bought does not count', `${core}/Automations/AbandonedCart/PurchaseFacts.cs`,
    '.Max(at => (DateTimeOffset?)at);', '.Where(at => at == default).Max(at => (DateTimeOffset?)at);', 'YearTests'],
  ['year: refills without the gate', `${core}/Insights/ReorderOutlook.cs`,
    'if (Refusal(facts) is { } refusal) { return refusal; }', 'if (Refusal(facts) is { } refusal && facts.Rhythm.Times < 0) { return refusal; }', 'YearTests'],
  ['year: a refill is reminded of weeks too early', `${core}/Automations/Replenishment/Replenishment.cs`,
    'f.Now < due.SendAt ?', 'f.Now < due.SendAt.AddDays(-20) ?', 'YearTests'],
  ['year: a refill has a message as often as it likes', `${core}/Automations/Replenishment/Replenishment.cs`,
    'f.Steps.Count > 0 && f.PutOff is null ?', 'f.Steps.Count > 99 && f.PutOff is null ?', 'YearTests'],
  ['year: the budget of texts is never reserved', `${processing}/Budget.cs`, 'var total = Bytes(used + amount);', 'var total = Bytes(used);', 'YearTests'],
  ['year: the budget of texts is reserved twice', `${processing}/Budget.cs`, 'var total = Bytes(used + amount);', 'var total = Bytes(used + (2 * amount));', 'YearTests'],
  ['year: a cart gets a second text', `${core}/Automations/AbandonedCart/AbandonedCart.cs`,
    '&& f.Steps.All(s => s.Channel != Channel.Sms) && Done(f) == 0;', '&& Done(f) < 3;', 'YearTests'],
  ['year: nobody waits for another message', `${core}/Automations/Planner.cs`,
    'candidate.Decision is Decision.Send && !leaving.Contains(candidate)', 'candidate.Decision is Decision.Send && leaving.Count == 0', 'YearTests'],
  ['year: one send id for all who know a drop', `${core}/Automations/Planner.cs`, '{state.Key}|{lead.Occasion}', '{state.Key.Length}|{lead.Occasion}', 'YearTests'],
];

const checkOnly = process.argv.includes('--check');
const words = process.argv.slice(2).filter((w) => w !== '--check');
const chosen = mutants.filter(([name]) => words.length === 0 || words.some((w) => name.includes(w)));
const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
let bad = 0;
try {
  for (const file of execFileSync('git', ['ls-files', '-z'], { cwd: root }).toString().split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  const whole = checkOnly ? '' : run('dotnet', ['restore', '-v', 'quiet']) && build();
  if (whole) { throw new Error(`The repository itself does not build:\n${whole}`); }
  for (const mutant of chosen) { bad += judge(...mutant) ? 0 : 1; }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${chosen.length - bad} of ${chosen.length} caught`);
process.exit(bad ? 1 : 0);

function judge(name, file, find, replace, first) {
  const begin = Date.now();
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const places = [...text.matchAll(pattern(find))].length;
  let verdict;
  if (places !== 1) { verdict = { caught: false, by: `FOUND ${places} TIMES` }; }
  else if (checkOnly) { verdict = { caught: true, by: 'found once' }; }
  else {
    writeFileSync(path, text.replace(pattern(find), () => replace));
    const errors = build();
    verdict = errors ? { caught: false, by: `DOES NOT BUILD ${errors}` } : test(first);
    writeFileSync(path, text);
  }
  const by = verdict.caught ? verdict.by : verdict.by ?? 'SURVIVED';
  console.log(`${verdict.caught ? 'caught' : 'BAD   '} | ${name} | ${file.split('/').pop()} | ${by} | ${Math.round((Date.now() - begin) / 1000)} s`);
  return verdict.caught;
}

/** The code of a break, however its lines are broken. */
function pattern(find) {
  const code = find.replace(/\/\/ .*$/gm, '');
  const parts = code.match(/\w+|[^\w\s]/g).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('(?:\\s|//[^\\n]*)*'), 'g');
}

/** The first test that fails, class by class; a run that takes too long counts as a failure of its class. */
function test(first) {
  for (const name of [first, ...classes.filter((c) => c !== first)]) {
    const ran = run(join(copy, testsProject, 'bin/Release/net10.0/StoreConnector.Tests'),
      ['-noLogo', '-noColor', '-stopOnFail', '-class', `StoreConnector.Tests.Simulation.${name}`], timeLimitMs);
    const failed = /Simulation\.(\S+)(?:\(.*\))? \[FAIL\]/.exec(ran.stdout);
    if (failed) { return { caught: true, by: failed[1] }; }
    if (ran.status !== 0) { return { caught: true, by: `${name}: ${ran.error?.code ?? `exit ${ran.status}`}` }; }
  }
  return { caught: false };
}

/** Empty when it builds; else the first error. */
function build() {
  const built = run('dotnet', ['build', testsProject, '-c', 'Release', '-v', 'quiet', '--no-restore', '-p:RunAnalyzers=false', '-p:EnforceCodeStyleInBuild=false']);
  return built.status === 0 ? '' : (/error .*/.exec(built.stdout)?.[0] ?? built.stdout.slice(-300));
}

function run(command, args, timeout) {
  return spawnSync(command, args, { cwd: copy, encoding: 'utf8', timeout, maxBuffer: 64 * 1024 * 1024 });
}
