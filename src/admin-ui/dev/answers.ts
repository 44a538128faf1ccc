import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fill, print, read } from '../src/template.ts'
import * as shop from './shop.ts'

/** What the stand-in service says. `/api/stand?set=…` changes how it is: empty, fail, first (nothing live yet), usual. */
type Said = { status: number; body: unknown; etag?: string }
let mood = 'usual'
const ok = (body: unknown, etag?: number): Said => ({ status: 200, body, ...(etag !== undefined && { etag: `"${etag}"` }) })
const problem = (status: number, code: string, detail: string, errors?: Record<string, string[]>): Said => ({ status, body: { status, title: detail, detail, code, ...(errors && { errors }) } })

const rules: Record<string, { version: number } & Record<string, unknown>> = structuredClone(shop.rules)
const words: Record<string, { version: number; words: Record<string, string> }> = {}
const channels: Record<string, { version: number } & Record<string, unknown>> = structuredClone(shop.channels)
let brand: { version: number } & Record<string, unknown> = structuredClone(shop.brand)
let links = { hosts: ['kahwa.example.com'] }
let switches = { softOptInGb: false, optOutLawUs: false, impliedCa: false }

const core = (name: string) => JSON.parse(readFileSync(fileURLToPath(new URL(`../../StoreConnector.Core/Automations/${name}`, import.meta.url)), 'utf8')) as Record<string, unknown>
const compiled = (file: string) => readFileSync(fileURLToPath(new URL(`../../StoreConnector/Channels/Email/Templates/compiled/${file}`, import.meta.url)), 'utf8')
const folder: Record<string, string> = { 'abandoned-cart': 'AbandonedCart', 'price-drop': 'PriceDrop', replenishment: 'Replenishment' }

function defaults(name: string, step: string, channel: string, lang: string): Record<string, string> {
  if (channel === 'sms') return { text: lang === 'ar' ? '{{title}} ما زال في سلتك' : '{{title}} is still in your cart' }
  const all = core(`${folder[name]}/copy.${lang}.json`)
  const own = (name === 'replenishment' ? all : all[step]) as Record<string, unknown>
  return Object.fromEntries(['subject', 'preheader', 'heading', 'body', 'button', 'note'].filter(k => typeof own[k] === 'string').map(k => [k, own[k] as string]))
}
const fields = (name: string, channel: string) => channel === 'sms' ? ['title', 'others'] : name === 'abandoned-cart' ? ['store.name', 'name', 'first', 'others', 'count', 'subtotal', 'coupon.what', 'coupon.until'] : name === 'price-drop' ? ['store.name', 'name', 'drop.short', 'drop.now', 'drop.was', 'drop.saving', 'drop.seen', 'checked'] : ['store.name', 'name', 'product.short', 'product.price', 'reorder.every', 'reorder.last', 'reorder.next']

function message(method: string, path: string[], body: string, match?: string): Said {
  const [name, step, channel, lang, more] = path as [string, string, string, string, string?]
  const key = [name, step, channel, lang].join('.')
  const saved = words[key] ??= { version: 0, words: {} }
  const ours = defaults(name, step, channel, lang)
  const model = () => ({ version: saved.version, words: saved.words, defaults: ours, fields: fields(name, channel), maxLengths: Object.fromEntries(Object.keys(ours).map(k => [k, ({ subject: 120, preheader: 150, heading: 100, button: 30, text: 300 } as Record<string, number>)[k] ?? 600])) })
  const sent = body ? JSON.parse(body) as { words?: Record<string, string | null>; to?: string } : {}
  if (more === 'template') return ok(shop.template(name, step, channel, lang, channel === 'email' ? compiled(`${name === 'replenishment' ? name : `${name}-${step}`}.${lang}.html`) : null))
  if (more === 'test') return sent.to?.includes('@') || sent.to?.startsWith('+') ? ok({ result: 'accepted', vendorId: '1', answer: null }) : problem(400, 'invalid-fields', 'to', { to: ['What was sent cannot be; allowed: an e-mail address.'] })
  if (more === 'preview') {
    const text = lang === 'ar' ? 'قهوة وشركاه: حراز يمني ما زال في سلتك kahwa.example.com/c/7Qx2Lm لإلغاء الاشتراك: إيقاف' : `Kahwa & Co: ${(sent.words?.['text'] ?? saved.words['text'] ?? 'Yemen Haraz is still in your cart').replace(/\{\{title\}\}/g, 'Yemen Haraz')}: kahwa.example.com/c/7Qx2Lm Reply STOP to opt out`
    return ok(channel === 'sms' ? { subject: null, text, html: null, segments: lang === 'ar' ? 2 : text.length > 160 ? 2 : 1, size: text.length, warnings: [] } : { subject: 'Your cart is saved', text, html: null, segments: null, size: 21_000, warnings: ['subject: where first is not known, our words stand instead.'].slice(sent.words?.['subject']?.includes('{{first}}') ? 0 : 1) })
  }
  if (method === 'DELETE') { saved.words = {}; saved.version++ }
  if (method === 'PUT') {
    if (match && match !== `"${saved.version}"`) return problem(412, 'stale', 'It was changed since.')
    for (const [k, v] of Object.entries(sent.words ?? {})) if (v === null) delete saved.words[k]; else saved.words[k] = v
    saved.version++
  }
  return ok(model(), saved.version)
}

export function answer(method: string, url: URL, body: string, match?: string): Said {
  if (url.pathname === '/api/stand') { mood = url.searchParams.get('set') ?? 'usual'; return ok({ mood }) }
  if (url.pathname === '/api/session') return mood === 'shut' ? problem(401, 'no-token', 'Nothing to renew with.') : method === 'DELETE' ? { status: 204, body: null } : ok({ token: 'stand', expiresAt: new Date(Date.now() + 600_000).toISOString(), storeId: 'kahwa', role: 'merchant' })
  const [, , , , ...rest] = url.pathname.split('/')
  const [what, ...more] = rest
  const sent = body && body.startsWith('{') ? JSON.parse(body) as Record<string, unknown> : {}
  if (mood === 'fail' && what) return problem(503, 'storage-unavailable', 'The store did not answer.')
  const empty = mood === 'empty'
  switch (what) {
    case undefined: return ok({ ...shop.store, started: mood !== 'first' && mood !== 'empty' })
    case 'home': return ok(empty ? shop.emptyHome : shop.home)
    case 'activity': return ok(empty ? { now: shop.now, items: [], next: null, day: { ...shop.day, counts: shop.none, byReason: [] } } : shop.activity(url.searchParams))
    case 'report': {
      const ours = defaults('abandoned-cart', '1', 'email', 'en')
      const html = print(read(fill(compiled('abandoned-cart-1.en.html'), true, false, key => ours[key] ?? '')), shop.template('', '', 'email', 'en', 'x').data, true)
      return ok(empty ? shop.emptyReport : { ...shop.report, firstMessages: shop.report.firstMessages.map(m => ({ ...m, html })) })
    }
    case 'start': return ok(mood === 'usual' ? { ...shop.start, live: true } : shop.start)
    case 'health': return ok(shop.health)
    case 'coupons': return ok({ items: [] })
    case 'plan': return ok({ plan: null, handle: null, status: 'not-needed', at: null, notice: null, textsPaidBy: 'your own account' })
    case 'data-requests': return ok({ items: empty ? [] : [{ id: 'd1', at: '2026-11-20T09:00:00Z', until: '2026-12-20T09:00:00Z', status: 'ready', by: 'platform', customers: [shop.layla] }] })
    case 'replies': return ok({ items: empty ? [] : [{ id: 'r1', at: '2026-11-22T08:12:00Z', from: '+971505550188', text: 'Please no more on weekends', isSuppressing: true, verdict: null }] })
    case 'suppressions': return ok({ read: 214, unsubscribed: 190, bounced: 12, complained: 1, passedOver: 9, unreadable: 2, unreadableLines: [3, 9], isWhole: true })
    case 'holds': return { status: 204, body: null }
    case 'unreadable': case 'poison': return ok({ outcome: 'queued', events: 1, reason: null })
    case 'imports': return ok({ items: [] })
    case 'shopify': return { status: 202, body: null }
    case 'links': if (method === 'PUT') links = { ...links, ...sent }; return ok(links)
    case 'permissions': if (method === 'PUT') switches = { ...switches, ...sent }; return ok(switches)
    case 'brand': if (method === 'PUT') brand = { ...brand, ...sent, version: brand.version + 1 }; return ok(brand, brand.version)
    case 'channels': {
      const name = more[0]!
      if (more[1] === 'usage') return ok({ used: 163, monthlyBudget: 200 })
      if (more[1] === 'test') return ok({ result: 'accepted', vendorId: '1', answer: null })
      if (method === 'PUT') { const { credentials, ...plain } = sent; channels[name] = { ...channels[name]!, ...plain, version: channels[name]!.version + 1 } }
      return ok(channels[name], channels[name]!.version)
    }
    case 'messages': return message(method, more, body, match)
    case 'customers': {
      if (more[0] === 'search') return ok({ items: shop.found(String(sent['email'] ?? sent['phone'] ?? sent['id'] ?? '')) })
      if (more[1] === 'timeline') return ok(shop.timeline(url.searchParams.get('kind')))
      if (more[1] === 'decisions') return ok(shop.explanation(more[2]!))
      if (more[1] === 'consents') return ok({ items: shop.proofs })
      if (more[1] === 'export') return { status: 202, body: { id: 'd2' } }
      if (method === 'DELETE') return { status: 202, body: null }
      return ok(shop.customer)
    }
    case 'automations': {
      const name = more[0]
      if (!name) return ok(shop.automations(rules, mood))
      const rule = rules[name]
      if (!rule) return problem(404, 'not-found', 'There is no such automation.')
      if (more[1] === 'about') return ok(shop.about(name))
      if (more[1] === 'versions') return ok({ items: shop.versions(name, rule), next: null })
      if (more[1] === 'try') return ok(shop.tried)
      if (method === 'PUT') {
        if (mood === 'conflict') { mood = 'usual'; rules[name] = { ...rule, version: rule.version + 1, endsAfter: 'P10D' }; return problem(412, 'stale', 'It was changed since.') }
        if (match && match !== `"${rule.version}"`) return problem(412, 'stale', `It was changed since: the version is ${rule.version} now.`)
        if (sent['idle'] === 'PT5M') return problem(400, 'invalid-fields', 'idle', { idle: ['PT5M cannot be; allowed: PT10M to P1D.'] })
        rules[name] = { ...rule, ...sent, version: rule.version + 1 }
      }
      return ok(rules[name], rules[name]!.version)
    }
    default: return problem(404, 'not-found', 'There is nothing at that address.')
  }
}
