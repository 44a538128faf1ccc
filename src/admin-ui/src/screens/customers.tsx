import { useEffect, useState } from 'preact/hooks'
import { del, get, post, Problem, useLoad } from '../api'
import { findPeople, People, type Screen } from '../app'
import { Cash, dayKey, has, language as spoken, since, T, t, time, weekday, when, type Key, type Money } from '../i18n'
import type { Activity, Customer, DecisionLine, Outcome, Proof, Summary, Timeline, TimelineItem } from '../model'
import { outcomeOf } from '../model'
import { go, Link, useArrival, usePlace } from '../router'
import { nowOf, store } from '../store'
import { Button, Chips, TextIn } from '../ui/controls'
import { Glyph, Out, Tick } from '../ui/marks'
import { Dialog, Empty, Loading, Part, toast, Trouble, troubleOf } from '../ui/states'
import { duration } from '../duration'
import { automationName, reasonInline, reasonSentence, stepOf, verdict } from '../words'
import { Order, Why } from './why'

const Main: Screen = ({ rest }) => rest[0] ? <One key={rest[0]} id={rest[0]} /> : <Search />
export default Main

function Search() {
  const [text, setText] = useState('')
  const [found, setFound] = useState<Summary[] | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const lately = useLoad<Activity>('activity?limit=12')
  useArrival(`${t('nav.customers')} · ${store.get()?.name ?? ''}`, true)
  const search = async (event: Event) => {
    event.preventDefault()
    if (!text.trim()) return
    setBusy(true)
    setError(null)
    setFound(null)
    try {
      const items = await findPeople(text)
      if (items.length === 1) { go(`/customers/${items[0]!.key}`); return }
      setFound(items)
    } catch (e) { setError(e as Error) }
    setBusy(false)
  }
  return <>
    <h1>{t('nav.customers')}</h1><p class="sub tight">{t('customers.sub')}</p>
    <form class="inline-form roomy" role="search" aria-label={t('nav.customers')} onSubmit={e => void search(e)}>
      <TextIn label={t('find.label')} value={text} onInput={v => { setText(v); setFound(null); setError(null) }} hint={t('customers.hint')} autocomplete="off" spellcheck={false}
        bad={error instanceof Problem && error.status === 400 ? t('customers.refused') : undefined} />
      <Button type="submit" busy={busy && t('searching')} disabled={!text.trim()}>{t('customers.find')}</Button>
    </form>
    {error && !(error instanceof Problem && error.status === 400) && <Trouble error={error} />}
    {found?.length === 0 && <Empty head={t('find.nobody')}>{t('customers.nobodyHint')}</Empty>}
    {!!found?.length && <ul class="rows">{found.map(one => <li key={one.key}><Link class="grow who-link" to={`/customers/${one.key}`}><People of={one} /></Link></li>)}</ul>}
    <section class="section"><h2>{t('customers.lately')}</h2>
      <Part of={lately} quiet rows={[90, 90, 90, 90]}>{data => data.items.length === 0 ? <p class="soft">{t('customers.none')}</p>
        : <ul class="rows">{unique(data.items).map(line => <li key={line.id}><span class="grow"><Link class="who" to={`/customers/${line.customer.key}`}><bdi>{line.customer.name ?? t('person.unnamed')}</bdi></Link><br />
          <span class="small soft">{stepOf(line.automation, line.step, null)}</span></span><span class="small"><Out of={line.outcome} /></span><span class="small muted nowrap">{when(line.at, nowOf(data))}</span></li>)}</ul>}</Part>
    </section>
  </>
}
const unique = (items: Activity['items']) => items.filter((x, i) => items.findIndex(y => y.customer.key === x.customer.key) === i).slice(0, 8)

function One({ id }: { id: string }) {
  const load = useLoad<Customer>(`customers/${encodeURIComponent(id)}`)
  const { query } = usePlace()
  const data = load.data
  useArrival(`${data?.name ?? t('nav.customers')} · ${store.get()?.name ?? ''}`, !!data)
  if (!data) return <><p class="crumb"><Link to="/customers">{t('nav.customers')}</Link></p>
    {load.error ? load.error instanceof Problem && load.error.status === 404 ? <><h1>{t('customer.gone')}</h1><p class="sub">{t('customer.goneText')}</p></> : <Trouble error={load.error} retry={() => void load.reload()} /> : <Loading rows={[30, 60, 60, 100, 100, 100]} big />}</>
  const lines = [...data.decisions].reverse()
  const pressed = lines.find(l => l.id === query.get('why')) ?? lines.find(l => outcomeOf(l) !== 'waiting' || l.reason !== 'not-used-up') ?? lines[0]
  const now = nowOf(null)
  return <>
    <p class="crumb"><Link to="/customers">{t('nav.customers')}</Link></p>
    <Head of={data} now={now} />
    <div class="section split three near">
      <div>{pressed ? <Why key={pressed.id ?? pressed.at} customer={data.key} line={pressed} name={data.name ?? null} id="why" /> : <Empty head={t('customer.nothing')}>{t('customer.nothingText')}</Empty>}</div>
      <div class="aside">
        <section><h2>{t('customer.now')}</h2><RightNow of={data} lines={lines} now={now} /></section>
        <section><h2>{t('customer.messages')}</h2><Lately of={data} now={now} /></section>
      </div>
      <div class="after"><Story of={data} lines={lines} now={now} /></div>
    </div>
  </>
}

function Head({ of, now }: { of: Customer; now: string }) {
  const [erasing, setErasing] = useState(false)
  const [busy, setBusy] = useState<string | null>(null)
  const count = of.orderCount ?? of.orders.length
  const total: Money | null = of.orderTotal ?? sum(of)
  const ask = async () => {
    setBusy('export')
    try { await post(`customers/${of.key}/export`); toast(t('customer.exported'), undefined) } catch (e) { toast(troubleOf(e as Error)) }
    setBusy(null)
  }
  const erase = async () => {
    setBusy('erase')
    try { await del(`customers/${of.key}`); setErasing(false); toast(t('customer.erased')); go('/customers', true) } catch (e) { toast(troubleOf(e as Error)); setErasing(false) }
    setBusy(null)
  }
  return <div class="head"><div><h1><bdi>{of.name ?? t('person.unnamed')}</bdi></h1>
    <p class="meta">{of.email && <bdi dir="ltr">{of.email}</bdi>}{of.phone && <bdi dir="ltr">{of.phone}</bdi>}
      <span>{of.since && <>{t('customer.since', { day: since(of.since, now) })}{t('comma')}</>}<T k="customer.orders" v={{ n: count, total: total && count > 0 ? <>{t('comma')}<Cash of={total} /></> : '' }} /></span>
      {of.language && <span>{t('customer.shopsIn', { language: new Intl.DisplayNames(spoken, { type: 'language' }).of(of.language) ?? of.language })}</span>}</p>
    <p class="meta"><Consent of={of} channel="email" now={now} /><Consent of={of} channel="sms" now={now} /></p></div>
    <div class="btns"><Button busy={busy === 'export' && t('customer.exporting')} onClick={() => void ask()}>{t('customer.export')}</Button><Button onClick={() => setErasing(true)}>{t('customer.erase')}</Button></div>
    {erasing && <Dialog title={t('erase.head', { name: of.name ?? t('person.unnamed') })} onClose={() => setErasing(false)}
      actions={<><Button onClick={() => setErasing(false)}>{t('erase.keep')}</Button><Button kind="primary" busy={busy === 'erase' && t('erase.busy')} onClick={() => void erase()}>{t('erase.do')}</Button></>}>
      <p>{t('erase.what')}</p><ul class="bullets"><li>{t('erase.address')}</li><li>{t('erase.orders', { n: count })}</li><li>{t('erase.messages', { n: of.messages.length })}</li></ul><p class="soft small">{t('erase.stays')}</p></Dialog>}
  </div>
}
function sum(of: Customer): Money | null {
  const paid = of.orders.filter(o => o.total !== null && o.currency)
  const currency = paid[0]?.currency
  return currency && paid.every(o => o.currency === currency) ? { amount: paid.reduce((n, o) => n + o.total!, 0), currency } : null
}

/** The newest word on a channel, with where and when. */
function Consent({ of, channel, now }: { of: Customer; channel: 'email' | 'sms'; now: string }) {
  const no = of.permissions.find(p => p.channel === channel && ['unsubscribed', 'bounced', 'complained'].includes(p.state))
  const said = no ?? of.permissions.find(p => p.channel === channel && !p.topic)
  const good = said && !no && /^(granted|subscribed|express|confirmed|given|single|double)/.test(said.state)
  const state = !said ? 'never' : good ? 'agreed' : has(`consent.${said.state}`) ? said.state : 'never'
  return <span>{good ? <span class="good"><Tick /></span> : <Glyph of="silent" />} {t('consent.line', { channel: t(`channel.${channel}`), what: t(`consent.${state}` as Key, { source: said?.source ? sourceText(said.source) : '', day: said?.at ? since(said.at, now) : '' }) })}</span>
}
const sourceText = (source: string) => has(`source.${source}`) ? t(`source.${source}` as Key) : source

function RightNow({ of, lines, now }: { of: Customer; lines: DecisionLine[]; now: string }) {
  const newest = (['abandoned-cart', 'price-drop', 'replenishment'] as const).map(name => ({ name, line: lines.find(l => l.automation === name && (l.current ?? true) && outcomeOf(l) === 'waiting') ?? lines.find(l => l.automation === name) }))
  return <>{newest.map(({ name, line }) => {
    const shown = line && (outcomeOf(line) === 'waiting' || name !== 'abandoned-cart' || of.openCarts.length > 0) ? line : undefined
    return <div class="dec" key={name}><h3>{automationName(name)}</h3>
      {shown ? <><Out of={outcomeOf(shown)}>{outcomeOf(shown) === 'waiting' && shown.until ? <T k="verdict.waits" v={{ until: when(shown.until, now) }} /> : t(`outcome.${outcomeOf(shown)}`)}</Out><p>{shown.titles?.length ? <><bdi>{shown.titles.join(t('comma'))}</bdi>. </> : null}{reasonSentence(shown.reason, shown.why)}</p></>
        : <><Out of="silent" /><p>{t(`nothing.${name}`)}</p></>}</div>
  })}</>
}

function Lately({ of, now }: { of: Customer; now: string }) {
  const month = of.messages.filter(m => m.status !== 'failed' && Date.parse(now) - Date.parse(m.at) < 30 * 86_400_000)
  const email = of.limits?.email
  return <p class="small soft">{t('lately.count', { n: month.length })} {email && (email.freeAt && Date.parse(email.freeAt) > Date.parse(now) ? t('lately.full', { when: when(email.freeAt, now) }) : t('lately.room', { n: Math.max(0, email.most - email.used), span: duration(email.in) }))}</p>
}

/* ---- what happened ---- */
type Kind = 'messages' | 'decisions' | 'consents'

function Story({ of, lines, now }: { of: Customer; lines: DecisionLine[]; now: string }) {
  const { query } = usePlace()
  const kind = query.get('show') as Kind | null
  const path = `customers/${of.key}/timeline${kind ? `?kind=${kind}` : ''}`
  const load = useLoad<Timeline>(path)
  const [more, setMore] = useState<{ path: string; items: TimelineItem[]; next: string | null; busy: boolean }>({ path, items: [], next: null, busy: false })
  useEffect(() => setMore({ path, items: [], next: null, busy: false }), [path])
  const missing = load.error instanceof Problem && load.error.status === 404
  const first = load.data?.items ?? (missing ? fromRecord(of, lines, kind) : null)
  const items = first && [...first, ...(more.path === path ? more.items : [])]
  const next = more.items.length ? more.next : load.data?.next ?? null
  const earlier = async () => {
    setMore(m => ({ ...m, busy: true }))
    try { const { data } = await get<Timeline>(`${path}${kind ? '&' : '?'}cursor=${encodeURIComponent(next!)}`); setMore(m => ({ path, items: [...m.items, ...data.items], next: data.next, busy: false })) }
    catch (e) { toast(troubleOf(e as Error)); setMore(m => ({ ...m, busy: false })) }
  }
  const show = (k: Kind | null) => go(`/customers/${of.key}${k ? `?show=${k}` : ''}`, true)
  return <div class="section flatter"><div class="head"><h2>{t('timeline')}</h2>
    <Chips label={t('timeline.filter')} value={kind ?? ('' as Kind)} onChange={k => show(k && String(k) !== '' ? k : null)} options={[{ value: '' as Kind, text: t('all') }, { value: 'messages', text: t('timeline.messages') }, { value: 'decisions', text: t('timeline.decisions') }, { value: 'consents', text: t('timeline.consents') }]} /></div>
    {!items ? load.error && !missing ? <Trouble error={load.error} retry={() => void load.reload()} /> : <Loading rows={[30, 80, 80, 80]} />
      : items.length === 0 ? <p class="soft roomy">{t('timeline.none')}</p>
        : <ol class="tl">{items.flatMap((item, i) => {
          const row = <li key={i}><time dateTime={item.at}>{time(item.at)}</time><MarkOf item={item} /><span><Event item={item} of={of} /></span></li>
          return i === 0 || dayKey(items[i - 1]!.at) !== dayKey(item.at) ? [<li class="day" key={`d${i}`}>{weekday(item.at)}</li>, row] : [row]
        })}</ol>}
    {next && <p class="roomy"><Button busy={more.busy && t('loading')} onClick={() => void earlier()}>{t('showEarlier')}</Button></p>}
    <Proofs of={of} now={now} open={kind === 'consents'} />
  </div>
}

/** From the record alone, where the service does not tell the story yet. */
function fromRecord(of: Customer, lines: DecisionLine[], kind: Kind | null): TimelineItem[] {
  const messages: TimelineItem[] = of.messages.map(m => ({ ...m, kind: 'message', clickedAt: m.delivery?.clickedAt ?? null }))
  const decisions: TimelineItem[] = lines.filter(l => l.decision !== 'send').map(l => ({ ...l, kind: 'decision', outcome: outcomeOf(l) }))
  const orders: TimelineItem[] = of.orders.map(o => ({ kind: 'order', at: o.placedAt, orderId: o.id, order: null, total: o.total !== null && o.currency ? { amount: o.total, currency: o.currency } : null, items: null }))
  const carts: TimelineItem[] = of.openCarts.map(c => ({ kind: 'cart', at: c.changedAt, items: c.items, total: c.total !== null && c.currency ? { amount: c.total, currency: c.currency } : null }))
  const consents: TimelineItem[] = of.permissions.filter(p => p.at).map(p => ({ kind: 'consent', at: p.at!, channel: p.channel, action: p.state, source: p.source }))
  const all = kind === 'messages' ? messages : kind === 'decisions' ? decisions : kind === 'consents' ? consents : [...messages, ...decisions, ...orders, ...carts, ...consents]
  return all.sort((a, b) => b.at.localeCompare(a.at)).slice(0, 100)
}

const MarkOf = ({ item }: { item: TimelineItem }) => item.kind === 'message' ? <Glyph of={item['status'] === 'failed' || item['status'] === 'unknown' ? 'failed' : 'sent'} />
  : item.kind === 'decision' ? <Glyph of={item['outcome'] as 'silent'} /> : <i class="dot" />

function Event({ item, of }: { item: TimelineItem; of: Customer }) {
  const i = item as Record<string, unknown> & TimelineItem
  const titles = (i['titles'] as string[] | undefined)?.filter(Boolean) ?? []
  const what = titles.length ? <bdi>{titles.join(t('comma'))}</bdi> : null
  const cash = i['total'] ? <Cash of={i['total'] as Money} /> : null
  const n = Number(i['items'] ?? 0)
  switch (item.kind) {
    case 'viewed': return <T k="event.viewed" v={{ what: what ?? '' }} />
    case 'cart': case 'checkout': return i['emptied'] ? t('event.emptied') : <T k={what ? 'event.cartOf' : item.kind === 'cart' ? 'event.cart' : 'event.checkout'} v={{ n, what: what ?? '', total: cash ? <>{t('comma')}{cash}</> : '' }} />
    case 'order': return <><T k={i['guest'] ? 'event.orderGuest' : 'event.order'} v={{ n, total: cash ? <>{t('comma')}{cash}</> : '' }} /> <span class="small"><Order of={i} /></span></>
    case 'refund': case 'cancelled': return <T k={`event.${item.kind}`} v={{ order: String(i['order'] ?? ''), total: cash ? <>{t('comma')}{cash}</> : '' }} />
    case 'price': return <T k="event.price" v={{ what: what ?? '', from: <Cash of={i['from'] as Money} />, to: <Cash of={i['to'] as Money} /> }} />
    case 'message': return <><b>{stepOf(i['automation'] as 'price-drop', i['step'] as number | null, i['channel'] as 'email')}</b>{what && <>: {what}</>}{i['price'] && i['was'] ? <>{t('comma')}<T k="event.was" v={{ price: <Cash of={i['price'] as Money} />, was: <Cash of={i['was'] as Money} /> }} /></> : null}{'. '}
      {i['status'] === 'failed' ? t('event.failed') : i['status'] === 'unknown' ? t('event.unknown') : ''}{i['clickedAt'] ? t('event.clicked') : ''}</>
    case 'decision': {
      const outcome = i['outcome'] as Outcome
      return <><b>{verdict(i['automation'] as 'price-drop', outcome, String(i['reason']), i['until'] ? when(String(i['until']), nowOf(null)) : null)}</b>{what && <>{t('comma')}{what}</>}{outcome === 'waiting' || outcome === 'shadow' ? <>. <span class="soft">{automationName(i['automation'] as 'price-drop')}{outcome === 'waiting' && <>{t('comma')}{reasonInline(String(i['reason']))}</>}</span></> : '.'} {i['id'] ? <Link class="small" to={`/customers/${of.key}?why=${encodeURIComponent(String(i['id']))}`}>{t('why')}</Link> : null}</>
    }
    case 'consent': return <>{t(has(`event.consent.${String(i['action'])}`) ? `event.consent.${String(i['action'])}` as Key : 'event.consent.given', { channel: t(`channel.${i['channel'] as 'email'}`) })}{i['source'] ? <>{t('comma')}{sourceText(String(i['source']))}</> : null}{i['text'] ? <>{t('comma')}<bdi>{t('quote', { text: String(i['text']) })}</bdi></> : null}</>
    default: return <>{item.kind}</>
  }
}

function Proofs({ of, now, open }: { of: Customer; now: string; open: boolean }) {
  const [wanted, set] = useState(open)
  useEffect(() => { if (open) set(true) }, [open])
  const load = useLoad<{ items: Proof[] }>(wanted ? `customers/${of.key}/consents` : null)
  if (!wanted) return null
  return <section class="section"><h2>{t('proofs')}</h2><Part of={load} quiet rows={[90, 90]}>{data => data.items.length === 0 ? <p class="soft small">{t('proofs.none')}</p>
    : <ul class="rows small">{data.items.map((p, i) => <li key={i}><span class="grow">{t(has(`event.consent.${p.action}`) ? `event.consent.${p.action}` as Key : 'event.consent.given', { channel: t(`channel.${p.channel}`) })}{p.text && <>: <bdi>{t('quote', { text: p.text })}</bdi></>}<br /><span class="muted">{sourceText(p.source)}{p.textVersion && <>{t('comma')}<bdi>{p.textVersion}</bdi></>}{p.ip && <>{t('comma')}<bdi dir="ltr">{p.ip}</bdi></>}</span></span><span class="muted nowrap">{when(p.at, now)}</span></li>)}</ul>}</Part></section>
}
