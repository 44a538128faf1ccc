// The plugin's two scripts in a window of glass.   node --test tests/woocommerce-plugin
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const source = (name) => readFileSync(new URL(`../../src/woocommerce-plugin/assets/${name}.js`, import.meta.url), 'utf8');
const settle = () => new Promise((resolve) => setImmediate(resolve));
const service = 'https://connect.example.com';

function admin(answer = { ok: true, json: async () => ({ token: 'a.b' }) }) {
  const posted = [], asked = [], listeners = [];
  const inner = { postMessage: (message, origin) => posted.push([message, origin]) };
  const frame = { contentWindow: inner, addEventListener() {} };
  const failed = { hidden: true, textContent: '' };
  const window = {
    storeconnectorAdmin: { origin: service, url: '/hand-over', nonce: 'n', failed: 'no' },
    addEventListener: (_, listener) => listeners.push(listener),
  };
  vm.runInNewContext(source('admin'), {
    window, document: { getElementById: (id) => ({ 'storeconnector-frame': frame, 'storeconnector-failed': failed })[id] },
    fetch: async (url, init) => { asked.push([url, init.method, init.headers['X-WP-Nonce']]); return answer; },
  });
  const say = (data, origin = service, from = inner) => listeners.forEach((listener) => listener({ data, origin, source: from }));
  const tokens = () => posted.filter(([message]) => message.type === 'storeconnector:token');
  return { say, asked, tokens, posted, failed };
}

test('a ready frame is handed one token, to its exact origin', async () => {
  const page = admin();
  page.say({ type: 'storeconnector:ready' });
  page.say({ type: 'storeconnector:ready' }); // while the first is on its way
  await settle(); await settle();
  assert.deepEqual(page.asked, [['/hand-over', 'POST', 'n']]);
  assert.deepEqual(JSON.parse(JSON.stringify(page.tokens())), [[{ type: 'storeconnector:token', token: 'a.b' }, service]]);
  assert.ok(page.posted.every(([, origin]) => origin === service));
});

test('each later asking gets a token of its own', async () => {
  const page = admin();
  for (let n = 0; n < 3; n++) { page.say({ type: 'storeconnector:ready' }); await settle(); await settle(); }
  assert.equal(page.tokens().length, 3);
});

test('nobody else is handed one', async () => {
  const page = admin();
  page.say({ type: 'storeconnector:ready' }, 'https://connect.example.com.evil.example');
  page.say({ type: 'storeconnector:ready' }, 'http://connect.example.com');
  page.say({ type: 'storeconnector:ready' }, 'null');
  page.say({ type: 'storeconnector:ready' }, service, {}); // another window of that origin
  page.say('storeconnector:ready');
  page.say(null);
  await settle(); await settle();
  assert.deepEqual(page.asked, []);
  assert.deepEqual(page.tokens(), []);
});

test('a refusal is said in words, and asking again works', async () => {
  const page = admin({ ok: false, status: 403 });
  page.say({ type: 'storeconnector:ready' }); await settle(); await settle();
  assert.deepEqual([page.failed.hidden, page.failed.textContent, page.tokens().length], [false, 'no', 0]);
  page.say({ type: 'storeconnector:ready' }); await settle(); await settle();
  assert.equal(page.asked.length, 2);
});

test('what is typed is told once, when a field of ours is left, and to the shop alone', () => {
  const fields = { billing_email: { id: 'billing_email', value: ' dora@example.com ' } }, sent = [];
  let changed;
  vm.runInNewContext(source('capture'), {
    window: { storeconnectorCapture: { url: '/contact', nonce: 'n' } },
    document: { getElementById: (id) => fields[id], addEventListener: (_, listener) => { changed = listener; } },
    fetch: async (url, init) => { sent.push([url, init.credentials, JSON.parse(init.body)]); },
  });
  changed({ target: { id: 'billing_city' } });
  changed({ target: fields.billing_email });
  changed({ target: fields.billing_email });
  assert.deepEqual(sent, [['/contact', 'same-origin', { email: 'dora@example.com', phone: '' }]]);
});
