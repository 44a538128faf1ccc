import { useState } from 'preact/hooks'
import { post, useLoad } from '../api'
import type { Screen } from '../app'
import { duration } from '../duration'
import { ago, has, number, percent, t, T, when, type Key } from '../i18n'
import type { HealthState, Topic } from '../model'
import { Link, useArrival } from '../router'
import { nowOf, store } from '../store'
import { Button } from '../ui/controls'
import { Glyph, Tick } from '../ui/marks'
import { Loading, toast, Trouble, troubleOf } from '../ui/states'

const Main: Screen = () => {
  const load = useLoad<HealthState>('health')
  const h = load.data
  useArrival(`${t('nav.health')} · ${store.get()?.name ?? ''}`, !!h)
  if (!h) return <>{load.error ? <><h1>{t('nav.health')}</h1><Trouble error={load.error} retry={() => void load.reload()} /></> : <Loading rows={[20, 70, 50, 100, 100, 100]} big />}</>
  const now = nowOf(h)
  const platform = store.get()?.platform ?? 'shopify'
  return <div aria-busy={load.busy || undefined}>
    <p class="eyebrow">{t('health.checked', { ago: ago(now, now) })} <button type="button" class="linkbtn" onClick={() => void load.reload()}>{t('health.again')}</button></p>
    <h1 class="lede near-top"><T k={`health.${h.state}`} /> {h.unreadable.count > 0 && <T k="health.unread" v={{ n: h.unreadable.count }} />}</h1>
    <p class="sub">{h.lastEventAt ? t('health.last', { ago: ago(h.lastEventAt, now) }) : t('health.never')} {t(h.state === 'arriving' ? 'health.nothingLost' : 'health.whatNow')}</p>
    {h.unreadable.count > 0 && <section class="section near"><h2>{t('health.unreadHead')}</h2><Unread of={h} now={now} reload={() => void load.reload()} /></section>}
    {h.poison.count > 0 && <section class="section near"><h2>{t('health.asideHead')}</h2><Aside of={h} now={now} reload={() => void load.reload()} /></section>}
    <section class="section"><div class="head"><h2>{t('health.tells')}</h2><span class="small muted">{t('health.line')}</span></div>
      <table><thead><tr><th scope="col">{t('col.topic')}</th><th scope="col">{t('col.last')}</th><th scope="col" class="num">{t('col.today')}</th><th scope="col" class="num opt">{t('col.usual')}</th><th scope="col" class="opt"><span class="vh">{t('col.trend')}</span></th><th scope="col">{t('col.state')}</th></tr></thead>
        <tbody>{h.topics.map(x => <tr key={x.topic}><td><b>{t(`topic.${x.topic}` as Key)}</b></td><td>{x.lastAt ? ago(x.lastAt, now) : t('never')}</td><td class="num">{number(x.today)}</td><td class="num opt">{x.usual === null ? '–' : number(x.usual)}</td><td class="opt"><Spark of={x.hours} /></td><td class="st"><State of={x} /></td></tr>)}</tbody></table>
      {h.topics.filter(x => x.why).map(x => <p class="hint" key={x.topic}><bdi>{x.why}</bdi></p>)}
      {h.reconciled && <p class="hint roomy-s">{t('health.reconciled', { platform: platform === 'shopify' ? 'Shopify' : 'WooCommerce' })} {h.reconciled.found ? t('health.found', { n: h.reconciled.found }) : t('health.foundNone')} {h.reconciled.last && h.reconciled.last.found > 0 && t('health.foundBefore', { when: when(h.reconciled.last.at, now, false), n: h.reconciled.last.found })}</p>}
      {h.check?.why && <p class="hint"><bdi>{h.check.why}</bdi></p>}
      <p class="roomy-s"><LookAgain platform={platform} /></p>
    </section>
    <section class="section halves"><div><h2>{t('work.head')}</h2><dl class="kv">
      <dt>{t('work.events')}</dt><dd>{number(h.work.events)}</dd><dt>{t('work.due')}</dt><dd>{number(h.work.due)}</dd><dt>{t('work.oldest')}</dt><dd>{h.work.oldestDue ? duration(h.work.oldestDue) : t('none')}</dd><dt>{t('work.prices')}</dt><dd>{number(h.work.fanOuts)}</dd><dt>{t('work.aside')}</dt><dd>{number(h.poison.count)}</dd></dl></div>
      <div><h2>{t('way.head')}</h2><dl class="kv"><dt>{t('way.provider', { channel: t('channel.email'), name: h.email.provider === 'Outbox' ? t('outbox') : h.email.provider })}</dt><dd>{t('way.accepted', { n: h.email.accepted, of: h.email.sent })}</dd>
        <dt>{t('way.bounced', { days: h.email.days })}</dt><dd>{t('way.of', { n: h.email.bounced, of: h.email.of, percent: percent(h.email.of ? h.email.bounced / h.email.of * 100 : 0) })}</dd><dt>{t('way.spam', { days: h.email.days })}</dt><dd>{number(h.email.complained)}</dd>
        {h.sms && <><dt>{t('way.provider', { channel: t('channel.sms'), name: h.sms.provider === 'Outbox' ? t('outbox') : h.sms.provider })}</dt><dd>{t('way.delivered', { n: h.sms.delivered, of: h.sms.sent })}</dd></>}
        <dt>{t('way.unknown')}</dt><dd>{h.unknown.length ? <Link to="/activity?outcome=failed">{number(h.unknown.length)}</Link> : number(0)}</dd></dl></div></section>
  </div>
}
export default Main

/** Those of one topic are one line: they have one cause. */
function Unread({ of, now, reload }: { of: HealthState; now: string; reload: () => void }) {
  const groups = [...new Set(of.unreadable.items.map(i => i.topic))].map(topic => of.unreadable.items.filter(i => i.topic === topic))
  const [open, setOpen] = useState<string | null>(null)
  const [busy, setBusy] = useState<string | null>(null)
  const run = async (ids: string[], key: string) => {
    setBusy(key)
    let read = 0, left = 0
    try {
      for (const id of ids) {
        const { data } = await post<{ outcome: string }>(`unreadable/${encodeURIComponent(id)}/run`)
        if (data.outcome === 'unreadable') left++
        else read++
      }
      toast(left ? t('run.still', { n: left }) : t('run.read', { n: read }))
    } catch (e) { toast(troubleOf(e as Error)) }
    setBusy(null)
    reload()
  }
  return <>{groups.map(group => {
    const key = group[0]!.topic, name = topicName(key)
    return <div class="bad-box" key={key}><div><b>{t('health.group', { n: group.length, topic: name, when: when(group[0]!.receivedAt, now) })}</b>
      <p class="small soft"><bdi>{group[0]!.reason}</bdi> {t('health.kept')}</p>
      {open === key && <ul class="rows small">{group.map(i => <li key={i.id}><span class="grow"><bdi>{i.reason}</bdi><br /><span class="muted">{when(i.receivedAt, now)}{t('comma')}{t('bytes', { n: i.length })}</span></span>{i.canRun && <button type="button" class="linkbtn" onClick={() => void run([i.id], key)}>{t('run.again')}</button>}</li>)}</ul>}</div>
      <div class="btns"><Button kind="plain" aria-expanded={open === key} onClick={() => setOpen(open === key ? null : key)}>{t(open === key ? 'run.hide' : 'run.see')}</Button>
        {group.some(i => i.canRun) && <Button busy={busy === key && t('run.busy')} onClick={() => void run(group.filter(i => i.canRun).map(i => i.id), key)}>{t('run.again')}</Button>}</div></div>
  })}</>
}
const topicName = (topic: string): string => {
  const word = topic.replace(/[./].*$/, '')
  return has(`topic.${word}`) ? t(`topic.${word}` as Key) : has(`topic.${word}s`) ? t(`topic.${word}s` as Key) : topic
}

function Aside({ of, now, reload }: { of: HealthState; now: string; reload: () => void }) {
  const [busy, setBusy] = useState<string | null>(null)
  const run = async (id: string) => {
    setBusy(id)
    try { await post(`poison/${encodeURIComponent(id)}/run`); toast(t('run.queued')) } catch (e) { toast(troubleOf(e as Error)) }
    setBusy(null)
    reload()
  }
  return <>{of.poison.items.map(p => <div class="bad-box" key={p.id}><div><b>{t(has(`queue.${p.queue}`) ? `queue.${p.queue}` as Key : 'queue.other')}{t('comma')}{when(p.poisonedAt, now)}</b><p class="small soft">{p.reason ? <bdi>{p.reason}</bdi> : t('health.noReason')} {p.attempts ? t('health.attempts', { n: p.attempts }) : ''}</p></div>
    <div class="btns"><Button busy={busy === p.id && t('run.busy')} onClick={() => void run(p.id)}>{t('run.again')}</Button></div></div>)}</>
}

function State({ of }: { of: Topic }) {
  const good = of.state === 'arriving' || of.state === 'quiet'
  if (of.unreadable > 0) return <span class="out wait"><Glyph of="waiting" />{t('state.unread', { n: of.unreadable })}</span>
  const word = has(`state.${of.state}`) ? t(`state.${of.state}` as Key) : of.state
  return good ? <span class={`out ${of.state === 'arriving' ? 'sent' : 'quiet'}`}>{of.state === 'arriving' ? <Tick /> : <Glyph of="silent" />}{word}</span>
    : <span class={`out ${of.state === 'stopped' ? 'stop' : 'wait'}`}><Glyph of={of.state === 'stopped' ? 'failed' : 'waiting'} />{word}</span>
}

function Spark({ of }: { of: number[] }) {
  if (of.length < 2) return null
  const most = Math.max(1, ...of)
  return <svg class="spark" viewBox="0 0 112 20" preserveAspectRatio="none" aria-hidden="true"><path d={of.map((n, i) => `${i ? 'L' : 'M'}${(i / (of.length - 1) * 112).toFixed(1)} ${(18.5 - n / most * 16).toFixed(1)}`).join('')} vector-effect="non-scaling-stroke" /></svg>
}

function LookAgain({ platform }: { platform: 'shopify' | 'woocommerce' }) {
  const [busy, setBusy] = useState(false)
  const look = async () => {
    setBusy(true)
    try { await post(`${platform}/check`); toast(t('health.looking')) } catch (e) { toast(troubleOf(e as Error)) }
    setBusy(false)
  }
  return <Button busy={busy && t('health.asking')} onClick={() => void look()}>{t('health.look')}</Button>
}
