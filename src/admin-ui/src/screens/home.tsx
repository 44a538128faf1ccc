import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { del, get, put, useLoad } from '../api'
import type { Screen } from '../app'
import { duration } from '../duration'
import { cityOf, hourOf, list, money, number, onDay, shortDay, t, T, time, weekday, when, type Key } from '../i18n'
import type { ChannelSettings, Home, Outcome } from '../model'
import { Link, useArrival } from '../router'
import { nowOf, store } from '../store'
import { Button } from '../ui/controls'
import { Glyph } from '../ui/marks'
import { Loading, toast, Trouble, troubleOf } from '../ui/states'
import { automationName, reasonText, stepOf } from '../words'
import { Columns } from '../ui/columns'

const Main: Screen = () => {
  const load = useLoad<Home>('home')
  useArrival(`${t('nav.home')} · ${store.get()?.name ?? ''}`, !!load.data)
  const h = load.data
  if (!h) return load.error ? <><h1>{t('nav.home')}</h1><div class="roomy"><Trouble error={load.error} retry={() => void load.reload()} /></div></> : <Loading rows={[25, 70, 60, 100, 100, 100, 40]} big />
  const now = nowOf(h), zone = store.get()?.timeZone
  const shadow = h.counts.shadow > 0 && h.counts.sent === 0
  return <>
    <p class="eyebrow">{t('home.now', { day: weekday(now), time: time(now), city: zone ? cityOf(zone) : '' })}</p>
    <h1 class="lede near-top"><T k={shadow ? 'home.sentenceShadow' : 'home.sentence'} v={{ sent: h.counts.sent, shadow: h.counts.shadow, waiting: h.counts.waiting, silent: h.counts.silent }} tags={{
      sent: x => <Link to={`/activity?outcome=${shadow ? 'shadow' : 'sent'}`}><strong>{x}</strong></Link>,
      wait: x => <Link to="/activity?outcome=waiting"><strong>{x}</strong></Link>,
      quiet: x => <Link to="/activity?outcome=silent"><strong>{x}</strong></Link>,
    }} /></h1>
    <Strip of={h} now={now} lead={shadow ? 'shadow' : 'sent'} />
    <div class="facts">
      <span><T k="home.heard" v={{ n: h.heard }} /></span>
      {h.oldestDue && <span><T k="home.oldest" v={{ span: <b>{duration(h.oldestDue)}</b> }} /></span>}
      <span><Link to="/health">{t(`home.arriving.${h.arriving}`)}</Link></span>
    </div>
    <div class="section split aside-first">
      <div class="aside"><Needs of={h} now={now} reload={() => void load.reload()} /><Next of={h} now={now} /></div>
      <div>
        <div class="head"><h2>{t('home.why', { n: h.counts.silent })}</h2>{h.counts.silent > 0 && <Link class="small" to="/activity?outcome=silent">{t('home.each')}</Link>}</div>
        {h.silentByReason.length === 0 ? <p class="soft">{t('home.nobodySilent')}</p> : <Bars of={h} />}
        <Recovered of={h} />
      </div>
    </div>
  </>
}
export default Main

/** Above this many marks in a lane, quarter-hour stacks. */
const lanes: Outcome[] = ['sent', 'waiting', 'silent']

function Strip({ of, now, lead }: { of: Home; now: string; lead: 'sent' | 'shadow' }) {
  const from = Date.parse(of.day.from), length = Date.parse(of.day.to) - from
  const share = (at: string) => `${Math.min(100, Math.max(0, (Date.parse(at) - from) / length * 100)).toFixed(2)}%`
  const nowAt = share(now), nowShare = parseFloat(nowAt)
  const shown = lanes.map(lane => lane === 'sent' ? lead : lane)
  const failed = of.counts.failed > 0
  return <div class="strip" role="img" aria-label={t('home.stripLabel', { sent: of.counts[lead], waiting: of.counts.waiting, silent: of.counts.silent })}>
    {[...shown, ...(failed ? ['failed' as const] : [])].map(lane => <>
      <div class="lab"><Glyph of={lane} />{t(`outcome.${lane}`)}<b>{number(of.counts[lane])}</b></div>
      <div class="lane"><span class="now" style={{ insetInlineStart: nowAt }} />
        {of.marks.filter(m => m.outcome === lane).map((m, i) => <Glyph key={i} of={lane} style={{ '--t': share(m.at), ...(m.count > 1 && { '--grow': String(Math.min(1.7, 1 + m.count / 12)) }) }} />)}</div>
    </>)}
    <div class="axis">{[0, 6, 12, 18].map(h => {
      const at = h / 24 * 100
      return Math.abs(at - nowShare) < 5 ? null : <span key={h} class={Math.abs(at - nowShare) < 12 ? 'near' : ''} style={{ '--t': `${at}%` }}>{hourOf(new Date(from + h * 3_600_000))}</span>
    })}<span class="is-now" style={{ '--t': `${Math.min(97, nowShare)}%` }}>{t('home.nowMark')}</span></div>
  </div>
}

function Bars({ of }: { of: Home }) {
  const most = Math.max(...of.silentByReason.map(r => r.count))
  return <ul class="bars near-top">{of.silentByReason.map(r => <li key={r.reason}>
    <Link to={`/activity?outcome=silent&reason=${r.reason}`}>{reasonText(r.reason)}</Link><span class="bar" style={{ '--v': `${r.count / most * 100}%` }} aria-hidden="true" /><span class="n">{number(r.count)}</span></li>)}</ul>
}

function Next({ of, now }: { of: Home; now: string }) {
  return <section><h2>{t('home.next')}</h2>
    {of.next.length === 0 ? <p class="small soft"><b>{t('home.nobodyWaits')}</b><br />{t('home.nobodyWaitsText')}</p>
      : <ul class="rows next small">{of.next.map(n => <li key={n.id}><time dateTime={n.at}>{Date.parse(n.at) < Date.parse(of.day.to) ? time(n.at) : when(n.at, now, false)}</time><span class="grow"><Link class="who" to={`/customers/${n.customer.key}`}><bdi>{n.customer.name ?? t('person.unnamed')}</bdi></Link><br />
        <span class="soft">{stepOf(n.automation, n.step, n.channel, n.items)}</span></span></li>)}</ul>}
    {of.counts.waiting > of.next.length && <p class="small all"><Link to="/activity?outcome=waiting">{t('home.allWaiting', { n: of.counts.waiting })}</Link></p>}
  </section>
}

/** What only the merchant can do: one box, what is most pressing first. */
function Needs({ of, now, reload }: { of: Home; now: string; reload: () => void }) {
  const items: { id: string; head: string; text: ComponentChildren; act?: ComponentChildren }[] = []
  const [busy, setBusy] = useState<string | null>(null)
  const run = (id: string, work: () => Promise<unknown>, done: string) => async () => {
    setBusy(id)
    try { await work(); toast(done); reload() } catch (e) { toast(troubleOf(e as Error)) }
    setBusy(null)
  }
  const facts = store.get()
  for (const todo of of.notices.toDo) items.push({ id: todo.code, head: word(`todo.${todo.code}.head`, 'todo.other'), text: word(`todo.${todo.code}.text`, null) || <bdi>{todo.why}</bdi>, act: todo.code === 'connect-again' && <Link class="btn" to="/settings/store">{t('nav.settings')}</Link> })
  for (const hold of of.notices.holds) items.push({
    id: hold.what, head: t('hold.head', { what: holdName(hold.what) }), text: word(`hold.${hold.code}`, null) || <bdi>{hold.why}</bdi>,
    act: hold.mayRelease && <Button busy={busy === hold.what && t('hold.busy')} onClick={() => void run(hold.what, () => del(`holds/${hold.what}`), t('hold.done', { what: holdName(hold.what) }))()}>{t('hold.release')}</Button>,
  })
  for (const channel of of.notices.budgetsSpent) items.push({ id: `spent-${channel}`, head: t(`spent.${channel}`), text: t('spent.text'), act: <Link class="btn" to="/settings/senders">{t('spent.set')}</Link> })
  if (of.texts?.stopsAt && !of.notices.budgetsSpent.includes('sms')) {
    const more = Math.ceil(of.texts.monthlyBudget * 1.25 / 10) * 10
    items.push({
      id: 'texts', head: t('texts.stop', { day: onDay(of.texts.stopsAt, now) }), text: t('texts.spent', { used: of.texts.used, of: of.texts.monthlyBudget }),
      act: <Button busy={busy === 'texts' && t('saving')} onClick={() => void run('texts', () => raise(more), t('texts.raised', { n: more }))()}>{t('texts.raise', { n: more })}</Button>,
    })
  }
  if (of.otherSender) items.push({ id: 'other', head: t('other.head', { name: of.otherSender.name }), text: of.otherSender.people ? t('other.people', { n: of.otherSender.people, name: of.otherSender.name }) : t('other.text'),
    act: facts?.adminUrl && <a class="btn" href={facts.platform === 'shopify' ? `${facts.adminUrl}/marketing/automations` : `${facts.adminUrl}plugins.php`} target="_blank" rel="noreferrer">{t('other.show')}</a> })
  if (of.notices.unknown.length) items.push({ id: 'unknown', head: t('unknown.head', { n: of.notices.unknown.length }), text: t('unknown.text'), act: <Link class="btn" to="/activity?outcome=failed">{t('unknown.see')}</Link> })
  if (items.length === 0) return null
  return <section><h2>{t('home.needs')}</h2><div class="needs">{items.map(i => <div key={i.id}><h3>{i.head}</h3><p>{i.text}</p>{i.act && <div class="btns">{i.act}</div>}</div>)}</div></section>
}
const word = (key: string, fallback: Key | null): string => { const text = t(key as Key); return text !== key ? text : fallback ? t(fallback) : '' }
const holdName = (what: string): string => word(`hold.what.${what}`, null) || (what === 'email' || what === 'sms' ? t(`channel.${what}`) : automationName(what as 'price-drop'))

async function raise(to: number) {
  const { etag } = await get<ChannelSettings>('channels/sms')
  await put('channels/sms', { monthlyBudget: to }, etag)
}

function Recovered({ of }: { of: Home }) {
  const r = of.recovered
  return <div class="section"><h2>{t('recovered.head', { days: r.days })}</h2>
    {r.messages === 0 && r.orders === 0 ? <p class="soft">{t('recovered.none')}</p> : <>
      <p class="money-big">{r.totals.length ? list(r.totals.map(money)) : t('recovered.nothing')} <span class="soft">{t('recovered.from', { orders: r.orders, messages: r.messages })}</span></p>
      <Columns days={r.byDay} label={t('recovered.label', { from: shortDay(r.byDay[0]?.day ?? nowOf(of)), to: shortDay(r.byDay.at(-1)?.day ?? nowOf(of)) })} /></>}
    <p class="hint roomy-s">{t('recovered.how')}</p></div>
}
