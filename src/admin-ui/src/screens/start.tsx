import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { post, useLoad } from '../api'
import type { Screen } from '../app'
import { list, money, number, t, T, when, has, type Key } from '../i18n'
import type { AnySettings, ImportState, Report, StartState } from '../model'
import { go, Link, useArrival } from '../router'
import { useSetting } from '../setting'
import { nowOf, readStore, store } from '../store'
import { Button } from '../ui/controls'
import { Glyph, Tick, Whole } from '../ui/marks'
import { Loading, Part, toast, Trouble, troubleOf } from '../ui/states'
import { reasonInline } from '../words'
import { Sheet } from '../ui/sheet'

const everyTen = 10_000

const Main: Screen = () => {
  const load = useLoad<StartState>('start')
  const report = useLoad<Report>('report?days=60')
  const s = load.data
  useArrival(`${t('nav.start')} · ${store.get()?.name ?? ''}`, true)
  const reading = s?.steps.find(x => x.import)?.import
  useEffect(() => {
    if (!reading) return
    const again = setInterval(() => void load.reload(), everyTen)
    return () => clearInterval(again)
  }, [!!reading])
  const done = s?.steps.filter(x => x.done).length ?? 0
  return <>
    <h1>{t('nav.start')}</h1>
    {s && <p class="sub tight">{t('start.done', { done, of: s.steps.length })} {t(s.live ? 'start.live' : 'start.nothingSent')}</p>}
    {!s ? load.error ? <Trouble error={load.error} retry={() => void load.reload()} /> : <Loading rows={[100, 100]} />
      : <ul class="done">{s.steps.map(step => <li key={step.step} class={step.done ? '' : 'todo'}><b>{step.done ? <Tick /> : <Glyph of="waiting" />}{stepHead(step)}</b><span class="soft"><StepText of={step} /></span></li>)}</ul>}
    {reading && <Reading of={reading} />}
    <section class="section sixty"><Part of={report} rows={[20, 90, 70, 100]}>{r => <Sixty of={r} />}</Part></section>
    {report.data && <section class="section split"><div><First of={report.data} /></div><div class="aside"><Gap of={report.data} /><Others of={report.data} /></div></section>}
    {s && !s.live && <GoLive of={s} onDone={() => { void load.reload(); void readStore() }} />}
  </>
}
export default Main

const stepHead = (s: StartState['steps'][number]) => t(has(`step.${s.step}.${s.done ? 'done' : 'todo'}`) ? `step.${s.step}.${s.done ? 'done' : 'todo'}` as Key : 'step.other')

function StepText({ of }: { of: StartState['steps'][number] }): ComponentChildren {
  const facts = store.get()
  switch (of.step) {
    case 'connected': return facts ? <>{facts.platform === 'shopify' ? 'Shopify' : 'WooCommerce'}{t('comma')}<bdi>{facts.domain}</bdi></> : null
    case 'history': return of.done ? t('step.history.counts', { orders: of.orders ?? 0, carts: of.carts ?? 0 }) : of.import ? t('step.history.now') : <Take />
    case 'sender': return of.done ? <>{of.from && <><bdi>{of.from}</bdi>{t('comma')}</>}{of.testedAt ? t('step.sender.tested') : <Link to="/settings/senders">{t('step.sender.test')}</Link>}</> : <Link to="/settings/senders">{t('step.sender.choose')}</Link>
    case 'address': return of.done ? t('step.address.text') : <Link to="/settings/look">{t('step.address.set')}</Link>
    case 'other-sender': return <T k="step.other-sender.text" v={{ name: <bdi>{of.name ?? ''}</bdi> }} />
    default: return null
  }
}
function Take() {
  const [busy, setBusy] = useState(false)
  const begin = async () => { setBusy(true); try { await post('imports'); toast(t('step.history.began')) } catch (e) { toast(troubleOf(e as Error)) } setBusy(false) }
  return <button type="button" class="linkbtn" aria-busy={busy} onClick={() => void begin()}>{t('step.history.begin')}</button>
}

function Reading({ of }: { of: ImportState }) {
  const share = of.of ? of.objects / of.of : of.size ? of.bytes / of.size : null
  return <div class="progress"><p class="small"><b>{t('reading.head')}</b><span class="soft">{of.of ? t('reading.of', { n: of.objects, of: of.of }) : t('reading.n', { n: of.objects })}</span></p>
    <progress {...(share !== null && { value: Math.round(share * 100) })} max={100} aria-label={t('reading.head')} /><p class="hint">{t('reading.leave')}</p></div>
}

function Sixty({ of }: { of: Report }) {
  const c = of.carts
  const reach = c.wouldRemind, none = Math.max(0, c.left - c.boughtAnyway - reach)
  const sum = c.worth ? money(c.worth) : null
  const silent = c.byReason.filter(r => !['already-bought', 'recent-purchase'].includes(r.reason)).slice(0, 3)
  if (c.left === 0) return <><p class="eyebrow">{t('sixty.head', { days: of.days })}</p><h2 class="lede near-top">{t('sixty.none')}</h2><p class="sub">{t('sixty.noneText')}</p></>
  const parts = [reach, c.boughtAnyway, none]
  return <>
    <p class="eyebrow">{t('sixty.head', { days: of.days })}</p>
    <h2 class="lede near-top"><T k="sixty.sentence" v={{ left: c.left, bought: c.boughtAnyway, reach }} tags={{ b: x => <strong>{x}</strong> }} /></h2>
    <Whole parts={[{ n: reach, kind: 'a' }, { n: c.boughtAnyway, kind: 'b' }, { n: none, kind: 'c' }]} label={t('sixty.label', { left: c.left, reach, bought: c.boughtAnyway, none })} />
    <ul class="parts" style={{ '--parts': Math.min(...parts) * 7 < c.left ? 'repeat(3, minmax(0, 1fr))' : parts.map(n => `${n}fr`).join(' ') }}>
      <li><b class="big">{number(reach)}</b><strong>{t('sixty.reminded', { n: reach })}</strong><span class="soft">{c.byEmail !== undefined && t('sixty.ways', { mail: c.byEmail, sms: c.bySmsOnly ?? 0 })} {sum && <T k="sixty.worth" v={{ sum: <bdi class="nowrap">{sum}</bdi> }} />} {t('sixty.promise')}</span></li>
      <li><b class="big">{number(c.boughtAnyway)}</b><strong>{t('sixty.bought', { n: c.boughtAnyway })}</strong><span class="soft">{t('sixty.boughtText')}</span></li>
      <li><b class="big">{number(none)}</b><strong>{t('sixty.none3', { n: none })}</strong><span class="soft">{none > 0 && list(silent.map(r => has(`sixty.why.${r.reason}`) ? t(`sixty.why.${r.reason}` as Key, { n: r.count }) : t('sixty.reason', { n: r.count, reason: reasonInline(r.reason) }))) + '.'}</span></li>
    </ul>
    {!of.isComplete && <p class="hint">{t('sixty.partly')}</p>}
  </>
}

function First({ of }: { of: Report }) {
  const mail = of.firstMessages.find(m => m.automation === 'abandoned-cart') ?? of.firstMessages[0]
  if (!mail) return <><h2>{t('first.head')}</h2><p class="soft">{t('first.none')}</p></>
  return <><div class="head"><h2>{mail.name ? t('first.as', { name: mail.name.split(' ')[0]! }) : t('first.head')}</h2></div>
    <Sheet subject={mail.subject} html={mail.html} text={mail.text} meta={[[t('first.when'), when(mail.at, of.to)], ...(mail.name ? [[t('first.to'), mail.name] as [string, string]] : [])]} /></>
}

function Gap({ of }: { of: Report }) {
  const never = of.carts.byReason.find(r => r.reason === 'no-permission')?.count ?? 0
  if (never === 0) return null
  return <section><h2>{t('gap.head')}</h2><p class="small soft">{t('gap.text', { n: never })}</p><p class="small roomy-s"><Link to="/settings/permission">{t('gap.how')}</Link></p></section>
}
function Others({ of }: { of: Report }) {
  return <section><h2>{t('others.head')}</h2><ul class="small stack others"><li><b>{t('automation.price-drop')}</b><br /><span class="soft">{t('others.drops', { drops: of.priceDrops.drops, n: of.priceDrops.wouldTell })}</span></li>
    <li><b>{t('automation.replenishment')}</b><br /><span class="soft">{t('others.reorders', { due: of.reorders.due, n: of.reorders.wouldRemind })}</span></li></ul>
    <p class="small roomy-s"><Link to="/automations">{t('others.on')}</Link></p></section>
}

function GoLive({ of, onDone }: { of: StartState; onDone: () => void }) {
  const rule = useSetting<AnySettings>('automations/abandoned-cart', () => t('live.done'), ['automations', 'home', 'start'])
  const blocked = of.steps.some(s => ['sender', 'address'].includes(s.step) && !s.done)
  const now = nowOf(of)
  return <section class="golive"><div><h2>{t('live.head')}</h2><p class="soft">{of.perDay ? t('live.perDay', { n: Math.max(1, Math.round(of.perDay)) }) : ''} {t('live.waiting', { n: of.waiting })} {of.firstDue && t('live.first', { when: when(of.firstDue, now) })} {t('live.old')}</p>
    {blocked && <p class="small held">{t('live.blocked')}</p>}</div>
    <div class="btns"><Button kind="plain" onClick={() => go('/')}>{t('live.stay')}</Button><Button kind="big" busy={rule.saving && t('live.busy')} disabled={!rule.saved} onClick={() => void rule.save({ mode: 'live' } as Partial<AnySettings>).then(ok => { if (ok) { onDone(); go('/') } })}>{t('live.go')}</Button></div></section>
}
