// The web pixel's logic with Shopify's API stubbed. Run: node --test tests/shopify-app
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { start, endpointOf } from '../../src/shopify-app/extensions/visits/src/visits.js';

const ENDPOINT = 'https://connect.example.com/storefront/shopify/events';
const ALLOWED = { analyticsProcessingAllowed: true, marketingAllowed: true, preferencesProcessingAllowed: false, saleOfDataAllowed: false };
const VARIANT = {
  id: '456', title: 'Blue', price: { amount: 14.99, currencyCode: 'AED' }, product: { id: '123', title: 'Shirt', vendor: 'Rimal' },
};
const CHECKOUT = {
  token: 'bd5a8aa1ecd019dd3520ff791ee3a24c', email: 'mariam@example.com', phone: '+971501234567',
  billingAddress: { firstName: 'Mariam', address1: '1 Road' }, lineItems: [], order: { customer: { id: '9' } },
};

function shop({ consent = ALLOWED, settings = { endpoint: ENDPOINT }, cart = null, storage = true, answer = 204 } = {}) {
  const handlers = {}, privacy = [], posts = [], kept = new Map();
  const world = { at: Date.parse('2026-11-22T10:00:00Z'), answer, posts, kept };
  const refuse = async () => { throw new Error('no storage'); };
  const api = {
    analytics: { subscribe: (name, handle) => { (handlers[name] ??= []).push(handle); } },
    browser: {
      sessionStorage: storage
        ? { getItem: async (k) => kept.get(k) ?? null, setItem: async (k, v) => kept.set(k, v), removeItem: async (k) => kept.delete(k) }
        : { getItem: refuse, setItem: refuse, removeItem: refuse },
      sendBeacon: async () => true,
    },
    customerPrivacy: { subscribe: (_, handle) => privacy.push(handle) },
    init: { customerPrivacy: consent, data: { cart, customer: { id: '9', email: 'mariam@example.com' }, shop: { myshopifyDomain: 'rimal.myshopify.com' } } },
    settings,
  };
  start(api, {
    now: () => world.at,
    post: async (url, body) => {
      if (world.answer instanceof Error) throw world.answer;
      posts.push({ url, body: JSON.parse(body), bytes: body.length });
      return world.answer;
    },
  });
  world.names = () => Object.keys(handlers).sort();
  world.fire = async (name, data, more = {}) => {
    for (const handle of handlers[name] ?? []) {
      await handle({ name, clientId: 'c0ffee00-1111-2222-3333-444455556666', timestamp: new Date(world.at).toISOString(), data, ...more });
    }
  };
  world.consent = (now) => privacy.forEach((handle) => handle({ customerPrivacy: now }));
  return world;
}

test('a view is told with what was seen and nothing of the person', async () => {
  const world = shop();
  await world.fire('product_viewed', { productVariant: VARIANT });

  assert.deepEqual(world.posts.map((p) => p.url), [ENDPOINT]);
  assert.deepEqual(world.posts[0].body, {
    v: 1, shop: 'rimal.myshopify.com', browser: 'c0ffee00-1111-2222-3333-444455556666', at: '2026-11-22T10:00:00.000Z',
    kind: 'product_viewed', productId: '123', variantId: '456', price: { amount: '14.99', currency: 'AED' },
  });
});

test('what is put into the cart is told with the token of the cart', async () => {
  const world = shop({ cart: { id: 'gid://shopify/Cart/Z2NwLXVzLWNlbnRyYWwx?key=abc', lines: [] } });
  await world.fire('product_added_to_cart', { cartLine: { merchandise: VARIANT, quantity: 2 } });

  assert.equal(world.posts[0].body.kind, 'product_added_to_cart');
  assert.equal(world.posts[0].body.cart.token, 'gid://shopify/Cart/Z2NwLXVzLWNlbnRyYWwx?key=abc');
});

test('a cart that was looked at is named by the next post, and is none itself', async () => {
  const world = shop();
  await world.fire('cart_viewed', { cart: { id: 'Z2NwLXVzLWNlbnRyYWwx' } });
  assert.equal(world.posts.length, 0);
  await world.fire('product_viewed', { productVariant: VARIANT });
  assert.equal(world.posts[0].body.cart.token, 'Z2NwLXVzLWNlbnRyYWwx');
});

test('a checkout is told by its token alone', async () => {
  const world = shop();
  await world.fire('checkout_started', { checkout: CHECKOUT });
  await world.fire('checkout_contact_info_submitted', { checkout: CHECKOUT });

  assert.deepEqual(world.posts.map((p) => p.body.kind), ['checkout_started', 'checkout_contact_info_submitted']);
  assert.deepEqual(world.posts.map((p) => p.body.checkoutToken), [CHECKOUT.token, CHECKOUT.token]);
  assert.doesNotMatch(JSON.stringify(world.posts), /mariam|971|Road|"9"/i);
});

test('it listens to what it needs and no more', () => {
  assert.deepEqual(shop().names(),
    ['cart_viewed', 'checkout_contact_info_submitted', 'checkout_started', 'product_added_to_cart', 'product_viewed']);
});

for (const [name, consent] of [
  ['nothing is allowed', { ...ALLOWED, analyticsProcessingAllowed: false, marketingAllowed: false }],
  ['only analytics is allowed', { ...ALLOWED, marketingAllowed: false }],
  ['only marketing is allowed', { ...ALLOWED, analyticsProcessingAllowed: false }],
  ['nobody says what is allowed', undefined],
  ['what is allowed is no yes', { analyticsProcessingAllowed: 'true', marketingAllowed: 1 }],
]) {
  test(`nothing is told while ${name}`, async () => {
    const world = shop({ consent: consent ?? null });
    await world.fire('product_viewed', { productVariant: VARIANT });
    await world.fire('checkout_started', { checkout: CHECKOUT });
    assert.equal(world.posts.length, 0);
    assert.equal(world.kept.size, 0);
  });
}

test('a yes on the page begins it and a no ends it and forgets', async () => {
  const world = shop({ consent: { analyticsProcessingAllowed: false, marketingAllowed: false } });
  await world.fire('product_viewed', { productVariant: VARIANT });
  world.consent(ALLOWED);
  await world.fire('product_viewed', { productVariant: VARIANT });
  assert.equal(world.posts.length, 1);
  assert.equal(world.kept.size, 1);

  world.consent({ ...ALLOWED, marketingAllowed: false });
  await new Promise(setImmediate);
  world.at += 600_000;
  await world.fire('product_viewed', { productVariant: VARIANT });
  await world.fire('checkout_started', { checkout: CHECKOUT });
  assert.equal(world.posts.length, 1);
  assert.equal(world.kept.size, 0);
});

test('a no that comes while a view is looked up is heard', async () => {
  const world = shop();
  const told = world.fire('product_viewed', { productVariant: VARIANT });
  world.consent({});
  await told;
  assert.equal(world.posts.length, 0);
});

test('a view is told once a minute for each variant', async () => {
  const world = shop();
  const other = { ...VARIANT, id: '457' };
  for (const variant of [VARIANT, VARIANT, other]) await world.fire('product_viewed', { productVariant: variant });
  world.at += 61_000;
  await world.fire('product_viewed', { productVariant: VARIANT });

  assert.deepEqual(world.posts.map((p) => p.body.variantId), ['456', '457', '456']);
});

test('what is remembered stays small, and nonsense in it does no harm', async () => {
  const world = shop();
  world.kept.set('storeconnector-visits', '{"123:456":"yesterday","x":null}');
  for (let i = 1; i <= 59; i++) {
    await world.fire('product_viewed', { productVariant: { ...VARIANT, id: String(1000 + i) } });
  }
  assert.equal(world.posts.length, 59);
  assert.equal(Object.keys(JSON.parse(world.kept.get('storeconnector-visits'))).length, 50);

  for (const broken of ['{', '[]', 'null', '7']) {
    const next = shop();
    next.kept.set('storeconnector-visits', broken);
    await next.fire('product_viewed', { productVariant: VARIANT });
    assert.equal(next.posts.length, 1);
  }
});

test('a browser that keeps nothing still tells', async () => {
  const world = shop({ storage: false });
  await world.fire('product_viewed', { productVariant: VARIANT });
  world.consent({});
  await new Promise(setImmediate);
  assert.equal(world.posts.length, 1);
});

test('events that cannot be are no visits', async () => {
  const world = shop();
  const hostile = { get product() { throw new Error('no'); } };
  for (const variant of [undefined, null, {}, hostile, { ...VARIANT, product: null }, { ...VARIANT, product: { id: {} } },
    { ...VARIANT, product: { id: '0' } }, { ...VARIANT, product: { id: '-1' } }, { ...VARIANT, product: { id: 1.5 } },
    { ...VARIANT, product: { id: '9'.repeat(40) } }, { ...VARIANT, product: { id: '<script>' } }]) {
    await world.fire('product_viewed', { productVariant: variant });
    await world.fire('product_added_to_cart', { cartLine: { merchandise: variant } });
  }
  for (const checkout of [undefined, null, {}, { token: 7 }, { token: '' }, { token: 'short' }, { token: 'x'.repeat(5000) }]) {
    await world.fire('checkout_started', { checkout });
  }
  for (const clientId of [undefined, null, '', 7, 'x'.repeat(500)]) {
    await world.fire('product_viewed', { productVariant: VARIANT }, { clientId });
  }
  await world.fire('product_viewed', undefined);
  assert.deepEqual(world.posts, []);
});

test('a price or a time that cannot be is left out, and the view is told', async () => {
  for (const price of [undefined, { amount: 'x', currencyCode: 'AED' }, { amount: -1, currencyCode: 'AED' }, { amount: 0, currencyCode: 'AED' },
    { amount: Infinity, currencyCode: 'AED' }, { amount: 5, currencyCode: 'dirham' }, { amount: 1e12, currencyCode: 'AED' }, 5]) {
    const world = shop();
    await world.fire('product_viewed', { productVariant: { ...VARIANT, price } }, { timestamp: 'yesterday' });
    assert.equal(world.posts[0].body.price, undefined);
    assert.equal(world.posts[0].body.at, '2026-11-22T10:00:00.000Z');
  }
});

test('a number as an id is as good as text, and one that a double has rounded is not', async () => {
  const world = shop();
  await world.fire('product_viewed', { productVariant: { ...VARIANT, product: { id: 123 } } });
  await world.fire('product_viewed', { productVariant: { ...VARIANT, product: { id: 2 ** 60 } } });
  assert.deepEqual(world.posts.map((p) => p.body.productId), ['123']);
});

test('offline is no error, and the next one is told', async () => {
  const world = shop({ answer: new TypeError('Failed to fetch') });
  await world.fire('product_viewed', { productVariant: VARIANT });
  world.answer = 204;
  world.at += 61_000;
  await world.fire('product_viewed', { productVariant: VARIANT });
  assert.equal(world.posts.length, 1);
});

for (const status of [429, 503]) {
  test(`an answer of ${status} is a minute of silence`, async () => {
    const world = shop({ answer: status });
    await world.fire('checkout_started', { checkout: CHECKOUT });
    world.answer = 204;
    await world.fire('checkout_started', { checkout: CHECKOUT });
    assert.equal(world.posts.length, 1);
    world.at += 61_000;
    await world.fire('checkout_started', { checkout: CHECKOUT });
    assert.equal(world.posts.length, 2);
  });
}

test('a page that fires without end is heard sixty times', async () => {
  const world = shop();
  for (let i = 0; i < 500; i++) await world.fire('checkout_started', { checkout: CHECKOUT });
  assert.equal(world.posts.length, 60);
});

test('the largest post is small', async () => {
  const world = shop({ cart: { id: 'c'.repeat(256) } });
  await world.fire('product_viewed', { productVariant: { ...VARIANT, id: '9'.repeat(19), product: { id: '9'.repeat(19) } } });
  assert.ok(world.posts[0].bytes < 1024);
});

test('settings that are not ours silence it', () => {
  assert.equal(endpointOf({ endpoint: ENDPOINT }), ENDPOINT);
  for (const endpoint of [undefined, null, '', 7, 'http://connect.example.com/storefront/shopify/events', 'javascript:alert(1)',
    'https://connect.example.com/', 'https://evil.example/x?https://a/storefront/shopify/events', `${ENDPOINT}?a=1`]) {
    assert.equal(endpointOf({ endpoint }), null);
    assert.deepEqual(shop({ settings: { endpoint } }).names(), []);
  }
});

test('the configuration asks for the consent that the script asks for', async () => {
  const toml = await readFile(new URL('../../src/shopify-app/extensions/visits/shopify.extension.toml', import.meta.url), 'utf8');
  assert.match(toml, /^analytics = true$/m);
  assert.match(toml, /^marketing = true$/m);
  assert.match(toml, /^runtime_context = "strict"$/m);
  assert.match(toml, /^\[settings\.fields\.endpoint\]$/m);
});
