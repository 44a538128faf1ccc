import type * as m from '../src/model'

/** The prototype's shop: Kahwa & Co, on Sunday, 22 November 2026, 3:42 PM in Dubai. */
export const now = '2026-11-22T11:42:00Z'
export const layla = '1' + 'a'.repeat(32)
const dubai = (hhmm: string, day = '2026-11-22') => new Date(`${day}T${hhmm}:00+04:00`).toISOString()
const aed = (amount: number) => ({ amount, currency: 'AED' })
export const store: m.StoreFacts = { now, storeId: 'kahwa', platform: 'shopify', domain: 'kahwa.example.com', name: 'Kahwa & Co', currency: 'AED', timeZone: 'Asia/Dubai', country: 'AE', locale: 'en', installedAt: '2026-10-10T08:00:00Z', started: true, adminUrl: 'https://admin.shopify.com/store/kahwa' }
export const day = { from: '2026-11-21T20:00:00Z', to: '2026-11-22T20:00:00Z' }
export const none: m.Counts = { sent: 0, waiting: 0, silent: 0, shadow: 0, failed: 0 }
const counts: m.Counts = { sent: 12, waiting: 5, silent: 31, shadow: 0, failed: 0 }
const at = (percent: number) => new Date(Date.parse(day.from) + percent * 864_000).toISOString()
const marks: m.Home['marks'] = [
  ...[34.2, 37.9, 39.4, 43.1, 46.7, 48.2, 51.8, 53.4, 56.9, 59.3, 61.2, 63.6].map(p => ({ outcome: 'sent' as const, at: at(p), count: 1 })),
  ...[68.1, 71.2, 77.1, 79.9, 87.5].map(p => ({ outcome: 'waiting' as const, at: at(p), count: 1 })),
  ...[2, 4.5, 9, 13, 28, 31, 33.5, 35, 36.4, 38.8, 40.2, 42, 43.7, 45, 46.4, 47.9, 49.5, 50.6, 52.2, 53.1, 54.8, 55.9, 57, 58.1, 58.9, 60, 61.1, 62.2, 63, 64, 64.8].map(p => ({ outcome: 'silent' as const, at: at(p), count: 1 })),
]
const byReason = [['already-bought', 14], ['no-permission', 11], ['out-of-stock', 3], ['unsubscribed', 2], ['price-rose', 1]] as const
const days = [6, 9, 7, 11, 8, 10, 5, 9, 12, 8, 11, 10, 7, 9, 13, 8, 6, 10, 12, 9, 11, 14, 9, 8, 10, 12, 11, 9, 10, 12]
const orders = [0, 1, 0, 1, 0, 1, 0, 0, 2, 1, 1, 0, 1, 0, 2, 1, 0, 0, 1, 1, 1, 2, 0, 1, 1, 2, 0, 1, 1, 1]
export const home: m.Home = {
  now, day, counts, marks, silentByReason: byReason.map(([reason, count]) => ({ reason, count })), heard: 214, oldestDue: 'PT40S', arriving: 'all',
  next: [
    { id: 'n1', at: dubai('16:20'), customer: { key: layla, name: 'Omar Siddiqui' }, automation: 'abandoned-cart', step: 1, channel: 'email', items: 2 },
    { id: 'n2', at: dubai('17:05'), customer: { key: layla, name: 'Maryam Al Suwaidi' }, automation: 'price-drop', step: null, channel: 'email', items: 2 },
    { id: 'n3', at: dubai('18:30'), customer: { key: layla, name: 'دانيال أوكافور' }, automation: 'replenishment', step: null, channel: 'email', items: 1 },
  ],
  notices: { holds: [], unknown: [], budgetsSpent: [], toDo: [] }, texts: { used: 163, monthlyBudget: 200, stopsAt: '2026-11-26T00:00:00Z' }, otherSender: { name: 'Shopify', people: 4 },
  recovered: { days: 30, orders: 23, totals: [aed(4310)], messages: 286, byDay: days.map((messages, i) => ({ day: new Date(Date.UTC(2026, 9, 24 + i)).toISOString().slice(0, 10), messages, orders: orders[i]! })) },
}
export const emptyHome: m.Home = { ...home, counts: none, marks: [], silentByReason: [], heard: 0, oldestDue: null, next: [], texts: null, otherSender: null, recovered: { days: 30, orders: 0, totals: [], messages: 0, byDay: [] } }

const line = (id: string, hhmm: string, name: string, automation: m.AutomationName, step: number | null, reason: string, worth: number, extra: Partial<m.ActivityLine> = {}): m.ActivityLine => ({
  id, at: dubai(hhmm), customer: { key: '1' + id.replace(/\W/g, '').padEnd(32, 'c').replace(/[^0-9a-f]/g, 'd'), name }, automation, occasion: 'c1', step, channel: null, outcome: 'silent', reason, why: '', until: null, titles: [], items: null, worth: aed(worth), order: null, clickedAt: null, ...extra,
})
const lines: m.ActivityLine[] = [
  line('l0', '15:40', 'Omar Siddiqui', 'abandoned-cart', 1, 'step-not-due', 148, { outcome: 'waiting', until: dubai('16:20') }),
  line('l1', '15:38', 'Hamad Al Nuaimi', 'abandoned-cart', 1, 'already-bought', 96, { order: '1093' }),
  line('l2', '15:31', 'Priya Raman', 'abandoned-cart', 1, 'no-permission', 214),
  line('l2b', '15:16', 'Aisha Noor', 'abandoned-cart', 1, 'due', 74, { outcome: 'sent', channel: 'email', clickedAt: dubai('15:30') }),
  line('l3', '15:12', 'Yousef Karimi', 'price-drop', null, 'price-rose', 68, { titles: ['Ethiopia Guji 250 g'], items: 1 }),
  line('l4', '14:57', 'نورة الكتبي', 'abandoned-cart', 2, 'already-bought', 122),
  line('l5', '14:40', 'Ibrahim Saleh', 'abandoned-cart', 1, 'no-permission', 74),
  line('l6', '14:18', 'Chidi Eze', 'replenishment', null, 'unsubscribed', 189, { titles: ['House blend 1 kg'], items: 1 }),
  line('l7', '13:55', 'Sara Lindqvist', 'abandoned-cart', 3, 'out-of-stock', 260),
  line('l8', '13:41', 'Fatima Zahra Benali', 'abandoned-cart', 1, 'already-bought', 148, { order: '1089' }),
  line('l9', '13:20', 'Marco Ferri <b>x</b>', 'price-drop', null, 'already-bought', 131, { items: 2 }),
]
export function activity(query: URLSearchParams): m.Activity {
  const items = lines.filter(l => (!query.get('outcome') || l.outcome === query.get('outcome')) && (!query.get('reason') || l.reason === query.get('reason')) && (!query.get('automation') || l.automation === query.get('automation')))
  if (query.get('cursor')) return { now, items: items.map(l => ({ ...l, id: l.id + 'b', at: new Date(Date.parse(l.at) - 86_400_000).toISOString() })), next: null }
  return { now, items, next: 'more', day: { ...day, counts, byReason: byReason.map(([reason, count]) => ({ reason, count, outcome: 'silent' as const })) } }
}

export const rules: Record<string, m.AnySettings & Record<string, unknown>> = {
  'abandoned-cart': { mode: 'live', version: 7, idle: 'PT30M', steps: [{ delay: 'PT1H' }, { delay: 'P1D' }, { delay: 'P3D' }], freshness: 'P1D', endsAfter: 'P7D', quietAfterPurchase: 'P1D', betweenSeries: 'P1D', coupon: null },
  'price-drop': { mode: 'live', version: 2, minPercent: 10, minPercentOfOrder: 2, interest: 'P60D', freshness: 'P2D', betweenMessages: 'P7D', betweenSameVariant: 'P14D' },
  replenishment: { mode: 'shadow', version: 1, lead: 'P3D', leadPercent: 10, window: 'P14D', betweenMessages: 'P1D', consumables: [{ productId: 632910392, lasts: 'P30D' }] },
}
const caps: m.Caps = { email: [{ most: 1, in: 'PT16H' }, { most: 4, in: 'P7D' }], sms: [{ most: 1, in: 'P1D' }, { most: 4, in: 'P7D' }] }
export const automations = (all: Record<string, unknown>, mood: string): m.Automations => ({
  now, caps, items: [
    { name: 'abandoned-cart', stage: 'finish', settings: all['abandoned-cart'] as m.CartSettings, since: '2026-10-18T08:00:00Z', days: 30, counts: mood === 'empty' ? none : { ...none, sent: 198, waiting: 3, silent: 341 }, products: null, held: null },
    { name: 'price-drop', stage: 'return', settings: all['price-drop'] as m.DropSettings, since: '2026-11-09T08:00:00Z', days: 30, counts: mood === 'empty' ? none : { ...none, sent: 88, waiting: 2, silent: 127 }, products: null, held: null },
    { name: 'replenishment', stage: 'return', settings: all['replenishment'] as m.ReorderSettings, since: '2026-10-18T08:00:00Z', days: 30, counts: mood === 'empty' ? none : { ...none, shadow: 40, waiting: 61, silent: 18 }, products: { known: 9, of: 34 }, held: null },
  ],
})
export const about = (name: string): m.About => ({
  now, since: name === 'price-drop' ? '2026-11-09T08:00:00Z' : '2026-10-18T08:00:00Z', waiting: 3, firstDue: dubai('16:20'), medianOrder: aed(150), held: null, otherSender: null, caps, textHours: { from: '09:00', to: '18:00', country: 'AE' },
  steps: name === 'abandoned-cart' ? [{ step: '1', channels: ['email', 'sms'], subject: 'Your coffee is still in the cart, Layla' }, { step: '2', channels: ['email'], subject: 'Roasted this week, and still yours' }, { step: '3', channels: ['email'], subject: 'Last note about your cart' }]
    : name === 'price-drop' ? [{ step: 'one', channels: ['email', 'sms'], subject: 'Ethiopia Guji is now AED 68.00' }, { step: 'many', channels: ['email', 'sms'], subject: '2 products you looked at cost less now' }] : [{ step: '1', channels: ['email', 'sms'], subject: 'Running low on House blend 1 kg?' }],
  products: name === 'replenishment' ? [{ productId: 632910392, title: 'House blend 1 kg', lasts: 'P30D', every: 'P31D', buyers: 61, marked: true }, { productId: 632910393, title: 'Yemen Haraz, natural', lasts: null, every: 'P27D', buyers: 44, marked: false }, { productId: 632910394, title: 'Ethiopia Guji 250 g', lasts: null, every: 'P24D', buyers: 38, marked: false }] : null,
})
export function versions(name: string, rule: Record<string, unknown>): m.Version[] {
  const one = (version: number, at: string, by: string | null, patch: object) => ({ version, at, by: { role: 'merchant', name: by }, settings: { ...rule, ...patch, version } as unknown as m.AnySettings })
  if (name !== 'abandoned-cart') return [one(rule['version'] as number, '2026-11-09T08:00:00Z', 'Huda', {})]
  const seven = [{ delay: 'PT1H' }, { delay: 'P1D' }, { delay: 'P3D' }]
  const rest = [one(7, '2026-11-12T08:00:00Z', 'Huda', { steps: seven }), one(6, '2026-11-03T08:00:00Z', 'Huda', { steps: [...seven.slice(0, 2), { delay: 'P2D' }] }), one(5, '2026-10-18T08:00:00Z', 'Yusuf', { steps: [...seven.slice(0, 2), { delay: 'P2D' }], endsAfter: 'P5D' }), one(4, '2026-10-10T08:00:00Z', null, { mode: 'shadow', steps: [...seven.slice(0, 2), { delay: 'P2D' }], endsAfter: 'P5D' })]
  return (rule['version'] as number) > 7 ? [one(rule['version'] as number, now, null, {}), ...rest] : rest
}
export const tried: m.Tried = { days: 60, saved: { occasions: 143, messages: 74 }, tried: { occasions: 143, messages: 68 }, reasons: [{ reason: 'already-bought', change: 6 }], isComplete: true }

export const report: m.Report = {
  days: 60, from: '2026-09-23T11:42:00Z', to: now, orders: 1204, people: 911, isComplete: true, countedAt: now,
  carts: { left: 143, boughtAnyway: 31, reachable: 74, wouldRemind: 74, messages: 168, byEmail: 70, bySmsOnly: 4, worth: aed(13840), byReason: [{ reason: 'no-permission', count: 26 }, { reason: 'no-address', count: 9 }, { reason: 'unsubscribed', count: 3 }] },
  priceDrops: { drops: 41, wouldTell: 22, messages: 19, byReason: [] }, reorders: { due: 58, boughtAnyway: 33, wouldRemind: 40, messages: 40, byReason: [] },
  firstMessages: [{ automation: 'abandoned-cart', channel: 'email', at: '2026-10-15T15:42:00Z', customerKey: layla, name: 'Layla Haddad', cartAt: '2026-10-15T14:42:00Z', subject: 'Your coffee is still in the cart, Layla', text: 'Hello Layla', html: null, segments: null }],
}
export const emptyReport: m.Report = { ...report, carts: { ...report.carts, left: 0, boughtAnyway: 0, wouldRemind: 0, byReason: [] }, priceDrops: { ...report.priceDrops, drops: 0, wouldTell: 0 }, reorders: { ...report.reorders, due: 0, wouldRemind: 0 }, firstMessages: [] }
export const start: m.StartState = {
  now, waiting: 2, firstDue: dubai('16:20'), perDay: 1.2, live: false,
  steps: [{ step: 'connected', done: true }, { step: 'history', done: true, orders: 1204, carts: 3870, import: null }, { step: 'sender', done: true, provider: 'SendGrid', from: 'hello@kahwa.example.com', testedAt: '2026-11-20T08:00:00Z' }, { step: 'other-sender', done: false, name: 'Shopify' }],
}
const spark = (of: number[]) => Array.from({ length: 24 }, (_, i) => of[Math.floor(i / 24 * of.length)]!)
export const health: m.HealthState = {
  now, state: 'arriving', lastEventAt: '2026-11-22T11:41:48Z',
  topics: [
    { topic: 'carts', lastAt: '2026-11-22T11:41:48Z', today: 61, usual: 58, hours: spark([2, 1, 1, 3, 5, 9, 12, 11, 15, 14, 17, 15]), state: 'arriving', unreadable: 0, why: null },
    { topic: 'checkouts', lastAt: '2026-11-22T11:41:00Z', today: 38, usual: 41, hours: spark([1, 1, 2, 4, 7, 8, 11, 9, 13, 11, 14, 12]), state: 'arriving', unreadable: 0, why: null },
    { topic: 'orders', lastAt: '2026-11-22T11:38:00Z', today: 27, usual: 25, hours: spark([1, 1, 2, 5, 6, 9, 7, 11, 10, 11, 13]), state: 'arriving', unreadable: 2, why: null },
    { topic: 'products', lastAt: '2026-11-22T11:33:00Z', today: 52, usual: 12, hours: spark([0, 0, 0, 0, 0, 15, 12, 2, 1]), state: 'arriving', unreadable: 0, why: null },
    { topic: 'customers', lastAt: '2026-11-22T11:40:00Z', today: 36, usual: 33, hours: spark([2, 1, 3, 6, 6, 7, 9, 8, 11, 10, 11]), state: 'arriving', unreadable: 0, why: null },
  ],
  reconciled: { at: '2026-11-22T11:00:00Z', found: 0, last: { at: '2026-11-18T11:00:00Z', found: 3, topic: 'orders' } },
  unreadable: { count: 2, items: [{ id: 'kahwa.1', source: 'shopify', topic: 'orders/updated', receivedAt: dubai('11:02'), reason: '“line_items[3].price” was “N/A”; a number was expected.', canRun: true, length: 8120 }, { id: 'kahwa.2', source: 'shopify', topic: 'orders/updated', receivedAt: dubai('11:02'), reason: '“line_items[3].price” was “N/A”; a number was expected.', canRun: true, length: 8166 }] },
  poison: { count: 0, items: [] }, work: { events: 0, due: 1, oldestDue: 'PT40S', fanOuts: 0 },
  email: { provider: 'SendGrid', accepted: 11, sent: 11, days: 30, bounced: 4, complained: 0, of: 274 }, sms: { provider: 'Twilio', delivered: 1, sent: 1, days: 30, failed: 0, of: 12 }, unknown: [], imports: [],
}

const decision = (id: string, at: string, automation: m.AutomationName, kind: 'wait' | 'skip', reason: string, extra: Partial<m.DecisionLine> = {}): m.DecisionLine => ({ id, automation, occasion: id, decision: kind, step: automation === 'abandoned-cart' ? 1 : null, at, until: null, reason, why: '', facts: null, ...extra })
export const customer: m.Customer = {
  key: layla, email: 'layla.haddad@example.com', phone: '+971 50 555 0143', name: 'Layla Haddad', since: '2026-03-03T09:14:00Z', language: 'en', orderCount: 6, orderTotal: aed(1012),
  limits: { email: { used: 0, most: 4, in: 'P7D', freeAt: null }, sms: { used: 0, most: 4, in: 'P7D', freeAt: null } },
  permissions: [{ channel: 'email', state: 'granted', source: 'checkout', at: '2026-03-03T09:14:00Z' }], openCarts: [],
  orders: [{ id: '5001', placedAt: dubai('19:20', '2026-11-19'), status: 'paid', total: 148, currency: 'AED', credit: null }],
  decisions: [
    decision('d3', dubai('09:30', '2026-11-18'), 'replenishment', 'wait', 'not-used-up', { until: '2026-12-13T06:00:00Z', current: true, titles: ['Yemen Haraz'] }),
    decision('d1', dubai('19:42', '2026-11-19'), 'abandoned-cart', 'skip', 'already-bought', { current: true, titles: ['Yemen Haraz, natural'] }),
  ],
  messages: [{ id: 'm1', automation: 'price-drop', step: 1, occasion: 'p', channel: 'email', status: 'sent', at: dubai('10:06', '2026-11-09'), why: null, delivery: { status: 'delivered', code: null, at: null, clickedAt: dubai('10:20', '2026-11-09'), complainedAt: null }, titles: ['Ethiopia Guji'] }],
}
export const found = (text: string): m.Summary[] => text.includes('layla') ? [{ key: layla, email: customer.email, phone: null, name: customer.name! }] : text.includes('a') || text.startsWith('+') ? [{ key: layla, email: customer.email, phone: null, name: 'Layla Haddad' }, { key: '2' + 'b'.repeat(32), email: null, phone: '+971505550143', name: null }] : []
export function timeline(kind: string | null): m.Timeline {
  const all: m.TimelineItem[] = [
    { at: dubai('19:42', '2026-11-19'), kind: 'decision', id: 'd1', automation: 'abandoned-cart', step: 1, outcome: 'silent', reason: 'already-bought', until: null, titles: [] },
    { at: dubai('19:20', '2026-11-19'), kind: 'order', order: '1048', orderId: '5001', items: 2, total: aed(148), guest: true, credit: null },
    { at: dubai('18:42', '2026-11-19'), kind: 'cart', items: 2, titles: ['Yemen Haraz, natural'], total: aed(148), emptied: false },
    { at: dubai('18:31', '2026-11-19'), kind: 'viewed', titles: ['Yemen Haraz, natural'] },
    { at: dubai('10:06', '2026-11-09'), kind: 'message', id: 'm1', automation: 'price-drop', step: null, channel: 'email', status: 'sent', delivery: null, clickedAt: dubai('10:20', '2026-11-09'), titles: ['Ethiopia Guji'], price: aed(68), was: aed(79) },
    { at: dubai('09:58', '2026-11-09'), kind: 'price', titles: ['Ethiopia Guji, 250 g'], from: aed(79), to: aed(68) },
    { at: dubai('13:14', '2026-03-03'), kind: 'consent', channel: 'email', action: 'given', source: 'checkout', text: 'Send me news and offers' },
  ]
  const wanted: Record<string, string> = { messages: 'message', decisions: 'decision', consents: 'consent' }
  return { items: kind ? all.filter(i => i.kind === wanted[kind]) : all, next: null }
}
export const explanation = (id: string): m.Explanation => {
  const line = lines.find(l => l.id === id), d = line ? decision(id, line.at, line.automation, line.outcome === 'waiting' ? 'wait' : 'skip', line.reason, { until: line.until, titles: line.titles }) : customer.decisions.find(x => x.id === id) ?? customer.decisions[1]!
  const hit: Record<string, string> = { 'already-bought': 'bought', 'no-permission': 'permission', unsubscribed: 'suppression', 'price-rose': 'freshness', 'out-of-stock': 'stock', 'not-used-up': 'freshness', 'step-not-due': 'freshness' }
  const order = ['mode', 'bought', 'permission', 'suppression', 'freshness', 'stock', 'cap', 'pace', 'quiet-hours', 'arbiter']
  const objector = order.indexOf(hit[d.reason] ?? '')
  const facts: Record<string, Record<string, unknown>> = { mode: { mode: 'live', since: '2026-10-18T08:00:00Z' }, bought: d.reason === 'already-bought' ? { at: dubai('19:20', '2026-11-19'), how: 'same-contact', order: '1048', orderId: 5001, guest: true } : {}, permission: d.reason === 'no-permission' ? { channel: 'email' } : { channel: 'email', at: '2026-03-03T09:14:00Z', source: 'checkout' }, freshness: d.reason === 'price-rose' ? { price: aed(79), seen: aed(79) } : d.reason === 'not-used-up' ? { dueAt: '2026-12-16T06:00:00Z', everyDays: 27 } : {}, cap: { most: 1, in: 'PT16H', last: dubai('11:05') }, stock: { inStock: d.reason !== 'out-of-stock' } }
  return {
    decision: { ...d, outcome: d.decision === 'wait' ? 'waiting' : 'silent' }, about: { cartAt: d.automation === 'abandoned-cart' ? dubai('18:42', '2026-11-19') : null, dueAt: d.id === 'd1' ? dubai('19:42', '2026-11-19') : d.until, titles: d.titles ?? [], items: 2, worth: aed(148) },
    checks: order.map((check, i) => ({ check, verdict: objector < 0 || i < objector ? 'passed' as const : i === objector ? 'objected' as const : 'not-asked' as const, ...(i > objector && { wouldPass: true }), facts: facts[check] ?? {} })),
    flips: d.reason === 'already-bought' ? [{ code: 'no-order-before', at: dubai('19:42', '2026-11-19'), step: 1, channel: 'email' }] : d.reason === 'no-permission' ? [{ code: 'agreed', channel: 'email', step: 1 }] : d.reason === 'price-rose' ? [{ code: 'price-stays', price: aed(68) }] : [],
  }
}
export const proofs: m.Proof[] = [{ address: 'layla.haddad@example.com', channel: 'email', purposes: ['cart'], action: 'given', level: 'single', text: 'Send me news and offers', textVersion: 'a1b2c3d4e5f6', source: 'checkout', at: '2026-03-03T09:14:00Z', recordedAt: '2026-03-03T09:14:02Z', ip: null }]

export const channels: Record<string, m.ChannelSettings & Record<string, unknown>> = {
  email: { provider: 'SendGrid', providers: [{ name: 'Outbox', credentials: [] }, { name: 'SendGrid', credentials: [{ name: 'apiKey', allowed: 'the whole key, which begins with SG.', required: true }, { name: 'webhookKey', allowed: 'the verification key of its signed reports, in base64', required: false }] }, { name: 'Smtp', credentials: [{ name: 'host', allowed: 'the mail server’s name', required: true }, { name: 'port', allowed: '587 (the default), 25 or 2525', required: false }, { name: 'username', allowed: '1 to 254 characters', required: false }, { name: 'password', allowed: '1 to 1,000 characters', required: false }] }], version: 4, from: 'hello@kahwa.example.com', linkHost: 'link.kahwa.example.com', perMinute: null, monthlyBudget: null, credentials: { apiKey: true, webhookKey: false }, callback: 'https://service.example/callbacks/sendgrid/0000', stopped: null, replyTo: null, messagingServiceSid: null, senderCountry: null, consentNamesCartReminders: null },
  sms: { provider: 'Twilio', providers: [{ name: 'Outbox', credentials: [] }, { name: 'Twilio', credentials: [{ name: 'accountSid', allowed: '34 characters that begin with AC', required: true }, { name: 'authToken', allowed: '32 letters and digits', required: true }] }], version: 2, from: 'AD-KAHWA', linkHost: null, perMinute: 60, monthlyBudget: 200, credentials: { accountSid: true, authToken: true }, callback: null, stopped: null, replyTo: null, messagingServiceSid: null, senderCountry: 'AE', consentNamesCartReminders: false },
}
export const brand: m.Brand & Record<string, unknown> = { version: 3, color: '#5B4636', colors: { button: '#5B4636', onButton: '#FFFFFF', link: '#5B4636', buttonDark: '#C9A98F', onButtonDark: '#1C120B', linkDark: '#C9A98F' }, logo: null, postalAddress: 'Kahwa & Co\nWarehouse 14, Al Quoz 3\nDubai', digits: 'western', discreetSubjects: false, repliesAreRead: true, parts: { prices: true, pictures: true, recommendations: true } }

export function template(_name: string, _step: string, channel: string, lang: string, html: string | null): m.MessageTemplate {
  const ar = lang === 'ar'
  const brand = { button: '#5B4636', buttonDark: '#C9A98F', onButton: '#FFFFFF', onButtonDark: '#1C120B', link: '#5B4636', linkDark: '#C9A98F' }
  const data = { store: { name: ar ? 'قهوة وشركاه' : 'Kahwa & Co', address: 'Warehouse 14, Al Quoz 3, Dubai' }, brand, name: ar ? 'ليلى' : 'Layla', why: { express: true, date: ar ? '3 مارس' : '3 March', topics: ar ? 'التذكيرات والعروض' : 'reminders and offers' }, unsubscribeUrl: '#', preferencesUrl: '#', button: { url: '#' },
    lines: [{ title: ar ? 'حراز يمني، معالجة طبيعية' : 'Yemen Haraz, natural', detail: ar ? '250 غ' : '250 g, whole bean', initial: 'Y', quantity: '2', price: 'AED 148.00' }], first: ar ? 'حراز يمني' : 'Yemen Haraz', subtotal: 'AED 148.00', count: ar ? 'قطعتان' : '2 items',
    drop: { short: 'Ethiopia Guji', now: 'AED 68.00', was: 'AED 79.00', saving: 'AED 11.00', seen: '6 November', title: 'Ethiopia Guji', url: '#' }, products: '2 products', checked: '22 November', product: { short: 'House blend 1 kg', price: 'AED 189.00', title: 'House blend 1 kg' }, reorder: { every: '31 days', last: '20 October', next: '25 November' } }
  return { version: 0, subject: html ? '[[subject]]' : null, html, text: null, data: html ? data : null, example: { customer: { key: layla, name: 'Layla Haddad' }, items: 2 }, examples: [{ key: layla, name: 'Layla Haddad', items: 2 }, { key: '2' + 'b'.repeat(32), name: 'Omar Siddiqui', items: 1 }], texts: channel === 'sms' ? { sender: 'AD-KAHWA', brand: 'Kahwa & Co', link: 'kahwa.example.com/c/7Qx2Lm', wayOut: 'Reply STOP to opt out', segments: ar ? 2 : 1 } : null }
}
