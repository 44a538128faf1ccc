import type { ComponentChildren } from 'preact'
import { build, parse, type Part } from './icu'
import type { Messages, Key } from './en'

export type Language = 'en' | 'ar'
export type { Key } from './en'
type Values = Record<string, unknown>

/** The words of one language: only one of them is ever loaded. */
let words: Messages
let rules: Intl.PluralRules
let parsed = new Map<string, Part[]>()
export let language: Language = 'en'

export async function speak(wanted: Language): Promise<void> {
  words = wanted === 'ar' ? (await import('./ar')).ar : (await import('./en')).en
  language = wanted
  rules = new Intl.PluralRules(wanted)
  parsed = new Map()
  document.documentElement.lang = wanted
  document.documentElement.dir = wanted === 'ar' ? 'rtl' : 'ltr'
}

export const isRtl = () => language === 'ar'

const partsOf = (key: Key): Part[] => {
  let parts = parsed.get(key)
  if (!parts) parsed.set(key, (parts = parse(words[key] ?? key)))
  return parts
}

export const has = (key: string): key is Key => key in words

const plain = (value: unknown): string => typeof value === 'number' ? number(value) : String(value ?? '')

/** A message as text: for titles, labels and placeholders. */
export const t = (key: Key, values: Values = {}): string => build(partsOf(key), values, rules, {
  text: s => s, value: plain, tag: (_, inner) => inner.join(''),
}).join('')

type Tags = Record<string, (inner: ComponentChildren) => ComponentChildren>

/** A message as nodes: values may be nodes, tags become what is given for them; <b> is strong. */
export function T({ k, v = {}, tags = {} }: { k: Key; v?: Values; tags?: Tags }) {
  return <>{build<ComponentChildren>(partsOf(k), v, rules, {
    text: s => s,
    value: x => typeof x === 'number' ? number(x) : x as ComponentChildren,
    tag: (name, inner) => tags[name]?.(inner) ?? <b>{inner}</b>,
  })}</>
}

/* ---- numbers, money and dates: by Intl, with the language and the shop's country ---- */

let locale = 'en'
let zone = 'UTC'
let currency = 'USD'

export function setPlace(place: { country?: string | undefined; timeZone?: string | undefined; currency?: string | undefined }): void {
  zone = place.timeZone ?? zone
  currency = place.currency ?? currency
  const wanted = place.country ? `${language}-${place.country}` : language
  try { locale = Intl.DateTimeFormat.supportedLocalesOf(wanted).length ? wanted : language } catch { locale = language }
  made.clear()
}

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()
const numbers = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
  const key = 'n' + JSON.stringify(options)
  if (!made.has(key)) made.set(key, new Intl.NumberFormat(locale, options))
  return made.get(key) as Intl.NumberFormat
}
const dates = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = 'd' + JSON.stringify(options)
  if (!made.has(key)) {
    try { made.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options })) }
    catch { made.set(key, new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })) }
  }
  return made.get(key) as Intl.DateTimeFormat
}

export const number = (n: number): string => numbers({ maximumFractionDigits: 2 }).format(n)
export const percent = (n: number): string => numbers({ style: 'percent', maximumFractionDigits: 1 }).format(n / 100)
export type Money = { amount: number; currency: string }
export const money = (m: Money): string => {
  try { return numbers({ style: 'currency', currency: m.currency, currencyDisplay: 'narrowSymbol' }).format(m.amount).replace(/ /g, ' ') }
  catch { return `${number(m.amount)} ${m.currency}` }
}
/** Money inside text: alone, so that the direction of what stands around cannot turn it. */
export const Cash = ({ of }: { of: Money }) => <bdi class="nowrap">{money(of)}</bdi>
/** The sign of a currency as the locale writes it. */
export const sign = (code = currency): string =>
  numbers({ style: 'currency', currency: code, currencyDisplay: 'narrowSymbol' }).formatToParts(0).find(p => p.type === 'currency')?.value ?? code

export const time = (at: string | Date): string => dates({ hour: 'numeric', minute: '2-digit' }).format(new Date(at)).replace(/\b([ap])m\b/, m => m.toUpperCase())
export const hourOf = (at: Date): string => dates({ hour: 'numeric' }).format(at).replace(/\b([ap])m\b/, m => m.toUpperCase())
export const day = (at: string | Date): string => dates({ day: 'numeric', month: 'long' }).format(new Date(at))
export const shortDay = (at: string | Date): string => dates({ day: 'numeric', month: 'short' }).format(new Date(at))
export const weekday = (at: string | Date): string => dates({ weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(at))
export const dayName = (at: string | Date): string => dates({ weekday: 'long' }).format(new Date(at))
/** The day in the shop, for comparing: 2026-11-22. */
export const dayKey = (at: string | Date): string => {
  const f = new Intl.DateTimeFormat('en-CA-u-nu-latn', { timeZone: dates({}).resolvedOptions().timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return f.format(new Date(at))
}
export const cityOf = (timeZone: string): string => {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' } as Intl.DateTimeFormatOptions)
    .formatToParts(new Date()).find(p => p.type === 'timeZoneName')?.value
  return language === 'en' ? timeZone.split('/').pop()!.replace(/_/g, ' ') : parts ?? timeZone
}
export const countryName = (code: string): string => {
  try { return new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code } catch { return code }
}
export const list = (items: string[]): string => new Intl.ListFormat(locale, { type: 'conjunction' }).format(items)
export const comma = (): string => language === 'ar' ? '، ' : ', '

const daysBetween = (a: string | Date, b: string | Date): number =>
  Math.round((Date.parse(dayKey(a)) - Date.parse(dayKey(b))) / 86_400_000)

/** "today, 4:20 PM", "tomorrow, 9:00 AM", "Thursday, 7:42 PM", "18 October". */
export function when(at: string | Date, now: string | Date, withTime = true): string {
  const away = daysBetween(at, now)
  const clock = withTime ? time(at) : ''
  if (away === 0) return withTime ? t('when.today', { time: clock }) : t('when.todayAlone')
  if (away === 1) return withTime ? t('when.tomorrow', { time: clock }) : t('when.tomorrowAlone')
  if (away === -1) return withTime ? t('when.yesterday', { time: clock }) : t('when.yesterdayAlone')
  if (away !== 0 && Math.abs(away) < 7) return withTime ? t('when.weekday', { day: dayName(at), time: clock }) : dayName(at)
  return withTime && Math.abs(away) < 60 ? t('when.day', { day: day(at), time: clock }) : longDay(at, now)
}
/** "today", "tomorrow", "on Thursday", "on 18 October". */
export function onDay(at: string | Date, now: string | Date): string {
  const away = daysBetween(at, now)
  return Math.abs(away) < 2 ? when(at, now, false) : t('when.on', { day: away > 1 && away < 7 ? dayName(at) : longDay(at, now) })
}
const longDay = (at: string | Date, now: string | Date): string =>
  dayKey(at).slice(0, 4) === dayKey(now).slice(0, 4) ? day(at) : dates({ day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(at))
export const since = (at: string, now: string): string => longDay(at, now)

/** "12 seconds ago", "4 minutes ago", then the day and the time. */
export function ago(at: string, now: string): string {
  const s = Math.max(0, (Date.parse(now) - Date.parse(at)) / 1000)
  if (s < 60) return t('ago.seconds', { n: Math.round(s) })
  if (s < 3600) return t('ago.minutes', { n: Math.round(s / 60) })
  if (s < 6 * 3600) return t('ago.hours', { n: Math.round(s / 3600) })
  return when(at, now)
}
