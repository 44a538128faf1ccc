// What a browser tells our service of a visit: which product was looked at or put into the cart, and to which cart or
// checkout the browser came. Never a name, an e-mail address, a number, a customer's id or a page's address.
// Everything that Shopify gives is doubted: events of themes and apps look like Shopify's own.
//
// Shapes: shopify.dev, Web Pixels API, Standard API and Standard events. Never tried against a real shop: that
// cart.id is the token of the webhooks (the service takes off what may stand around it), and that an id is a number
// in text (a global id is taken, too).

/** A product's view is told once in this time. */
const ONCE_MS = 60_000;

/** Products whose last view is remembered for a browser's session; the oldest go first. */
const MAX_REMEMBERED = 50;

/** Posts of one page: a page that fires events in a loop is no visitor. */
const MAX_POSTS = 60;

/** Our service answers 429 when it has had enough: silence for this long. */
const PAUSE_MS = 60_000;

const MEMORY_KEY = 'storeconnector-visits';

const NOT_ALLOWED = { isAllowed: false };

/**
 * Begins to listen.
 * @param api What Shopify's register gives.
 * @param surroundings The clock and the network; a test has its own.
 */
export function start(api, surroundings = {}) {
  const { now = () => Date.now(), post = (url, body) => postBody(api.browser, url, body) } = surroundings;
  const endpoint = endpointOf(api.settings);
  const shop = text(api.init?.data?.shop?.myshopifyDomain, 80);
  if (!endpoint || !shop) return;

  const state = {
    consent: consentOf(api.init?.customerPrivacy), posts: 0, quietUntil: 0, cart: cartOf(api.init?.data?.cart),
  };
  api.customerPrivacy?.subscribe?.('visitorConsentCollected', (event) => {
    state.consent = consentOf(event?.customerPrivacy);
    if (!state.consent.isAllowed) void forget(api.browser);
  });

  const tell = async (event, visit) => {
    const at = now();
    const browser = attempt(() => text(event?.clientId, 64));
    if (!visit || !browser || state.posts >= MAX_POSTS || at < state.quietUntil) return;
    if (!state.consent.isAllowed) return;
    if (visit.kind === 'product_viewed' && !(await isNew(api.browser, visit, at))) return;
    if (!state.consent.isAllowed || state.posts >= MAX_POSTS) return; // It may have been withdrawn while we looked.

    state.posts += 1;
    const body = { v: 1, shop, browser, at: timeOf(attempt(() => event?.timestamp), at), ...visit };
    if (state.cart && !body.cart) body.cart = { token: state.cart };
    try {
      const status = await post(endpoint, JSON.stringify(body));
      if (status === 429 || status >= 500) state.quietUntil = now() + PAUSE_MS;
    } catch {
      // Offline, or the page is gone: a visit that is not told is no loss to the visitor.
    }
  };

  const on = (name, read) => api.analytics.subscribe(name, (event) => tell(event, attempt(() => read(event))));
  on('product_viewed', (event) => viewOf('product_viewed', event?.data?.productVariant));
  on('product_added_to_cart', (event) =>
    viewOf('product_added_to_cart', event?.data?.cartLine?.merchandise));
  on('cart_viewed', (event) => {
    state.cart = cartOf(event?.data?.cart) ?? state.cart; // Kept for the next post: to look at a cart is no sign.
    return null;
  });
  on('checkout_started', (event) => checkoutOf('checkout_started', event?.data?.checkout));
  on('checkout_contact_info_submitted', (event) =>
    checkoutOf('checkout_contact_info_submitted', event?.data?.checkout));
}

/** What the visitor allows. Both purposes are declared; whatever is not plainly allowed is not. */
export function consentOf(privacy) {
  return privacy?.analyticsProcessingAllowed === true && privacy?.marketingAllowed === true
    ? { isAllowed: true } : NOT_ALLOWED;
}

/** Our own address, https only: what a merchant's settings hold is not trusted further. */
export function endpointOf(settings) {
  const address = text(settings?.endpoint, 200);
  return address && /^https:\/\/[a-z0-9.-]+(:[0-9]+)?\/storefront\/shopify\/events$/i.test(address) ? address : null;
}

/** A product's variant as an event shows it; null when it names none. */
export function viewOf(kind, variant) {
  const productId = idOf(variant?.product?.id);
  const variantId = idOf(variant?.id);
  if (!productId) return null;

  const price = priceOf(variant?.price);
  return { kind, productId, ...(variantId && { variantId }), ...(price && { price }) };
}

/** A checkout as an event shows it: its token, and nothing else of it. */
export function checkoutOf(kind, checkout) {
  const checkoutToken = tokenOf(checkout?.token);
  return checkoutToken ? { kind, checkoutToken } : null;
}

function cartOf(cart) {
  return tokenOf(cart?.id);
}

function tokenOf(value) {
  const token = text(value, 256);
  return token && token.length >= 16 ? token : null;
}

function idOf(value) {
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : text(value, 80);
  return id && /^(gid:\/\/shopify\/(Product|ProductVariant)\/)?[1-9][0-9]{0,18}$/.test(id) ? id : null;
}

function priceOf(price) {
  const amount = Number(price?.amount);
  const currency = text(price?.currencyCode, 3);
  return Number.isFinite(amount) && amount > 0 && amount < 1e8 && currency && /^[A-Z]{3}$/.test(currency)
    ? { amount: String(price.amount).slice(0, 20), currency } : null;
}

function text(value, most) {
  return typeof value === 'string' && value.length > 0 && value.length <= most ? value : null;
}

function timeOf(timestamp, now) {
  const at = typeof timestamp === 'string' ? Date.parse(timestamp) : NaN;
  return new Date(Number.isFinite(at) ? at : now).toISOString();
}

/** Whether a product's view is the first within a minute, by the session's memory; without one every view is new. */
async function isNew(browser, visit, now) {
  const key = `${visit.productId}:${visit.variantId ?? ''}`;
  try {
    const seen = readMemory(await browser.sessionStorage.getItem(MEMORY_KEY));
    if (now - (seen[key] ?? -Infinity) < ONCE_MS && now >= seen[key]) return false;

    seen[key] = now;
    const kept = Object.entries(seen).sort((a, b) => b[1] - a[1]).slice(0, MAX_REMEMBERED);
    await browser.sessionStorage.setItem(MEMORY_KEY, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // A browser that keeps nothing tells twice; the service counts the same minute once.
  }

  return true;
}

function readMemory(kept) {
  const seen = attempt(() => JSON.parse(kept ?? '{}'));
  return Object.fromEntries(Object.entries(seen && typeof seen === 'object' ? seen : {})
    .filter(([, at]) => Number.isFinite(at)));
}

async function forget(browser) {
  try {
    await browser.sessionStorage.removeItem(MEMORY_KEY);
  } catch {
    // There is nothing to forget.
  }
}

function attempt(read) {
  try {
    return read();
  } catch {
    return null; // A getter of somebody's own event.
  }
}

/** Posts without a preflight, and so that it outlives the page. Returns the status; 0 when nobody can say. */
async function postBody(browser, url, body) {
  if (typeof fetch === 'function') {
    const answer = await fetch(url, {
      method: 'POST', body, keepalive: true, credentials: 'omit', headers: { 'content-type': 'text/plain' },
    });
    return answer.status;
  }

  await browser.sendBeacon(url, body);
  return 0;
}
