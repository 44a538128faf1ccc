// Stands in for Shopify: the Admin API of any shop (by its Host), from the real schema, and the token endpoint.
// Usage: node admin.mjs; it says where it listens in its first line. What a shop holds, and what goes wrong next, is set by
// POST /__mock {"shop", ...} and read by GET /__mock?shop=. Nothing here knows a real shop, and nothing leaves this machine.
import { createServer } from 'node:http';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import fs from 'node:fs';
import zlib from 'node:zlib';
import {
  buildSchema, execute, getNamedType, GraphQLError, isEnumType, isLeafType, isListType, isNonNullType, Kind,
  NoDeprecatedCustomRule, parse, TypeInfo, validate, visit, visitWithTypeInfo,
} from 'graphql';

const VERSION = '2026-10';
const [ACCESS_LIFE, REFRESH_LIFE] = [3600, 90 * 24 * 3600]; // seconds
const MAX_CODES = 250, MAX_CONNECTIONS = 5, MAX_DEPTH = 2, MAX_BULK = 5;
const sdl = zlib.gunzipSync(fs.readFileSync(new URL(`./admin-schema-${VERSION}.graphql.gz`, import.meta.url))).toString();
const schema = buildSchema(sdl, { assumeValid: true, assumeValidSDL: true });

// ---- The app and the clock; the shops.
const app = { clientId: 'test-client-id-not-real', secrets: ['test-secret-not-real'] };
let skew = 0; // seconds that this clock is ahead
const now = () => Date.now() + skew * 1000;
const iso = (ms = now()) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
const shops = new Map();
let lastId = 1000;
const gid = kind => `gid://shopify/${kind}/${++lastId}`;

// What a root field needs; a scope to write opens reading too. Others are open.
const SCOPES = {
  customers: 'read_customers', customer: 'read_customers', orders: 'read_orders', abandonedCheckouts: 'read_orders',
  abandonedCheckoutsCount: 'read_orders', products: 'read_products', product: 'read_products',
  codeDiscountNodeByCode: 'read_discounts', discountRedeemCodeBulkCreation: 'read_discounts', webPixel: 'read_pixels',
  customerEmailMarketingConsentUpdate: 'write_customers', customerSmsMarketingConsentUpdate: 'write_customers',
  discountCodeBasicCreate: 'write_discounts', discountRedeemCodeBulkAdd: 'write_discounts',
  webPixelCreate: 'write_pixels', webPixelUpdate: 'write_pixels',
};

const newShop = domain => ({
  domain,
  facts: {
    id: gid('Shop'), name: 'Test Shop', myshopifyDomain: domain, primaryDomain: { host: domain, url: `https://${domain}` },
    contactEmail: 'owner@example.com', currencyCode: 'USD', ianaTimezone: 'America/New_York',
    shopAddress: {
      company: 'Test Shop', address1: '1 Main Street', address2: null, city: 'Springfield', provinceCode: 'IL', zip: '62701',
      country: 'United States', countryCodeV2: 'US', formatted: ['Test Shop', '1 Main Street', 'Springfield IL 62701', 'United States'],
    },
  },
  scopes: ['write_customers', 'read_orders', 'read_products', 'read_inventory', 'write_discounts', 'write_pixels',
    'read_customer_events'],
  subscriptions: [],
  data: { customers: [], orders: [], products: [], webhookSubscriptions: [], abandonedCheckouts: [] },
  nodes: {}, // more objects, by their ids
  counts: {}, // abandonedCheckoutsCount by its query; else how many abandonedCheckouts there are
  consents: [], discounts: [], creations: {}, pixel: null, bulk: {}, lines: {}, // lines: a file's lines by its root field, as they stand
  bulkOptions: { polls: 0, cutLines: 0, cutBytes: 0, cutTimes: 0, breakAfter: 0, breakTimes: 0, ignoreRange: false, expired: 0, fail: null, done: false },
  throttle: { available: 2000, max: 2000, rate: 100, at: Date.now() },
  costs: {}, version: VERSION, fail: [], calls: {}, log: [], gone: false,
  access: {}, refresh: {}, current: null, tokenCalls: {},
});
const shopOf = domain => shops.get(domain) ?? (shops.set(domain, newShop(domain)), shops.get(domain));

// ---- Values: what a shop holds stands under the schema's own names; a list becomes the connection that is asked for.
const SCALARS = {
  ID: () => gid('Mock'), String: () => 'x', Int: () => 1, Float: () => 1.5, Boolean: () => false, DateTime: () => iso(),
  Date: () => iso().slice(0, 10), URL: () => 'https://shop.example.com/x', Decimal: () => '19.99', Money: () => '19.99',
  UnsignedInt64: () => '1', BigInt: () => '1', JSON: () => '{}', HTML: () => '<p>x</p>', FormattedString: () => 'x',
};
const emptyOf = type => {
  if (!isNonNullType(type)) return null;
  const inner = type.ofType;
  if (isListType(inner)) return [];
  if (isEnumType(inner)) return inner.getValues()[0].value;
  return isLeafType(inner) ? (SCALARS[inner.name] ?? (() => 'x'))() : {};
};
const page = (all, { first, after }, name) => {
  const from = after ? Number(after) : 0, to = first === undefined || first === null ? all.length : from + first;
  const nodes = all.slice(from, to);
  return {
    nodes, edges: nodes.map((node, i) => ({ node, cursor: String(from + i + 1) })),
    pageInfo: { hasNextPage: to < all.length, hasPreviousPage: from > 0, startCursor: String(from), endCursor: String(Math.min(to, all.length)) },
    __typename: name,
  };
};
const resolve = (source, args, context, info) => {
  let value = source?.[info.fieldName];
  if (typeof value === 'function') value = value(args, context, info);
  if (value === undefined) value = emptyOf(info.returnType);
  const name = getNamedType(info.returnType).name;
  return Array.isArray(value) && name.endsWith('Connection') ? page(value, args, name) : value;
};
const typeOf = (value, _, info) => {
  if (value.__typename) return value.__typename;
  const kind = /^gid:\/\/shopify\/(\w+)\//.exec(value.id ?? '')?.[1];
  const possible = schema.getPossibleTypes(getNamedType(info.returnType));
  return kind && possible.some(t => t.name === kind) ? kind : possible[0].name;
};

// ---- What a shop answers.
const problem = (field, message, code = null) => ({ field, message, code });
const findNode = (shop, id) => shop.nodes[id] ?? everything(shop).find(n => n.id === id) ?? null;
const everything = shop => [...shop.data.customers, ...shop.data.products, ...shop.data.orders,
  ...shop.data.products.flatMap(p => (p.variants ?? []).map(v => ({ ...v, product: p })))];
const countOf = (shop, query, limit) => {
  const all = shop.counts[query] ?? shop.data.abandonedCheckouts.length;
  return { count: limit ? Math.min(all, limit) : all, precision: limit && all > limit ? 'AT_LEAST' : 'EXACT' };
};
const statusOf = (shop, id) => {
  const creation = shop.creations[id];
  if (!creation) return null;
  if (!creation.done && creation.polls-- <= 0) finish(shop, creation);
  return creation;
};
const finish = (shop, creation) => {
  const discount = shop.discounts.find(d => d.id === creation.discountId);
  for (const entry of creation.codes) {
    const taken = shop.discounts.some(d => d.codes.includes(entry.code));
    entry.errors = taken ? [problem(['code'], 'Code must be unique. Please try a different code.', 'TAKEN')] : [];
    entry.discountRedeemCode = taken ? null : { id: gid('DiscountRedeemCode'), code: entry.code };
    if (!taken) discount.codes.push(entry.code);
  }
  const failed = creation.codes.filter(c => c.errors.length > 0).length;
  Object.assign(creation, { done: true, failedCount: failed, importedCount: creation.codes.length - failed });
};
const discountNode = d => ({ id: d.id, __typename: 'DiscountCodeNode', codeDiscount: {
  __typename: 'DiscountCodeBasic', title: d.title ?? 'x', status: 'ACTIVE', startsAt: d.startsAt ?? iso(), endsAt: d.endsAt ?? null,
  usageLimit: d.usageLimit ?? null, appliesOncePerCustomer: d.appliesOncePerCustomer ?? false, asyncUsageCount: 0,
  codesCount: { count: d.codes.length, precision: 'EXACT' } } });

const roots = shop => ({
  shop: () => shop.facts,
  currentAppInstallation: () => ({
    id: gid('AppInstallation'), accessScopes: shop.scopes.map(handle => ({ handle })), activeSubscriptions: shop.subscriptions,
    app: { id: gid('App'), apiKey: app.clientId, handle: 'store-connector' },
  }),
  customers: () => shop.data.customers, orders: () => shop.data.orders, products: () => shop.data.products,
  webhookSubscriptions: () => shop.data.webhookSubscriptions, abandonedCheckouts: () => shop.data.abandonedCheckouts,
  customer: ({ id }) => findNode(shop, id), product: ({ id }) => findNode(shop, id), order: ({ id }) => findNode(shop, id),
  node: ({ id }) => findNode(shop, id), nodes: ({ ids }) => ids.map(id => findNode(shop, id)),
  abandonedCheckoutsCount: ({ query, limit }) => countOf(shop, query, limit),
  webPixel: () => shop.pixel,
  codeDiscountNodeByCode: ({ code }) => {
    const found = shop.discounts.find(d => d.codes.some(c => c.toLowerCase() === code.toLowerCase()));
    return found ? discountNode(found) : null;
  },
  discountRedeemCodeBulkCreation: ({ id }) => statusOf(shop, id),
  bulkOperation: ({ id }) => pollBulk(shop, id),
  bulkOperations: () => Object.values(shop.bulk),
});

const changes = shop => ({
  bulkOperationRunQuery: ({ query, groupObjects }) => runBulk(shop, query, groupObjects),
  bulkOperationCancel: ({ id }) => {
    const operation = shop.bulk[id];
    if (!operation) return { bulkOperation: null, userErrors: [problem(['id'], 'Bulk operation does not exist')] };
    if (operation.status === 'RUNNING' || operation.status === 'CREATED') operation.status = 'CANCELED';
    return { bulkOperation: operation, userErrors: [] };
  },
  customerEmailMarketingConsentUpdate: ({ input }) => {
    const [customer, asked] = [findNode(shop, input.customerId), input.emailMarketingConsent];
    if (!customer) return { customer: null, userErrors: [problem(['input', 'customerId'], 'Customer not found', 'INVALID')] };
    if (!['SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING'].includes(asked.marketingState)) {
      return { customer: null, userErrors: [problem(['input', 'emailMarketingConsent', 'marketingState'], `Cannot specify ${asked.marketingState} as a marketing state input`, 'INVALID')] };
    }
    shop.consents.push({ channel: 'email', customerId: input.customerId, ...asked });
    customer.defaultEmailAddress = { ...customer.defaultEmailAddress, marketingState: asked.marketingState,
      marketingOptInLevel: asked.marketingOptInLevel ?? null, marketingUpdatedAt: asked.consentUpdatedAt ?? iso() };
    return { customer, userErrors: [] };
  },
  customerSmsMarketingConsentUpdate: ({ input }) => {
    const [customer, asked] = [findNode(shop, input.customerId), input.smsMarketingConsent];
    if (!customer) return { customer: null, userErrors: [problem(['input', 'customerId'], 'Customer not found', 'INVALID')] };
    if (!customer.defaultPhoneNumber) {
      return { customer: null, userErrors: [problem(['input', 'smsMarketingConsent'], 'A phone number is required to set the SMS consent state.', 'MISSING_ARGUMENT')] };
    }
    shop.consents.push({ channel: 'sms', customerId: input.customerId, ...asked });
    customer.defaultPhoneNumber = { ...customer.defaultPhoneNumber, smsMarketingConsent: { state: asked.marketingState,
      optInLevel: asked.marketingOptInLevel ?? null, updatedAt: asked.consentUpdatedAt ?? iso(), collectedFrom: 'OTHER' } };
    return { customer, userErrors: [] };
  },
  discountCodeBasicCreate: ({ basicCodeDiscount: d }) => {
    if (d.code && shop.discounts.some(x => x.codes.includes(d.code))) {
      return { codeDiscountNode: null, userErrors: [problem(['basicCodeDiscount', 'code'], 'Code must be unique. Please try a different code.', 'TAKEN')] };
    }
    const made = { ...d, id: gid('DiscountCodeNode'), codes: d.code ? [d.code] : [] };
    shop.discounts.push(made);
    return { codeDiscountNode: discountNode(made), userErrors: [] };
  },
  discountRedeemCodeBulkAdd: ({ discountId, codes }) => {
    if (codes.length > MAX_CODES) return { bulkCreation: null, userErrors: [problem(['codes'], `Codes exceeds ${MAX_CODES}`, 'EXCEEDED_MAX')] };
    if (!shop.discounts.some(d => d.id === discountId)) return { bulkCreation: null, userErrors: [problem(['discountId'], 'Discount does not exist', 'INVALID')] };
    const creation = { id: gid('DiscountRedeemCodeBulkCreation'), discountId, done: false, polls: shop.codePolls ?? 1, createdAt: iso(),
      codesCount: codes.length, importedCount: 0, failedCount: 0, codes: codes.map(c => ({ code: c.code, errors: [], discountRedeemCode: null })) };
    shop.creations[creation.id] = creation;
    return { bulkCreation: creation, userErrors: [] };
  },
  webPixelCreate: ({ webPixel }) => {
    if (shop.pixel) return { webPixel: null, userErrors: [problem(['webPixel'], 'The app already has a web pixel.', 'TAKEN')] };
    shop.pixel = { id: gid('WebPixel'), settings: webPixel.settings };
    return { webPixel: shop.pixel, userErrors: [] };
  },
  webPixelUpdate: ({ id, webPixel }) => {
    if (shop.pixel?.id !== id) return { webPixel: null, userErrors: [problem(['id'], 'Pixel not found', 'NOT_FOUND')] };
    shop.pixel.settings = webPixel.settings;
    return { webPixel: shop.pixel, userErrors: [] };
  },
});

// ---- Bulk operations. The query is run on what the shop holds, so that a file has what was asked for and nothing else.
const isConnection = type => getNamedType(type).name.endsWith('Connection');
const bulkFaults = document => {
  const faults = validate(schema, document).map(e => e.message);
  if (faults.length > 0) return faults;
  let connections = 0, depth = 0, lists = 0;
  const types = new TypeInfo(schema);
  visit(document, visitWithTypeInfo(types, {
    Field: {
      enter(node) {
        const type = types.getType();
        if (isConnection(type)) {
          if (++connections > MAX_CONNECTIONS) faults.push(`Bulk queries cannot contain more than ${MAX_CONNECTIONS} connections.`);
          if (++depth > MAX_DEPTH) faults.push('Bulk queries cannot contain connections with a nesting depth greater than 2.');
          if (lists > 0) faults.push(`Queries that contain a connection field within a list field are not supported: ${node.name.value}.`);
        } else if (isListType(type.ofType ?? type) && !['edges', 'nodes'].includes(node.name.value)) lists++;
      },
      leave() {
        const type = types.getType();
        if (isConnection(type)) depth--;
        else if (isListType(type.ofType ?? type) && !/Edge$|Connection$/.test(getNamedType(type).name) && lists > 0) lists--;
      },
    },
  }));
  if (connections === 0) faults.push('Bulk queries must contain at least one connection.');
  return [...new Set(faults)];
};
const jsonLines = (shop, document, grouped) => {
  const result = execute({ schema, document, rootValue: roots(shop), contextValue: shop, fieldResolver: resolve, typeResolver: typeOf });
  if (result.errors) throw new Error(result.errors[0].message);
  const lines = [], later = [];
  const write = (node, parent, out) => {
    const own = {}, children = [];
    for (const [name, value] of Object.entries(node)) {
      if (value && typeof value === 'object' && Array.isArray(value.edges)) children.push(...value.edges.map(e => e.node));
      else own[name] = value;
    }
    if (parent) own.__parentId = parent;
    out.push(JSON.stringify(own));
    for (const child of children) write(child, node.id, grouped ? out : later);
  };
  for (const connection of Object.values(result.data)) for (const { node } of connection.edges) write(node, null, lines);
  return [...lines, ...later];
};
const runBulk = (shop, query, grouped) => {
  let document;
  try { document = parse(query); } catch (e) { return { bulkOperation: null, userErrors: [problem(['query'], `Invalid bulk query: ${e.message}`, 'INVALID')] }; }
  const faults = bulkFaults(document);
  if (faults.length > 0) return { bulkOperation: null, userErrors: [problem(['query'], `Invalid bulk query: ${faults[0]}`, 'INVALID')] };
  if (Object.values(shop.bulk).filter(o => o.status === 'RUNNING').length >= MAX_BULK) {
    return { bulkOperation: null, userErrors: [problem(null, 'A bulk query operation for this app and shop is already in progress.', 'OPERATION_IN_PROGRESS')] };
  }
  const root = document.definitions[0].selectionSet.selections[0].name.value;
  const scope = missing(shop, root);
  const operation = { id: gid('BulkOperation'), root, query, type: 'QUERY', status: 'RUNNING', errorCode: null, createdAt: iso(), completedAt: null,
    objectCount: '0', rootObjectCount: '0', fileSize: null, url: null, partialDataUrl: null, polls: shop.bulkOptions.polls,
    key: randomBytes(12).toString('hex'), lines: [], denied: scope !== null };
  if (!operation.denied) operation.lines = shop.lines[root] ?? jsonLines(shop, document, grouped);
  shop.bulk[operation.id] = operation;
  return { bulkOperation: operation, userErrors: [] };
};
const pollBulk = (shop, id) => {
  const operation = shop.bulk[id], options = shop.bulkOptions;
  if (!operation) return null;
  if (operation.status === 'RUNNING' && (options.done || operation.polls-- <= 0)) {
    const fail = operation.denied ? 'ACCESS_DENIED' : options.fail;
    const count = String(operation.lines.length);
    if (fail) Object.assign(operation, { status: 'FAILED', errorCode: fail, completedAt: iso() });
    else {
      Object.assign(operation, { status: 'COMPLETED', completedAt: iso(), objectCount: count,
        rootObjectCount: String(operation.lines.filter(l => !l.includes('"__parentId"')).length) });
      let text = operation.lines.map(l => l + '\n').join('');
      if (options.cutTimes > 0) {
        options.cutTimes--;
        if (options.cutLines) text = operation.lines.slice(0, -options.cutLines).map(l => l + '\n').join('');
        if (options.cutBytes) text = Buffer.from(text).subarray(0, -options.cutBytes).toString();
      }
      operation.file = Buffer.from(text);
      operation.fileSize = String(operation.file.length);
    }
  }
  const url = operation.file?.length > 0 ? `${base}/__files/${shop.domain}/${operation.id.split('/').pop()}/${operation.key}` : null;
  return { ...operation, url: operation.status === 'COMPLETED' ? url : null };
};
const serveFile = (request, response, [, , domain, number, key]) => {
  const shop = shopOf(domain), operation = shop.bulk[`gid://shopify/BulkOperation/${number}`], options = shop.bulkOptions;
  if (!operation?.file || operation.key !== key) return end(response, 404, 'NoSuchKey');
  if (options.expired > 0) { options.expired--; return end(response, 403, 'ExpiredToken'); }
  shop.log.push({ file: number, range: request.headers.range ?? null });
  const match = options.ignoreRange ? null : /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const from = match ? Number(match[1]) : 0, bytes = operation.file;
  if (match && from >= bytes.length) { response.setHeader('Content-Range', `bytes */${bytes.length}`); return end(response, 416, 'InvalidRange'); }
  if (match) response.setHeader('Content-Range', `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
  response.writeHead(match ? 206 : 200, { 'content-type': 'application/jsonl', 'content-length': bytes.length - from });
  if (options.breakTimes > 0) {
    options.breakTimes--;
    return response.write(bytes.subarray(from, from + options.breakAfter), () => response.socket.destroy());
  }
  response.end(bytes.subarray(from));
};

// ---- The Admin API.
const missing = (shop, field) => {
  const scope = SCOPES[field];
  return !scope || shop.scopes.includes(scope) || shop.scopes.includes(scope.replace(/^read_/, 'write_')) ? null : scope;
};
const refuse = (message, code, path) => ({ message, ...(path ? { path } : {}), extensions: { code } });
const refill = t => { const at = Date.now(); t.available = Math.min(t.max, t.available + (at - t.at) / 1000 * t.rate); t.at = at; };
const cost = (shop, requested, actual) => ({ cost: { requestedQueryCost: requested, actualQueryCost: actual,
  throttleStatus: { maximumAvailable: shop.throttle.max, currentlyAvailable: Math.floor(shop.throttle.available), restoreRate: shop.throttle.rate } } });
const throttled = (shop, requested) => ({ errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED',
  documentation: 'https://shopify.dev/api/usage/rate-limits' } }], extensions: cost(shop, requested, null) });
const variableFault = e => /^Variable "\$/.test(e.message);

const answerAdmin = async (request, response, body) => {
  const domain = (request.headers.host ?? '').toLowerCase(), shop = shopOf(domain);
  response.setHeader('X-Shopify-API-Version', shop.version);
  if (shop.gone) return send(response, 404, { errors: 'Not Found' });
  const token = shop.access[request.headers['x-shopify-access-token'] ?? ''];
  if (!token || token.until <= now()) {
    return send(response, 401, { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' });
  }
  let asked;
  try { asked = JSON.parse(body); } catch { return send(response, 400, { errors: { query: 'Required parameter missing or invalid' } }); }
  let document;
  try { document = parse(asked.query ?? ''); } catch (e) { return send(response, 200, { errors: [refuse(e.message, 'PARSE_ERROR')] }); }
  const operation = document.definitions.find(d => d.kind === Kind.OPERATION_DEFINITION);
  const name = operation?.name?.value ?? '(nameless)';
  shop.calls[name] = (shop.calls[name] ?? 0) + 1;
  shop.log.push({ name, variables: asked.variables ?? null });
  if (shop.log.length > 1000) shop.log.shift();
  const next = shop.fail.findIndex(f => !f.operation || f.operation === name);
  const fault = next < 0 ? null : shop.fail.splice(next, 1)[0];
  if (fault && !fault.after && misbehave(request, response, shop, fault, operation)) return;
  const requested = shop.costs[name] ?? 10;
  refill(shop.throttle);
  if (shop.throttle.available < requested) return send(response, 200, throttled(shop, requested));
  const faults = validate(schema, document);
  if (faults.length > 0) return send(response, 200, { errors: faults.map(e => ({ ...e.toJSON(), extensions: { code: 'undefinedField' } })) });
  const denied = operation.selectionSet.selections.map(s => [s.name.value, missing(shop, s.name.value)]).filter(([, scope]) => scope);
  shop.throttle.available -= requested;
  if (denied.length > 0) {
    return send(response, 200, { data: null, errors: denied.map(([field, scope]) => refuse(
      `Access denied for ${field} field. Required access: \`${scope}\` access scope.`, 'ACCESS_DENIED', [field])), extensions: cost(shop, requested, requested) });
  }
  const result = await execute({ schema, document, rootValue: { ...roots(shop), ...changes(shop) }, contextValue: shop, variableValues: asked.variables ?? {},
    operationName: asked.operationName, fieldResolver: resolve, typeResolver: typeOf });
  if (fault?.after && misbehave(request, response, shop, fault, operation)) return;
  send(response, 200, { ...result, ...(result.errors ? { errors: result.errors.map(e => ({ ...e.toJSON(),
    extensions: { code: variableFault(e) ? 'INVALID_VARIABLE' : 'INTERNAL_SERVER_ERROR' } })) } : {}), extensions: cost(shop, requested, requested) });
};

// One failure that a test asked for; true when that was the answer.
const misbehave = (request, response, shop, fault, operation) => {
  const requested = fault.requested ?? 10;
  if (fault.drop) { request.socket.destroy(); return true; }
  if (fault.hang) return true; // until who asked has no patience
  if (fault.throttled) {
    if (fault.available !== undefined) Object.assign(shop.throttle, { available: fault.available, at: Date.now() });
    send(response, 200, throttled(shop, requested));
  } else if (fault.userErrors) {
    send(response, 200, { data: { [operation.selectionSet.selections[0].name.value]: { userErrors: fault.userErrors } }, extensions: cost(shop, requested, requested) });
  } else if (fault.errors) {
    send(response, 200, { data: fault.data ?? null, errors: fault.errors, extensions: cost(shop, requested, requested) });
  } else if (fault.status) {
    for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
    send(response, fault.status, fault.body ?? { errors: 'Something went wrong' });
  } else return false;
  return true;
};

// ---- Tokens. A refresh token can be used again until the one that followed it is used.
const same = (a, b) => { const [x, y] = [Buffer.from(String(a)), Buffer.from(String(b))]; return x.length === y.length && timingSafeEqual(x, y); };
const isApp = asked => asked.client_id === app.clientId && app.secrets.some(s => same(s, asked.client_secret ?? ''));
const isIdToken = (text, domain) => {
  const [head, claims, signature] = String(text).split('.');
  if (!signature) return false;
  const signed = app.secrets.some(s => same(signature, createHmac('sha256', s).update(`${head}.${claims}`).digest('base64url')));
  try {
    const says = JSON.parse(Buffer.from(claims, 'base64url'));
    return signed && says.aud === app.clientId && says.dest === `https://${domain}` && says.exp * 1000 > now() - 10_000;
  } catch { return false; }
};
const hand = (shop, before) => {
  const pair = { access: `shpat_${randomBytes(16).toString('hex')}`, refresh: `shprt_${randomBytes(16).toString('hex')}` };
  shop.access[pair.access] = { until: now() + ACCESS_LIFE * 1000 };
  shop.refresh[pair.refresh] = { until: now() + REFRESH_LIFE * 1000, before, followed: null };
  shop.current = pair;
  return pair;
};
const said = (shop, pair) => ({ access_token: pair.access, scope: shop.scopes.join(','), expires_in: ACCESS_LIFE,
  refresh_token: pair.refresh, refresh_token_expires_in: Math.floor((shop.refresh[pair.refresh].until - now()) / 1000) });
const refresh = (shop, token) => {
  const known = shop.refresh[token];
  if (!known || known.until <= now()) return null;
  if (known.before) { delete shop.refresh[known.before]; known.before = null; } // It is used: what it followed is dead.
  if (known.followed && shop.refresh[known.followed]) {
    const access = `shpat_${randomBytes(16).toString('hex')}`; // A retry: the same pair's refresh token, another access token.
    shop.access[access] = { until: now() + ACCESS_LIFE * 1000 };
    return { access, refresh: known.followed };
  }
  const pair = hand(shop, token);
  known.followed = pair.refresh;
  return pair;
};
const answerToken = (request, response, body) => {
  const domain = (request.headers.host ?? '').toLowerCase(), shop = shopOf(domain);
  let asked;
  try { asked = /json/.test(request.headers['content-type'] ?? '') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body)); } catch { return send(response, 400, { error: 'invalid_request' }); }
  const kind = { 'urn:ietf:params:oauth:grant-type:token-exchange': 'token-exchange', refresh_token: 'refresh_token' }[asked.grant_type] ?? (asked.code ? 'authorization_code' : 'other');
  shop.tokenCalls[kind] = (shop.tokenCalls[kind] ?? 0) + 1;
  const next = shop.fail.findIndex(f => f.operation === kind);
  const fault = next < 0 ? null : shop.fail.splice(next, 1)[0];
  if (fault && !fault.after && misbehave(request, response, shop, fault)) return;
  if (shop.gone) return send(response, 404, { errors: 'Not Found' });
  if (!isApp(asked)) return send(response, 401, { error: 'invalid_client', error_description: 'Client authentication failed' });
  let pair = null, why = 'invalid_request';
  if (kind === 'token-exchange') {
    why = 'invalid_subject_token';
    if (asked.subject_token_type === 'urn:ietf:params:oauth:token-type:id_token' && String(asked.expiring) === '1'
      && asked.requested_token_type === 'urn:shopify:params:oauth:token-type:offline-access-token' && isIdToken(asked.subject_token, domain)) {
      shop.refresh = {}; // One refreshable token per app and store.
      pair = hand(shop, null);
    }
  } else if (kind === 'refresh_token') {
    why = 'invalid_grant';
    pair = refresh(shop, asked.refresh_token);
  } else if (kind === 'authorization_code') {
    if ((shop.codes ?? []).includes(asked.code) && String(asked.expiring) === '1') {
      shop.codes = shop.codes.filter(c => c !== asked.code);
      shop.refresh = {};
      pair = hand(shop, null);
    }
  }
  if (fault?.after && misbehave(request, response, shop, fault)) return;
  return pair ? send(response, 200, said(shop, pair)) : send(response, 400, { error: why, error_description: 'The request is not valid' });
};

// ---- The test's own door.
const DEEP = ['facts', 'data', 'nodes', 'counts', 'lines', 'bulkOptions', 'throttle', 'costs'];
const setUp = asked => {
  if (asked.app) Object.assign(app, asked.app);
  if (asked.advance) skew += asked.advance;
  if (!asked.shop) return { clientId: app.clientId, now: iso() };
  if (asked.reset) shops.delete(asked.shop);
  const shop = shopOf(asked.shop);
  for (const [name, value] of Object.entries(asked)) {
    if (['shop', 'reset', 'token', 'app', 'advance'].includes(name)) continue;
    if (name === 'fail') shop.fail.push(...value);
    else if (DEEP.includes(name) && value !== null) Object.assign(shop[name], value);
    else shop[name] = value;
  }
  if (asked.throttle) shop.throttle.at = Date.now();
  if (asked.token) return said(shop, hand(shop, null));
  return { shop: shop.domain };
};
const show = domain => {
  const shop = shopOf(domain);
  return { ...shop, bulk: Object.values(shop.bulk).map(({ file, lines, ...o }) => ({ ...o, lineCount: lines.length })) };
};
// Whether a document is one: {"document", "deprecated": true to refuse deprecated fields too, "bulk": true for a file's query}.
const check = ({ document, deprecated, bulk }) => {
  try {
    const parsed = parse(document);
    const faults = validate(schema, parsed).map(e => e.message);
    const old = deprecated && faults.length === 0 ? validate(schema, parsed, [NoDeprecatedCustomRule]).map(e => e.message) : [];
    return { faults: [...faults, ...old, ...(bulk && faults.length === 0 ? bulkFaults(parsed) : [])] };
  } catch (e) { return { faults: [e.message] }; }
};

const end = (response, status, text) => { response.writeHead(status, { 'content-type': 'text/plain' }); response.end(text); };
const send = (response, status, value) => { response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }); response.end(JSON.stringify(value)); };
const read = request => new Promise((done, failed) => { const parts = []; request.on('data', p => parts.push(p)).on('end', () => done(Buffer.concat(parts).toString())).on('error', failed); });

let base = '';
const server = createServer(async (request, response) => {
  try {
    const url = new URL(request.url, base), body = await read(request);
    if (url.pathname === '/__mock' && request.method === 'POST') return send(response, 200, setUp(JSON.parse(body)));
    if (url.pathname === '/__mock') return send(response, 200, show(url.searchParams.get('shop')));
    if (url.pathname === '/__check') return send(response, 200, check(JSON.parse(body)));
    if (url.pathname.startsWith('/__files/')) return serveFile(request, response, url.pathname.split('/'));
    if (url.pathname === `/admin/api/${VERSION}/graphql.json` && request.method === 'POST') return await answerAdmin(request, response, body);
    if (url.pathname === '/admin/oauth/access_token' && request.method === 'POST') return answerToken(request, response, body);
    return send(response, 404, { errors: 'Not Found' });
  } catch (e) {
    console.error(e instanceof GraphQLError ? e.message : e.stack);
    if (!response.headersSent) send(response, 500, { errors: 'The mock failed' });
  }
});
server.listen(0, '127.0.0.1', () => {
  base = `http://127.0.0.1:${server.address().port}`;
  console.log(`listening on ${base}`);
});
process.stdin.on('end', () => process.exit(0)).resume(); // Ends with who started it.
