// The sign-up form: its script over a page made by hand, and what its files promise. Run: node --test tests/shopify-app
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import vm from 'node:vm';

const folder = new URL('../../src/shopify-app/extensions/sign-up/', import.meta.url);
const read = (name) => readFile(new URL(name, folder), 'utf8');
const script = await read('assets/sign-up.js');
const block = await read('blocks/sign-up.liquid');

function page({ fields = {}, answer = { ok: true, status: 200 }, kept = new Map(), storage = true } = {}) {
  const listeners = {}, timers = [], posts = [];
  const element = (name, more = {}) => ({
    addEventListener: (event, handle) => { listeners[`${name} ${event}`] = handle; }, disabled: false, dataset: {}, ...more,
  });
  const button = element('send');
  const said = element('said', { textContent: '', dataset: { taken: 'TAKEN', incomplete: 'INCOMPLETE', later: 'LATER' } });
  const form = element('form', { querySelector: () => button });
  const parts = { form, '.sc-said': said, '.sc-close': element('close') };
  const box = element('box', { hidden: true, dataset: { url: '/apps/storeconnector/sign-up', delay: '15' }, querySelector: (s) => parts[s] });
  const refuse = () => { throw new Error('no storage'); };
  const localStorage = storage
    ? { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v) } : { getItem: refuse, setItem: refuse };
  class FormData { constructor() { return new URLSearchParams(fields); } }
  vm.runInNewContext(script, {
    document: { getElementById: () => box }, window: {}, localStorage, FormData, URLSearchParams, Number, Math,
    setTimeout: (run, after) => timers.push({ run, after }),
    fetch: async (url, options) => {
      posts.push({ url, ...options, body: Object.fromEntries(options.body) });
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { box, said, button, timers, posts, kept, listeners, send: () => listeners['form submit']({ preventDefault() {} }) };
}

const TICKED = { email: 'mariam@example.com', agree_email: 'Yes.', purposes: 'cart,price,reorder,offers', version: 'en 2026-11', website: '' };

test('it waits, and is shown once', () => {
  const first = page();
  assert.equal(first.box.hidden, true);
  assert.equal(first.timers[0].after, 15_000);
  first.timers[0].run();
  assert.equal(first.box.hidden, false);

  first.listeners['close click']();
  assert.equal(first.box.hidden, true);
  assert.equal(page({ kept: first.kept }).timers.length, 0);
});

test('what was ticked is sent with its words, and the thanks are the same for all', async () => {
  const form = page({ fields: TICKED });
  await form.send();

  assert.equal(form.posts[0].url, '/apps/storeconnector/sign-up');
  assert.deepEqual(form.posts[0].body, TICKED);
  assert.equal(form.said.textContent, 'TAKEN');
  assert.equal(page({ kept: form.kept }).timers.length, 0);
});

for (const [name, fields] of [
  ['nothing is ticked', { ...TICKED, agree_email: '' }],
  ['there is no address', { ...TICKED, email: ' ' }],
  ['the tick is another address\'s', { email: TICKED.email, agree_sms: 'Yes.' }],
]) {
  test(`nothing is sent when ${name}`, async () => {
    const form = page({ fields });
    await form.send();
    assert.equal(form.posts.length, 0);
    assert.equal(form.said.textContent, 'INCOMPLETE');
  });
}

for (const [answer, words] of [[{ ok: false, status: 400 }, 'INCOMPLETE'], [{ ok: false, status: 429 }, 'LATER'], [new TypeError('offline'), 'LATER']]) {
  test(`after ${answer.status ?? answer.message} it can be tried again`, async () => {
    const form = page({ fields: TICKED, answer, storage: false });
    await form.send();
    assert.equal(form.said.textContent, words);
    assert.equal(form.button.disabled, false);
  });
}

test('no box is ticked beforehand, and sides are logical', () => {
  assert.doesNotMatch(block, /\bchecked\b/);
  assert.doesNotMatch(block, /[{;](margin|padding|border)?-?(left|right)\s*:|text-align:(left|right)/);
  assert.match(block, /class="sc-sign-up"[^>]*hidden>/s);
});

test('both languages say the same things, with the way out in each', async () => {
  const [english, arabic] = await Promise.all(['locales/en.default.json', 'locales/ar.json'].map(async (f) => JSON.parse(await read(f)).sign_up));
  assert.deepEqual(Object.keys(arabic), Object.keys(english));
  for (const words of [english, arabic]) {
    assert.match(words.agree_sms, /STOP/);
    for (const agree of [words.agree_email, words.agree_sms]) {
      assert.match(agree, /\{\{ shop \}\}/);
      assert.ok(agree.length < 900);
    }
  }
  for (const [, key] of block.matchAll(/'sign_up\.(\w+)'/g)) assert.ok(english[key], key);
});
