import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Problem, useLoad } from '../api'
import { duration } from '../duration'
import { Cash, countryName, has, money, since, T, t, time, when, type Key, type Money } from '../i18n'
import type { Check, DecisionLine, Explanation, Outcome } from '../model'
import { outcomeOf } from '../model'
import { nowOf, store } from '../store'
import { Glyph, Tick } from '../ui/marks'
import { Loading } from '../ui/states'
import { automationName, channelName, reasonSentence, verdict } from '../words'

/** The order in which guards speak: the first that objects wins. */
const checks = ['mode', 'bought', 'permission', 'suppression', 'freshness', 'stock', 'cap', 'pace', 'quiet-hours', 'arbiter'] as const
const checkOf: Record<string, typeof checks[number]> = {
  'automation-off': 'mode', 'store-inactive': 'mode', 'no-plan': 'mode', 'other-sender': 'mode', 'too-many-complaints': 'mode', 'sender-refused': 'mode',
  'already-bought': 'bought', 'recent-purchase': 'bought',
  'no-permission': 'permission', 'no-address': 'permission', 'no-postal-address': 'permission', 'foreign-sender': 'permission',
  unsubscribed: 'suppression', bounced: 'suppression', complained: 'suppression', 'topic-declined': 'suppression',
  'cart-still-fresh': 'freshness', 'step-not-due': 'freshness', 'cart-empty': 'freshness', 'cart-gone': 'freshness', 'cart-moved': 'freshness', 'newer-cart': 'freshness', 'too-late': 'freshness', 'series-done': 'freshness',
  'price-rose': 'freshness', 'drop-too-small': 'freshness', 'no-price': 'freshness', 'no-price-seen': 'freshness', 'currency-differs': 'freshness', 'interest-faded': 'freshness', 'not-used-up': 'freshness', 'not-replenished': 'freshness', 'put-off': 'freshness',
  'out-of-stock': 'stock', capped: 'cap', 'sms-budget-spent': 'cap', 'mail-budget-spent': 'cap', 'one-text-per-cart': 'cap', 'text-too-long': 'cap', paced: 'pace', 'quiet-hours': 'quiet-hours', 'no-window': 'quiet-hours', 'another-first': 'arbiter',
}

/** What can be told without asking: who objected, and who had spoken before. */
function ladderOf(d: DecisionLine): Check[] {
  const hit = checkOf[d.reason]
  const at = hit ? checks.indexOf(hit) : checks.length
  return checks.map((check, i) => i < at ? { check, verdict: 'passed', facts: null } : i === at ? { check, verdict: 'objected', facts: null } : { check, verdict: 'not-asked', facts: null })
}

export function Why({ customer, line, name, id }: { customer: string; line: DecisionLine; name: string | null; id?: string }) {
  const load = useLoad<Explanation>(line.id ? `customers/${customer}/decisions/${encodeURIComponent(line.id)}` : null)
  const told = load.data
  const missing = !line.id || load.error instanceof Problem
  const now = nowOf(null)
  const outcome: Outcome = told?.decision.outcome ?? outcomeOf(line)
  const ladder = told?.checks ?? ladderOf(line)
  const about = told?.about
  const head = line.automation === 'abandoned-cart' && about?.cartAt ? t('why.cartOf', { day: when(about.cartAt, now, false) })
    : about?.titles.length || line.titles?.length ? (about?.titles ?? line.titles)!.join(', ') : null
  return <section class="whybox" aria-labelledby={id}>
    <p class="eyebrow">{automationName(line.automation)}{head && <>{t('comma')}<bdi>{head}</bdi></>}</p>
    <h2 class="verdict" id={id}><Glyph of={outcome} /><span>{verdict(line.automation, outcome, line.reason, line.until ? <span class="nowrap">{when(line.until, now)}</span> : null)}</span></h2>
    <p class="sub small snug">{told ? <Sentence of={told} line={line} name={name} now={now} /> : reasonSentence(line.reason, line.why)}</p>
    {!told && !missing ? <Loading rows={[80, 80]} /> : <Ladder checks={ladder} known={!!told} now={now} />}
    {told && told.flips.length > 0 && <p class="flip"><b>{t('flip.head')}</b> {told.flips.map((f, i) => <>{i ? ' ' : ''}<Flip of={f} now={now} /></>)}</p>}
  </section>
}

/** The facts first, in one or two sentences. */
function Sentence({ of, line, now }: { of: Explanation; line: DecisionLine; name: string | null; now: string }) {
  const bought = of.checks.find(c => c.check === 'bought')?.facts as { at?: string; how?: string; guest?: boolean | null } | null
  const parts: ComponentChildren[] = []
  if (of.about.dueAt) parts.push(t(line.until ? 'why.isDue' : 'why.wasDue', { when: when(of.about.dueAt, now) }))
  if (line.reason === 'already-bought' && bought?.at) parts.push(t(`why.bought.${has(`why.bought.${bought.how}`) ? bought.how as 'this-cart' : bought.guest ? 'guest' : 'any'}` as Key, { when: when(bought.at, now) }))
  else parts.push(reasonSentence(line.reason, line.why))
  return <>{parts.map((p, i) => <>{i ? ' ' : ''}{p}</>)}</>
}

function Ladder({ checks: all, known, now }: { checks: Check[]; known: boolean; now: string }) {
  const [open, set] = useState(false)
  const hit = all.findIndex(c => c.verdict === 'objected')
  const before = hit < 0 ? all.filter(c => c.verdict === 'passed') : all.slice(0, hit)
  const after = hit < 0 ? [] : all.slice(hit + 1)
  const good = known && after.every(c => c.wouldPass)
  return <ol class="ladder">
    {before.map(c => <Rung key={c.check} of={c} now={now} />)}
    {hit >= 0 && <Rung of={all[hit]!} now={now} />}
    {after.length > 0 && (open ? after.map(c => <Rung key={c.check} of={c} now={now} />)
      : <li><span /><span class="off">{t('check.further', { n: after.length })}</span><span class="off">{known ? t(good ? 'check.wouldPass' : 'check.notAll') : t('check.notNeeded')} <button type="button" class="linkbtn" onClick={() => set(true)}>{t('check.show')}</button></span></li>)}
  </ol>
}

function Rung({ of, now }: { of: Check; now: string }) {
  const hit = of.verdict === 'objected', passed = of.verdict === 'passed' || of.wouldPass
  const fact = <Fact of={of} now={now} />
  const mark = hit ? <Glyph of="silent" /> : passed ? <Tick /> : null
  const label = has(`check.${of.check}`) ? t(hit && has(`check.${of.check}.no`) ? `check.${of.check}.no` as Key : `check.${of.check}` as Key) : of.check
  return <li class={hit ? 'hit' : ''}>
    <span class={`mark${passed && !hit ? ' good' : ''}`}>{mark}<span class="vh">{t(hit ? 'check.said.no' : passed ? 'check.said.yes' : 'check.said.none')}</span></span>
    {hit ? <b>{label}</b> : <span class={of.verdict === 'not-asked' ? 'off' : ''}>{label}</span>}<span class={hit ? '' : of.verdict === 'not-asked' ? 'off' : 'soft'}>{fact}</span></li>
}

/** One check's facts, as far as they are known. */
function Fact({ of, now }: { of: Check; now: string }): ComponentChildren {
  const f = (of.facts ?? {}) as Record<string, never> & { at?: string; freeAt?: string; dueAt?: string; since?: string; last?: string; opensAt?: string; channel?: 'email' | 'sms'; price?: Money; seen?: Money; seenAt?: string }
  const any = f as Record<string, unknown>
  switch (of.check) {
    case 'mode': return f.since ? t('fact.since', { day: since(f.since, now) }) : null
    case 'bought': return f.at ? <>{t('fact.yes')} <Order of={any} />{t('comma')}{when(f.at, now)}{any['guest'] ? t('comma') + t('fact.guest') : ''}</> : of.verdict === 'objected' ? t('fact.yes') : t('fact.no')
    case 'permission': return f.channel ? f.at ? t('fact.agreed', { channel: channelName(f.channel), day: since(f.at, now) }) : of.verdict === 'objected' ? t('fact.never', { channel: channelName(f.channel) }) : channelName(f.channel) : null
    case 'suppression': return of.verdict === 'objected' && any['what'] ? <>{t(`fact.${String(any['what'])}` as Key)}{f.at && t('comma') + since(f.at, now)}</> : null
    case 'freshness': return f.price && f.seen ? <T k="fact.price" v={{ now: <Cash of={f.price} />, was: <Cash of={f.seen} /> }} />
      : f.dueAt && any['everyDays'] ? t('fact.rhythm', { day: since(f.dueAt, now), n: Number(any['everyDays']) }) : f.dueAt ? t('fact.due', { when: when(f.dueAt, now) }) : null
    case 'stock': return any['inStock'] === false ? t('fact.soldOut') : any['inStock'] === true ? t('fact.inStock') : null
    case 'cap': return f.last ? t('fact.last', { when: when(f.last, now) }) + (any['most'] ? t('comma') + t('cap.in', { n: Number(any['most']), span: duration(String(any['in'])) }) : '') : any['most'] ? t('cap.in', { n: Number(any['most']), span: duration(String(any['in'])) }) : null
    case 'pace': return f.freeAt ? t('fact.free', { when: when(f.freeAt, now) }) : null
    case 'quiet-hours': return f.opensAt ? t('fact.opens', { when: when(f.opensAt, now), country: any['country'] ? countryName(String(any['country'])) : '' }) : null
    case 'arbiter': return any['automation'] ? automationName(any['automation'] as 'price-drop') : null
    default: return null
  }
}

export function Order({ of }: { of: Record<string, unknown> }) {
  const number = of['order'] ? String(of['order']) : null, id = of['orderId'], facts = store.get()
  if (!number) return null
  const words = t('order', { order: number })
  if (!facts?.adminUrl || !id) return <bdi>{words}</bdi>
  const base = facts.adminUrl.replace(/\/?$/, '/')
  return <a href={facts.platform === 'shopify' ? `${base}orders/${String(id)}` : `${base}post.php?post=${String(id)}&action=edit`} target="_blank" rel="noreferrer"><bdi>{words}</bdi></a>
}

function Flip({ of, now }: { of: Explanation['flips'][number]; now: string }) {
  const at = of.at ? when(of.at, now) : ''
  const first = has(`flip.${of.code}`) ? t(`flip.${of.code}` as Key, { at, time: of.at ? time(of.at) : '', price: of.price ? money(of.price) : '', channel: of.channel ? channelName(of.channel) : '' }) : of.code
  return <>{first} {of.channel && t('flip.then', { step: of.step ?? 1, channel: channelName(of.channel) })}</>
}
