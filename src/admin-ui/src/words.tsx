import type { ComponentChildren } from 'preact'
import { after, duration } from './duration'
import { comma, has, language, list, number, percent, t, T, type Key } from './i18n'
import type { AnySettings, AutomationName, CartSettings, ChannelName, Coupon, DropSettings, Outcome, ReorderSettings } from './model'

/* What the service says by code, in words. */
const known = (key: string, fallback: string): string => has(key) ? t(key) : fallback

export const automationName = (name: AutomationName): string => known(`automation.${name}`, name)
/** Inside a sentence. */
export const channelName = (channel: ChannelName): string => t(`channel.low.${channel}`)
/** Short: for chips, bars and after a colon. */
export const reasonText = (code: string): string => known(`reason.${code}`, code)
/** The same after a colon or a comma: English begins it small there. */
export const reasonInline = (code: string): string => {
  const text = reasonText(code)
  return language === 'en' && /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}
/** In a sentence of its own; what the service says stands in for what we have no words for, in English alone. */
export const reasonSentence = (code: string, why: string): string =>
  has(`because.${code}`) ? t(`because.${code}` as Key) : language === 'en' && why ? sentence(why) : reasonText(code) + '.'
const sentence = (why: string) => why.charAt(0).toUpperCase() + why.slice(1) + (/[.!?]$/.test(why) ? '' : '.')

export const stepOf = (automation: AutomationName, step: number | null, channel: ChannelName | null, items?: number | null): string => {
  const parts = [automationName(automation)]
  if (automation === 'abandoned-cart' && step) parts.push(t('line.step', { step }))
  if (automation === 'price-drop' && items) parts.push(t('line.products', { n: items }))
  if (channel) parts.push(channelName(channel))
  return parts.join(comma())
}

/** What became of it, as a heading: "Not reminded: already bought". */
export function verdict(automation: AutomationName, outcome: Outcome, reason: string, until: ComponentChildren): ComponentChildren {
  if (outcome === 'waiting') return until ? <T k="verdict.waits" v={{ until }} /> : t('outcome.waiting')
  if (outcome === 'sent') return t(`verdict.sent.${automation}`)
  if (outcome === 'shadow') return t('verdict.shadow')
  if (outcome === 'failed') return t('verdict.failed', { reason: reasonInline(reason) })
  const own = `verdict.silent.${automation}.${reason}`
  return has(own) ? t(own) : t(`verdict.silent.${automation}`, { reason: reasonInline(reason) })
}

/* ---- settings as sentences ---- */
const delays = (s: CartSettings) => list(s.steps.map(step => after(step.delay)))

export function summary(name: AutomationName, settings: AnySettings): string {
  if (name === 'abandoned-cart') {
    const s = settings as CartSettings
    return t('summary.abandoned-cart', { delays: delays(s), n: s.steps.length })
  }
  if (name === 'price-drop') {
    const s = settings as DropSettings
    return t('summary.price-drop', { interest: duration(s.interest), percent: percent(s.minPercent), between: duration(s.betweenMessages) })
  }
  const s = settings as ReorderSettings
  return t('summary.replenishment', { lead: duration(s.lead) })
}

const couponText = (c: Coupon | null): string => !c ? t('coupon.none') : c.unique
  ? c.unique.percentOff ? t('coupon.percent', { n: c.unique.percentOff }) : t('coupon.amount', { n: c.unique.amountOff ?? 0 })
  : t('coupon.code', { code: c.code ?? '' })

/** What another version does differently, each in a few words: "Step 1 after 2 hours, not one hour". */
export function differences(was: AnySettings, now: AnySettings): string[] {
  const said: string[] = []
  const a = was as unknown as Record<string, unknown>, b = now as unknown as Record<string, unknown>
  for (const key of Object.keys(b)) {
    if (key === 'version' || key === 'notice' || JSON.stringify(a[key]) === JSON.stringify(b[key])) continue
    if (key === 'mode') { said.push(t('change.mode', { now: t(`mode.${(now).mode}`), was: t(`mode.${was.mode}`) })); continue }
    if (key === 'steps') {
      const x = (was as CartSettings).steps, y = (now as CartSettings).steps
      if (x.length !== y.length) said.push(t('change.stepCount', { now: y.length, was: x.length }))
      else y.forEach((step, i) => { if (step.delay !== x[i]!.delay) said.push(t('change.step', { step: i + 1, now: after(step.delay), was: after(x[i]!.delay) })) })
      continue
    }
    if (key === 'coupon') { said.push(t('change.coupon', { now: couponText(b[key] as Coupon | null) })); continue }
    if (key === 'consumables') { said.push(t('change.consumables', { n: (now as ReorderSettings).consumables.length })); continue }
    const show = (v: unknown) => typeof v === 'string' && v.startsWith('P') ? duration(v)
      : typeof v === 'number' ? /percent/i.test(key) ? percent(v) : number(v) : String(v ?? '–')
    const word = `change.${key}`
    said.push(has(word) ? t(word as Key, { now: show(b[key]), was: show(a[key]) }) : `${key}: ${show(b[key])}`)
  }
  return said
}
export { couponText }
