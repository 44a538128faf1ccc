import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { call, del, post, Problem, useLoad } from '../api'
import type { Screen } from '../app'
import { bearer, door, leave, storeId } from '../door'
import { countryName, has, since, t, T, when, type Key } from '../i18n'
import type { Brand, ChannelName, ChannelSettings, DataRequest, Plan, Reply, Switches, TestAnswer } from '../model'
import { chosenTheme, keepTheme, type Theme } from '../prefs'
import { Link, useArrival } from '../router'
import { useSetting, type Draft } from '../setting'
import { nowOf, store } from '../store'
import { Button, Field, NumberIn, Rail, Switch, TextIn, readNumber } from '../ui/controls'
import { Empty, Loading, Part, SaveBar, toast, Trouble, troubleOf } from '../ui/states'

const parts = ['senders', 'look', 'permission', 'privacy', 'store'] as const

const Main: Screen = ({ rest }) => {
  const part = (parts.find(p => p === rest[0]) ?? 'senders')
  useArrival(`${t(`settings.${part}`)} · ${store.get()?.name ?? ''}`, true)
  return <>
    <h1>{t('nav.settings')}</h1>
    <nav class="subnav" aria-label={t('nav.settings')}>{parts.map(p => <Link key={p} to={`/settings/${p}`} aria-current={p === part ? 'page' : undefined}>{t(`settings.${p}`)}</Link>)}</nav>
    {part === 'senders' ? <><Sender key="email" channel="email" /><Sender key="sms" channel="sms" /></> : part === 'look' ? <Look /> : part === 'permission' ? <Permission /> : part === 'privacy' ? <Privacy /> : <Shop />}
  </>
}
export default Main

const Row = ({ head, children, aside }: { head: string; children: ComponentChildren; aside?: ComponentChildren }) =>
  <section class="section setrow"><div><h2>{head}</h2>{aside && <div class="small soft">{aside}</div>}</div><div class="stack loose">{children}</div></section>

/** Lets a merchant press on while what is left out is still being said. */
function useForm<T extends object>(path: string, saved: string) { return useSetting<T>(path, () => saved, ['start', 'home', 'health']) }
function Bar<T extends object>({ rule, what, body }: { rule: Draft<T>; what: string; body?: () => Partial<T> }) {
  if (rule.theirs) return <div class="banner problem conflict" role="alert"><span><T k="conflict" v={{ version: (rule.theirs as { version?: number }).version ?? 0 }} /></span><div class="btns"><Button onClick={rule.keepMine}>{t('conflict.keep')}</Button><Button onClick={rule.takeTheirs}>{t('conflict.take')}</Button></div></div>
  if (!rule.changed) return null
  const first = Object.values(rule.errors)[0]?.[0]
  return <SaveBar busy={rule.saving} change={what} consequence={first ? <span class="refused" role="alert">{t('save.refused')} <bdi>{first}</bdi></span> : t('save.now')} label={t('save')} onDiscard={rule.discard} onSave={() => void rule.save(body?.())} />
}

/* ---- senders ---- */

function Sender({ channel }: { channel: ChannelName }) {
  const rule = useForm<ChannelSettings>(`channels/${channel}`, t('sender.saved', { channel: t(`channel.${channel}`) }))
  const [secrets, setSecrets] = useState<Record<string, string>>({})
  const v = rule.value, s = rule.saved
  if (!v || !s) return <Row head={t(`sender.${channel}`)}>{rule.load.error ? <Trouble error={rule.load.error} retry={() => void rule.load.reload()} /> : <Loading rows={[90, 90, 90]} />}</Row>
  const provider = v.providers.find(p => p.name === v.provider)
  const typed = Object.fromEntries(Object.entries(secrets).filter(([, x]) => x.trim()))
  const body = () => {
    const changed = Object.fromEntries((['provider', 'from', 'replyTo', 'linkHost', 'perMinute', 'monthlyBudget', 'messagingServiceSid', 'senderCountry', 'consentNamesCartReminders'] as const)
      .filter(k => v[k] !== s[k]).map(k => [k, v[k] === '' ? null : v[k]]))
    return { ...changed, ...(Object.keys(typed).length && { credentials: typed }) } as Partial<ChannelSettings>
  }
  const withSecrets: Draft<ChannelSettings> = { ...rule, changed: rule.changed || Object.keys(typed).length > 0, discard: () => { rule.discard(); setSecrets({}) },
    save: async b => { const done = await rule.save(b); if (done) setSecrets({}); return done } }
  const sets = (key: keyof ChannelSettings) => (text: string) => rule.set({ [key]: text || null } as Partial<ChannelSettings>)
  const bad = (key: string) => rule.errors[key]?.[0]
  return <Row head={t(`sender.${channel}`)} aside={<p>{t(`sender.${channel}.sub`)}</p>}>
    {s.stopped && <div class="banner problem"><span><b>{t('hold.head', { what: t(`channel.${channel}`) })}</b> {has(`hold.${s.stopped.code}`) ? t(`hold.${s.stopped.code}` as Key) : s.stopped.why}</span>{s.stopped.mayRelease && <Button onClick={() => void del(`holds/${s.stopped!.what}`).then(() => rule.load.reload(), e => toast(troubleOf(e as Error)))}>{t('hold.release')}</Button>}</div>}
    <Field label={t('sender.provider')} hint={v.provider === 'Outbox' ? t('sender.outbox') : undefined} bad={bad('provider')}>{ids => <select {...ids} value={v.provider} onChange={e => { rule.set({ provider: e.currentTarget.value }); setSecrets({}) }}>
      {v.providers.map(p => <option key={p.name} value={p.name}>{p.name === 'Outbox' ? t('outbox') : p.name}</option>)}</select>}</Field>
    {provider?.credentials.map(c => <TextIn key={c.name} label={credential(c.name)} ltr type={/secret|key|token|password|connection/i.test(c.name) ? 'password' : 'text'} autocomplete="off" value={secrets[c.name] ?? ''}
      placeholder={v.provider === s.provider && s.credentials[c.name] ? t('sender.isSet') : ''} hint={c.required ? c.allowed : t('sender.optional', { allowed: c.allowed })} bad={bad(`credentials.${c.name}`)} onInput={text => setSecrets(x => ({ ...x, [c.name]: text }))} />)}
    <TextIn label={t(`sender.from.${channel}`)} ltr value={v.from ?? ''} saved={s.from ?? ''} onInput={sets('from')} bad={bad('from')} hint={t(`sender.from.${channel}.hint`)} />
    {channel === 'email' && <TextIn label={t('sender.replyTo')} ltr value={v.replyTo ?? ''} saved={s.replyTo ?? ''} onInput={sets('replyTo')} bad={bad('replyTo')} hint={t('sender.replyTo.hint')} />}
    {channel === 'sms' && <>
      <p class="say"><T k="sender.budget" v={{ n: <NumberIn whole label={t('sender.budgetLabel')} value={v.monthlyBudget ?? 0} saved={s.monthlyBudget ?? 0} least={0} most={100_000_000} after={t('sender.parts')} onChange={monthlyBudget => rule.set({ monthlyBudget })} /> }} /></p>
      <p class="hint">{t('sender.budgetHint')} <Used /></p>
      <Field label={t('sender.country')} hint={t('sender.countryHint')} bad={bad('senderCountry')}>{ids => <select {...ids} value={v.senderCountry ?? ''} onChange={e => rule.set({ senderCountry: e.currentTarget.value || null })}><option value="">{t('sender.noCountry')}</option>{[...new Set(['AE', 'SA', 'EG', 'US', 'GB', 'DE', 'FR', ...(v.senderCountry ? [v.senderCountry] : [])])].map(c => <option key={c} value={c}>{countryName(c)}</option>)}</select>}</Field>
      <div class="switchrow"><Switch on={v.consentNamesCartReminders === true} label={t('sender.names')} onChange={consentNamesCartReminders => rule.set({ consentNamesCartReminders })} /><span>{t('sender.names')}<span class="hint flat">{t('sender.namesHint')}</span></span></div></>}
    <details class="more-set"><summary>{t('further')}</summary><div class="stack loose">
      <TextIn label={t('sender.linkHost')} ltr value={v.linkHost ?? ''} saved={s.linkHost ?? ''} onInput={sets('linkHost')} bad={bad('linkHost')} hint={t('sender.linkHostHint')} />
      <TextIn label={t('sender.perMinute')} ltr inputMode="numeric" value={v.perMinute === null ? '' : String(v.perMinute)} saved={s.perMinute === null ? '' : String(s.perMinute)} bad={bad('perMinute')} hint={t('sender.perMinuteHint')} onInput={text => { const n = readNumber(text); if (n !== null) rule.set({ perMinute: n }) }} />
      {channel === 'email' && <TextIn label={t('sender.mailBudget')} ltr inputMode="numeric" value={v.monthlyBudget === null ? '' : String(v.monthlyBudget)} saved={s.monthlyBudget === null ? '' : String(s.monthlyBudget)} bad={bad('monthlyBudget')} hint={t('sender.mailBudgetHint')} onInput={text => { const n = readNumber(text); if (n !== null) rule.set({ monthlyBudget: n }) }} />}
      {channel === 'sms' && <TextIn label="Messaging Service SID" ltr value={v.messagingServiceSid ?? ''} saved={s.messagingServiceSid ?? ''} onInput={sets('messagingServiceSid')} bad={bad('messagingServiceSid')} />}
      {v.callback && <Field label={t('sender.callback')} hint={t('sender.callbackHint')}>{ids => <input {...ids} class="in ltr" dir="ltr" readOnly value={v.callback!} onFocus={e => e.currentTarget.select()} />}</Field>}
    </div></details>
    <TestSend channel={channel} ready={!withSecrets.changed} />
    <Bar rule={withSecrets} body={body} what={t('sender.changed', { channel: t(`channel.${channel}`) })} />
  </Row>
}
const credential = (name: string): string => has(`credential.${name}`) ? t(`credential.${name}` as Key) : name.replace(/([A-Z])/g, ' $1').replace(/^./, c => c.toUpperCase())

function Used() {
  const load = useLoad<{ used: number; monthlyBudget: number }>('channels/sms/usage')
  return load.data ? <>{t('sender.used', { n: load.data.used })}</> : null
}

function TestSend({ channel, ready }: { channel: ChannelName; ready: boolean }) {
  const [to, setTo] = useState('')
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<{ text: string; bad: boolean } | null>(null)
  const send = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    try {
      const { data } = await post<TestAnswer>(`channels/${channel}/test`, { to: to.trim() })
      setSaid({ text: data.result === 'accepted' ? t('test.accepted') : data.result === 'refused' ? t('test.refused', { answer: data.answer ?? '' }) : t('test.unknown'), bad: data.result !== 'accepted' })
    } catch (e) { setSaid({ text: e instanceof Problem && e.fields['to'] ? t(channel === 'email' ? 'refuse.address' : 'refuse.phone') : troubleOf(e as Error), bad: true }) }
    setBusy(false)
  }
  return <form class="inline-form testrow" onSubmit={e => void send(e)}>
    <TextIn label={t('test.to')} ltr type={channel === 'email' ? 'email' : 'tel'} value={to} onInput={setTo} autocomplete={channel === 'email' ? 'email' : 'tel'} bad={said?.bad ? said.text : undefined} hint={said && !said.bad ? said.text : t('test.shortHint')} />
    <Button type="submit" busy={busy && t('sending')} disabled={!to.trim() || !ready}>{t('test.send')}</Button></form>
}

/* ---- look ---- */

function Look() {
  const rule = useForm<Brand>('brand', t('look.saved'))
  const v = rule.value, s = rule.saved
  if (!v || !s) return rule.load.error ? <Trouble error={rule.load.error} retry={() => void rule.load.reload()} /> : <Loading rows={[30, 90, 90, 60]} />
  const bad = (key: string) => rule.errors[key]?.[0]
  const body = () => Object.fromEntries((['color', 'logo', 'postalAddress', 'digits', 'discreetSubjects', 'repliesAreRead', 'parts'] as const).filter(k => JSON.stringify(v[k]) !== JSON.stringify(s[k])).map(k => [k, v[k]])) as Partial<Brand>
  const good = /^#[0-9A-Fa-f]{6}$/.test(v.color)
  return <>
    <Row head={t('look.address')} aside={<p>{t('look.addressSub')}</p>}>
      <TextIn area={3} label={t('look.addressLabel')} value={v.postalAddress ?? ''} saved={s.postalAddress ?? ''} onInput={x => rule.set({ postalAddress: x.trim() ? x : null })} bad={bad('postalAddress')} hint={v.postalAddress ? undefined : t('look.addressNone')} maxLength={300} /></Row>
    <Row head={t('look.color')} aside={<p>{t('look.colorSub')}</p>}>
      <div class="colorrow"><input type="color" aria-label={t('look.color')} value={good ? v.color : '#9A4423'} onInput={e => rule.set({ color: e.currentTarget.value.toUpperCase() })} />
        <TextIn label={t('look.colorCode')} ltr value={v.color} saved={s.color} onInput={x => rule.set({ color: x.toUpperCase() })} bad={bad('color')} maxLength={7} />
        <span class="brandbtn" style={{ background: v.color === s.color ? v.colors.button : good ? v.color : undefined, color: v.color === s.color ? v.colors.onButton : undefined }}>{t('look.button')}</span></div></Row>
    <Row head={t('look.logo')} aside={<p>{t('look.logoSub')}</p>}>
      <TextIn label={t('look.logoUrl')} ltr type="url" value={v.logo?.url ?? ''} saved={s.logo?.url ?? ''} bad={bad('logo')} onInput={url => rule.set({ logo: url.trim() ? { width: 160, height: 48, darkUrl: null, ...v.logo, url: url.trim() } : null })} />
      {v.logo && <><div class="two"><Field label={t('look.width')}>{ids => <input {...ids} class="in ltr" inputMode="numeric" value={String(v.logo!.width)} onInput={e => { const n = readNumber(e.currentTarget.value); if (n) rule.set({ logo: { ...v.logo!, width: n } }) }} />}</Field>
        <Field label={t('look.height')}>{ids => <input {...ids} class="in ltr" inputMode="numeric" value={String(v.logo!.height)} onInput={e => { const n = readNumber(e.currentTarget.value); if (n) rule.set({ logo: { ...v.logo!, height: n } }) }} />}</Field></div>
        <TextIn label={t('look.dark')} ltr type="url" value={v.logo.darkUrl ?? ''} onInput={x => rule.set({ logo: { ...v.logo!, darkUrl: x.trim() || null } })} hint={t('look.darkHint')} /></>}</Row>
    <Row head={t('look.words')}>
      <div class="switchrow"><Switch on={v.discreetSubjects} label={t('look.discreet')} onChange={discreetSubjects => rule.set({ discreetSubjects })} /><span>{t('look.discreet')}<span class="hint flat">{t('look.discreetHint')}</span></span></div>
      <div class="switchrow"><Switch on={v.repliesAreRead} label={t('look.replies')} onChange={repliesAreRead => rule.set({ repliesAreRead })} /><span>{t('look.replies')}<span class="hint flat">{t('look.repliesHint')}</span></span></div>
      <Rail label={t('look.digits')} value={v.digits} options={[['western', '1 2 3'], ['arabic-indic', '١ ٢ ٣']]} onChange={digits => rule.set({ digits })} />
      <fieldset><legend class="lab small">{t('look.parts')}</legend>{(['prices', 'pictures', 'recommendations'] as const).map(p => <div class="switchrow" key={p}><Switch on={v.parts[p]} label={t(`look.part.${p}`)} onChange={on => rule.set({ parts: { ...v.parts, [p]: on } })} /><span>{t(`look.part.${p}`)}</span></div>)}</fieldset></Row>
    <Bar rule={rule} body={body} what={t('look.changed')} />
  </>
}

/* ---- permission ---- */

function Permission() {
  const rule = useForm<Switches>('permissions', t('permission.saved'))
  const v = rule.value
  return <>
    <Row head={t('permission.head')} aside={<p>{t('permission.sub')}</p>}>
      {!v ? rule.load.error ? <Trouble error={rule.load.error} retry={() => void rule.load.reload()} /> : <Loading rows={[90, 90, 90]} />
        : (['softOptInGb', 'optOutLawUs', 'impliedCa'] as const).map(k => <div class="switchrow" key={k}><Switch on={v[k]} label={t(`permission.${k}`)} onChange={on => { rule.set({ [k]: on }); void rule.save({ [k]: on }) }} /><span>{t(`permission.${k}`)}<span class="hint flat">{t(`permission.${k}.hint`)}</span></span></div>)}
      <p class="hint">{t('permission.law')}</p></Row>
    <Row head={t('permission.boxes')}><p class="soft small measure">{t(store.get()?.platform === 'woocommerce' ? 'permission.boxesWoo' : 'permission.boxesShopify')}</p></Row>
    <Noes /><Replies />
  </>
}

function Noes() {
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<{ text: string; bad: boolean } | null>(null)
  const [reason, setReason] = useState('unsubscribed')
  const take = async (file: File | undefined) => {
    if (!file) return
    if (file.size > 5 * 1024 * 1024) { setSaid({ text: t('noes.big'), bad: true }); return }
    setBusy(true)
    try {
      const { data } = await call<Record<string, number | unknown>>(`suppressions?reason=${reason}`, { method: 'POST', body: await file.text(), type: 'text/csv' })
      setSaid({ text: t('noes.taken', { n: ['unsubscribed', 'bounced', 'complained'].reduce((n, k) => n + Number(data[k] ?? 0), 0) }), bad: false })
    } catch (e) { setSaid({ text: e instanceof Problem ? e.message : troubleOf(e as Error), bad: true }) }
    setBusy(false)
  }
  return <Row head={t('noes.head')} aside={<p>{t('noes.sub')}</p>}>
    <Field label={t('noes.reason')}>{ids => <select {...ids} value={reason} onChange={e => setReason(e.currentTarget.value)}>{['unsubscribed', 'bounced', 'complained'].map(r => <option key={r} value={r}>{t(`reason.${r}` as Key)}</option>)}</select>}</Field>
    <Field label={t('noes.file')} hint={busy ? t('loading') : said && !said.bad ? said.text : t('noes.hint')} bad={said?.bad ? said.text : undefined}>{ids => <input {...ids} class="in file" type="file" accept=".csv,text/csv" disabled={busy} onChange={e => void take(e.currentTarget.files?.[0])} />}</Field></Row>
}

function Replies() {
  const load = useLoad<{ items: Reply[] }>('replies')
  const judge = async (id: string, verdict: 'stop' | 'ignore') => {
    try { await post(`replies/${encodeURIComponent(id)}`, { verdict }); toast(t(`replies.${verdict}.done`)); await load.reload() } catch (e) { toast(troubleOf(e as Error)) }
  }
  return <Row head={t('replies.head')} aside={<p>{t('replies.sub')}</p>}><Part of={load} quiet rows={[90, 90]}>{data => data.items.length === 0 ? <p class="soft small">{t('replies.none')}</p>
    : <ul class="rows">{data.items.map(r => <li key={r.id}><span class="grow"><bdi>{r.text ?? ''}</bdi><br /><span class="small muted"><bdi dir="ltr">{r.from ?? ''}</bdi>{t('comma')}{when(r.at, nowOf(null))}</span></span>{r.verdict ? <span class="small muted">{t(r.verdict === 'stop' ? 'replies.stopped' : 'replies.ignored')}</span> : <span class="btns"><button type="button" class="linkbtn small" onClick={() => void judge(r.id, 'stop')}>{t('replies.stop')}</button><button type="button" class="linkbtn small" onClick={() => void judge(r.id, 'ignore')}>{t('replies.ignore')}</button></span>}</li>)}</ul>}</Part></Row>
}

/* ---- privacy ---- */

function Privacy() {
  const load = useLoad<{ items: DataRequest[] }>('data-requests')
  const now = nowOf(null)
  const open = async (id: string) => {
    // The export opens only with the bearer, so it is fetched here and given to the browser as a file.
    try {
      const answer = await fetch(`/api/stores/${storeId()}/data-requests/${encodeURIComponent(id)}?format=html`, { headers: { Authorization: `Bearer ${await bearer()}` } })
      if (!answer.ok) throw new Problem(answer.status, 'not-found', '')
      const link = document.createElement('a')
      link.href = URL.createObjectURL(await answer.blob())
      link.download = `export-${id}.html`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 1000)
    } catch (e) { toast(troubleOf(e as Error)) }
  }
  return <>
    <Row head={t('privacy.exports')} aside={<p>{t('privacy.exportsSub')}</p>}><Part of={load} rows={[90, 90]}>{data => data.items.length === 0 ? <Empty head={t('privacy.none')}>{t('privacy.noneText')}</Empty>
      : <ul class="rows">{data.items.map(d => <li key={d.id}><span class="grow">{t(d.by === 'platform' ? 'privacy.byPerson' : 'privacy.byYou')}<br /><span class="small muted">{when(d.at, now)}{t('comma')}{t('privacy.until', { day: since(d.until, now) })}</span></span>
        {d.status === 'waiting' ? <span class="small muted">{t('privacy.waiting')}</span> : d.status === 'ready' ? <Button onClick={() => void open(d.id)}>{t('privacy.open')}</Button> : <span class="small muted">{t('privacy.nothing')}</span>}</li>)}</ul>}</Part></Row>
    <Row head={t('privacy.kept')}><ul class="rows small">{(['log', 'messages', 'decisions', 'unread', 'proof'] as const).map(k => <li key={k}><span class="grow">{t(`privacy.${k}`)}</span><span class="muted">{t(`privacy.${k}.span`)}</span></li>)}</ul></Row>
  </>
}

/* ---- the shop, and this page ---- */

/** A key made by hand, tried at the shop before it is kept; it is never shown again. */
function Keys() {
  const [typed, setTyped] = useState({ site: '', consumerKey: '', consumerSecret: '' })
  const [busy, setBusy] = useState(false)
  const [errors, setErrors] = useState<Record<string, string[]>>({})
  const send = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    setErrors({})
    try {
      await call('woocommerce/keys', { method: 'PUT', body: { site: typed.site.trim(), consumerKey: typed.consumerKey.trim(), consumerSecret: typed.consumerSecret.trim() } })
      setTyped({ site: '', consumerKey: '', consumerSecret: '' })
      toast(t('keys.done'))
    } catch (e) { setErrors(e instanceof Problem ? Object.keys(e.fields).length ? e.fields : { consumerKey: [e.message] } : { consumerKey: [troubleOf(e as Error)] }) }
    setBusy(false)
  }
  const field = (name: keyof typeof typed, label: Key, hidden: boolean) => <TextIn label={t(label)} ltr type={hidden ? 'password' : 'url'} autocomplete="off" value={typed[name]} bad={errors[name]?.[0]} onInput={text => setTyped(x => ({ ...x, [name]: text }))} />
  return <Row head={t('keys.head')} aside={<p>{t('keys.sub')}</p>}><form class="stack loose" onSubmit={e => void send(e)}>
    {field('site', 'keys.site', false)}{field('consumerKey', 'keys.key', true)}{field('consumerSecret', 'keys.secret', true)}
    <Button type="submit" busy={busy && t('keys.busy')} disabled={Object.values(typed).some(x => !x.trim())}>{t('keys.save')}</Button></form></Row>
}

function Shop() {
  const facts = store.get()
  const plan = useLoad<Plan>('plan')
  const links = useForm<{ hosts: string[] }>('links', t('links.saved'))
  const [theme, setTheme] = useState<Theme>(chosenTheme())
  const rows: [Key, ComponentChildren][] = facts ? [['shop.name', <bdi>{facts.name}</bdi>], ['shop.domain', <bdi dir="ltr">{facts.domain}</bdi>], ['shop.platform', facts.platform === 'shopify' ? 'Shopify' : 'WooCommerce'], ['shop.currency', facts.currency], ['shop.zone', <bdi dir="ltr">{facts.timeZone}</bdi>], ['shop.country', countryName(facts.country)], ['shop.since', since(facts.installedAt, facts.now)]] : []
  return <>
    <Row head={t('shop.head')} aside={<p>{t('shop.sub')}</p>}><dl class="kv wide">{rows.map(([k, v]) => <><dt>{t(k)}</dt><dd>{v}</dd></>)}</dl>
      {facts?.started && <p class="small"><Link to="/start">{t('shop.start')}</Link></p>}</Row>
    <Row head={t('links.head')} aside={<p>{t('links.sub')}</p>}>{!links.value ? links.load.error ? <Trouble error={links.load.error} retry={() => void links.load.reload()} /> : <Loading rows={[90]} />
      : <><TextIn area={3} ltr label={t('links.hosts')} hint={t('links.hint')} value={links.value.hosts.join('\n')} bad={links.errors['hosts']?.[0]} onInput={x => links.set({ hosts: x.split(/\n/) })} />
        <Bar rule={{ ...links, save: () => links.save({ hosts: links.value!.hosts.map(h => h.trim()).filter(Boolean) }) }} what={t('links.changed')} /></>}</Row>
    {facts?.platform === 'woocommerce' && <Keys />}
    <Row head={t('plan.head')}><Part of={plan} quiet rows={[60]}>{p => <>{p.notice && <div class="banner problem"><span>{t('notice.plan')}</span></div>}<p>{p.plan ? <bdi>{p.plan}</bdi> : t('plan.none')}{has(`plan.${p.status}`) && <> <span class="tag">{t(`plan.${p.status}` as Key)}</span></>}</p><p class="hint">{t('plan.texts')}</p></>}</Part></Row>
    <Row head={t('page.head')}><Rail label={t('page.theme')} value={theme} options={[['light', t('page.light')], ['dark', t('page.dark')], ['system', t('page.system')]]} onChange={v => { setTheme(v); keepTheme(v) }} />
      {door === 'alone' && <p><Button onClick={() => void leave().catch(e => toast(troubleOf(e as Error)))}>{t('page.leave')}</Button></p>}</Row>
  </>
}
