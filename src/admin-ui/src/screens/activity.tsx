import { Fragment } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { get, useLoad } from '../api'
import type { Screen } from '../app'
import { Cash, dayKey, t, time, weekday } from '../i18n'
import type { Activity, ActivityLine, AutomationName, Outcome } from '../model'
import { go, Link, useArrival, usePlace } from '../router'
import { nowOf, store } from '../store'
import { Button, Chips } from '../ui/controls'
import { Glyph, Out } from '../ui/marks'
import { Empty, Part, toast, troubleOf } from '../ui/states'
import { automationName, reasonSentence, reasonText, stepOf } from '../words'
import { Why } from './why'

const outcomes: Outcome[] = ['sent', 'waiting', 'silent', 'shadow', 'failed']
const fewReasons = 4

const Main: Screen = () => {
  const { query } = usePlace()
  const outcome = query.get('outcome') as Outcome | null, reason = query.get('reason'), automation = query.get('automation') as AutomationName | null
  const search = new URLSearchParams()
  if (outcome) search.set('outcome', outcome)
  if (reason) search.set('reason', reason)
  if (automation) search.set('automation', automation)
  const path = `activity${search.size ? '?' + search.toString() : ''}`
  const load = useLoad<Activity>(path)
  const whole = useLoad<Activity>('activity')
  const day = load.data?.day ?? whole.data?.day
  const [all, setAll] = useState(false)
  useArrival(`${t('nav.activity')} · ${store.get()?.name ?? ''}`, true)
  const to = (patch: Record<string, string | null>) => {
    const next = new URLSearchParams(search)
    for (const [key, value] of Object.entries(patch)) if (value) next.set(key, value); else next.delete(key)
    go(`/activity${next.size ? '?' + next.toString() : ''}`)
  }
  const reasons = day?.byReason.filter(r => !outcome || r.outcome === outcome) ?? []
  const shown = all || reasons.length <= fewReasons + 1 ? reasons : reasons.slice(0, fewReasons)
  return <>
    <h1>{t('nav.activity')}</h1><p class="sub tight">{t('activity.sub')}</p>
    <div class="filters">
      <Chips label={t('activity.outcome')} value={outcome ?? ('' as Outcome)} onChange={o => to({ outcome: o && String(o) !== '' ? o : null, reason: null })}
        options={[{ value: '' as Outcome, text: t('all') }, ...outcomes.filter(o => !day || day.counts[o] > 0 || o === outcome || o === 'sent' || o === 'waiting' || o === 'silent').map(o => ({ value: o, text: <><Glyph of={o} {...(o === outcome && { style: { color: 'inherit' } })} />{t(`outcome.${o}`)}</>, count: day?.counts[o] }))]} />
      {(reasons.length > 0 || reason) && <Chips label={t('activity.reason')} value={reason} onChange={r => r === '+' ? setAll(true) : to({ reason: r })}
        options={[...(reason && !shown.some(r => r.reason === reason) ? [{ value: reason, text: reasonText(reason) }] : []), ...shown.map(r => ({ value: r.reason, text: reasonText(r.reason), count: r.count })), ...(shown.length < reasons.length ? [{ value: '+', text: t('activity.more', { n: reasons.length - shown.length }) }] : [])]} />}
      {automation && <Chips label={t('activity.automation')} value={automation} onChange={a => to({ automation: a })} options={[{ value: automation, text: automationName(automation) }]} />}
    </div>
    <Part of={load} rows={[95, 95, 95, 95, 95, 95]}>{data => <Lines key={path} first={data} path={path} filtered={search.size > 0} />}</Part>
  </>
}
export default Main

function Lines({ first, path, filtered }: { first: Activity; path: string; filtered: boolean }) {
  const [more, setMore] = useState<{ items: ActivityLine[]; next: string | null }>({ items: [], next: first.next })
  const [busy, setBusy] = useState(false)
  const [open, setOpen] = useState<string | null>(null)
  useEffect(() => { setMore({ items: [], next: first.next }) }, [first])
  const items = [...first.items, ...more.items]
  const now = nowOf(first)
  const next = more.items.length ? more.next : first.next
  const earlier = async () => {
    setBusy(true)
    try {
      const { data } = await get<Activity>(`${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next!)}`)
      setMore(m => ({ items: [...m.items, ...data.items], next: data.next }))
    } catch (e) { toast(troubleOf(e as Error)) }
    setBusy(false)
  }
  if (items.length === 0) return <Empty head={t(filtered ? 'activity.noneHere' : 'activity.none')}>{t(filtered ? 'activity.noneHereText' : 'activity.noneText')}</Empty>
  const days = [...new Set(items.map(i => dayKey(i.at)))]
  return <>
    <table class="lines">
      <thead><tr><th scope="col">{t('col.time')}</th><th scope="col">{t('col.person')}</th><th scope="col">{t('col.about')}</th><th scope="col">{t('col.outcome')}</th><th scope="col">{t('col.reason')}</th><th scope="col" class="num">{t('col.worth')}</th></tr></thead>
      {days.map(day => <tbody key={day}>
        {(days.length > 1 || day !== dayKey(now)) && <tr class="dayrow"><th scope="rowgroup" colSpan={6}>{day === dayKey(now) ? t('when.todayAlone') : weekday(items.find(i => dayKey(i.at) === day)!.at)}</th></tr>}
        {items.filter(i => dayKey(i.at) === day).map(line => <Line key={line.id} line={line} open={open === line.id} toggle={() => setOpen(open === line.id ? null : line.id)} />)}
      </tbody>)}
    </table>
    <div class="head foot"><span class="small muted">{t('activity.shown', { n: items.length })}</span>{next && <Button busy={busy && t('loading')} onClick={() => void earlier()}>{t('showEarlier')}</Button>}</div>
  </>
}

function Line({ line, open, toggle }: { line: ActivityLine; open: boolean; toggle: () => void }) {
  const [ladder, setLadder] = useState(false)
  const about = line.titles.length ? <>{automationName(line.automation)}{t('comma')}<bdi>{line.titles.join(t('comma'))}</bdi></> : stepOf(line.automation, line.step, null, line.automation === 'price-drop' ? line.items : null)
  const reason = line.outcome === 'sent' ? line.clickedAt ? t('event.clicked') : line.channel ? t('activity.by', { channel: t(`channel.low.${line.channel}`) }) : ''
    : <>{reasonText(line.reason)}{line.order && <>{t('comma')}<bdi>{t('order', { order: line.order })}</bdi></>}</>
  const decision = { ...line, decision: line.outcome === 'waiting' ? 'wait' as const : line.outcome === 'sent' ? 'send' as const : 'skip' as const, facts: null }
  return <Fragment>
    <tr class={open ? 'open' : ''}>
      <td><time dateTime={line.at}>{time(line.at)}</time></td>
      <td><button type="button" class="who" aria-expanded={open} onClick={toggle}><bdi>{line.customer.name ?? t('person.unnamed')}</bdi></button></td>
      <td>{about}</td><td><Out of={line.outcome} /></td><td><span class="why-short">{reason}</span></td><td class="num">{line.worth ? <Cash of={line.worth} /> : ''}</td>
    </tr>
    {open && <tr class="ex"><td colSpan={6}><p>{reasonSentence(line.reason, line.why)}</p>
      {ladder && <div class="roomy"><Why customer={line.customer.key} line={decision} name={line.customer.name} id={`why-${line.id}`} /></div>}
      <p class="acts">{!ladder && <button type="button" class="linkbtn" onClick={() => setLadder(true)}>{t('everyCheck')}</button>} <Link to={`/customers/${line.customer.key}?why=${encodeURIComponent(line.id)}`}>{line.customer.name ? t('activity.open', { name: line.customer.name.split(' ')[0]! }) : t('activity.openAny')}</Link></p></td></tr>}
  </Fragment>
}
