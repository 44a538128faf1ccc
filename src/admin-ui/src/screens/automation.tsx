import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Problem, post, useLoad, type Load } from '../api'
import { duration, seconds, toIso } from '../duration'
import { countryName, language, list, money, number, since, T, t, when } from '../i18n'
import type { About, AnySettings, AutomationName, CartSettings, Coupon, CouponPool, DropSettings, ReorderSettings, Report, TestAnswer, Tried, Version } from '../model'
import { Link, useArrival } from '../router'
import { useAsk, useSetting, type Draft } from '../setting'
import { nowOf, store } from '../store'
import { Button, Duration, NumberIn, ModeRail, Field, TextIn, type Range } from '../ui/controls'
import { Whole } from '../ui/marks'
import { Loading, Part, SaveBar, Trouble, troubleOf } from '../ui/states'
import { automationName, channelName, couponText, differences, reasonInline } from '../words'

const names: AutomationName[] = ['abandoned-cart', 'price-drop', 'replenishment']

/** How far a number may go, as the service has it (docs/automations.md); it has the last word. */
const ranges: Record<string, Range> = {
  idle: { least: 'PT10M', most: 'PT24H' }, step: { least: 'PT10M', most: 'P14D' }, freshness: { least: 'PT1H', most: 'PT72H' },
  endsAfter: { least: 'P1D', most: 'P30D' }, quietAfterPurchase: { least: 'PT0M', most: 'P14D' }, betweenSeries: { least: 'PT0M', most: 'P14D' },
  interest: { least: 'P1D', most: 'P60D' }, dropFreshness: { least: 'PT1H', most: 'P7D' }, betweenMessages: { least: 'P1D', most: 'P60D' },
  betweenSameVariant: { least: 'P1D', most: 'P90D' }, lead: { least: 'PT0M', most: 'P14D' }, window: { least: 'P1D', most: 'P60D' },
  betweenReorders: { least: 'P1D', most: 'P30D' }, lasts: { least: 'P1D', most: 'P730D' },
}
const mostSteps = 5

export function AutomationPage({ name }: { name: string }) {
  const known = names.find(n => n === name)
  useArrival(known ? `${automationName(known)} · ${store.get()?.name ?? ''}` : t('nowhere.head'), true)
  return known ? <Rule key={known} name={known} /> : <><h1>{t('nowhere.head')}</h1><p class="sub"><Link to="/automations">{t('nav.automations')}</Link></p></>
}

function Rule({ name }: { name: AutomationName }) {
  const about = useLoad<About>(`automations/${name}/about`)
  const rule = useSetting<AnySettings>(`automations/${name}`, (now, was) => now.mode !== was.mode && differences({ ...was, mode: now.mode } as AnySettings, now).length === 0
    ? t('toast.mode', { name: automationName(name), mode: now.mode }) + (now.mode === 'live' && about.data?.firstDue ? ' ' + t('toast.first', { when: when(about.data.firstDue, nowOf(about.data)) }) : '') : t('toast.saved', { version: now.version }), ['automations', 'home'])
  const report = useLoad<Report>('report?days=60')
  const version = rule.saved?.version
  useEffect(() => { if (version !== undefined && about.data) void about.reload() }, [version])
  const [refused, setRefused] = useState<Record<string, string | null>>({})
  const refuse = (field: string) => (why: string | null) => setRefused(now => now[field] === why ? now : { ...now, [field]: why })
  const bad = Object.values(refused).some(Boolean)
  const draft = changedOnly(rule)
  const tried = useAsk<Tried>(rule.changed && !bad && draft ? `automations/${name}/try` : null, { ...draft, days: 60 })
  const mode = (m: AnySettings['mode']) => {
    rule.set({ mode: m })
    void rule.save({ mode: m }).then(done => { if (!done) rule.set({ mode: rule.saved!.mode }) })
  }
  const value = rule.value
  return <>
    <p class="crumb"><Link to="/automations">{t('nav.automations')}</Link></p>
    <div class="head">
      <div><h1>{automationName(name)}</h1><p class="sub snug">{t(`purpose.${name}`)}</p></div>
      {value && <div class="modebox"><ModeRail label={t('mode')} value={value.mode} onChange={mode} /><p class="hint"><ModeLine rule={rule} about={about} /></p></div>}
    </div>
    {value?.notice && <div class="banner problem roomy"><span>{t('notice.plan')}</span></div>}
    {about.data?.otherSender && name === 'abandoned-cart' && <div class="banner roomy"><span><T k="otherSender.line" v={{ name: <bdi>{about.data.otherSender.name}</bdi> }} /></span></div>}
    <div class="section split near">
      <div>
        {!value || !rule.saved ? rule.load.error ? <Trouble error={rule.load.error} retry={() => void rule.load.reload()} /> : <Loading rows={[30, 90, 60, 95, 95, 95]} />
          : <Says name={name} rule={rule} about={about.data} refuse={refuse} refused={refused} />}
      </div>
      <div class="aside">
        <Reached name={name} report={report} />
        <ToYourself name={name} />
        <Versions name={name} rule={rule} />
      </div>
    </div>
    {rule.theirs && <Conflict rule={rule} />}
    {rule.changed && value && rule.saved && draft && <SaveBar busy={rule.saving} blocked={bad}
      change={<>{differences(rule.saved, value).map((d, i) => <>{i ? ' ' : ''}{d}.</>)}</>}
      consequence={bad ? Object.values(refused).find(Boolean) : <Consequence tried={tried} name={name} errors={rule.errors} />}
      label={t('save.version', { version: rule.saved.version + 1 })} onDiscard={rule.discard} onSave={() => void save(rule)} />}
  </>
}

/** Steps are sorted when they are saved, not while somebody types. */
function save(rule: Draft<AnySettings>) {
  const draft = changedOnly(rule)
  if (!draft) return
  if ('steps' in draft) draft.steps = [...draft.steps!].sort((a, b) => seconds(a.delay) - seconds(b.delay))
  return rule.save(draft as Partial<AnySettings>)
}
function changedOnly(rule: Draft<AnySettings>): Partial<CartSettings & DropSettings & ReorderSettings> | null {
  if (!rule.value || !rule.saved) return null
  const saved = rule.saved as unknown as Record<string, unknown>
  return Object.fromEntries(Object.entries(rule.value).filter(([key, v]) => key !== 'version' && key !== 'notice' && JSON.stringify(v) !== JSON.stringify(saved[key])))
}

function ModeLine({ rule, about }: { rule: Draft<AnySettings>; about: Load<About> }) {
  const mode = rule.value!.mode, a = about.data
  const now = nowOf(a)
  const parts: string[] = []
  if (a?.since && mode === rule.saved!.mode) parts.push(t(`since.long.${mode}`, { day: since(a.since, now) }))
  parts.push(mode === 'live' ? t('mode.line.live') : mode === 'shadow' && a?.firstDue ? t('mode.line.wouldLeave', { when: when(a.firstDue, now) }) : t(`mode.means.${mode}`))
  return <>{parts.join(' ')}</>
}

function Consequence({ tried, name, errors }: { tried: ReturnType<typeof useAsk<Tried>>; name: AutomationName; errors: Record<string, string[]> }) {
  const first = Object.values(errors)[0]?.[0]
  if (first) return <span class="refused" role="alert">{t('save.refused')} <bdi>{first}</bdi></span>
  if (tried.error) return tried.error instanceof Problem && Object.keys(tried.error.fields).length ? <bdi>{Object.values(tried.error.fields)[0]![0]}</bdi> : <></>
  if (tried.busy) return <>{t('counting')}</>
  if (!tried.answer) return <></>
  const { saved, tried: then, days, reasons } = tried.answer
  const change = then.messages - saved.messages
  const why = reasons.filter(r => change < 0 ? r.change > 0 : r.change < 0)[0]
  const word = name === 'abandoned-cart' ? 'reminders' : 'messages'
  return <>{change === 0 ? t('consequence.same', { days }) : t(`consequence.${word}.${change < 0 ? 'fewer' : 'more'}`, { n: Math.abs(change), days })}
    {why && change < 0 && <> {why.reason === 'already-bought' ? t('consequence.bought', { n: why.change }) : t('consequence.because', { n: why.change, reason: reasonInline(why.reason) })}</>}</>
}

type Refuse = (field: string) => (why: string | null) => void
type SaysProps = { name: AutomationName; rule: Draft<AnySettings>; about: About | null; refuse: Refuse; refused: Record<string, string | null> }

function Says(p: SaysProps) {
  return <>
    {p.name === 'abandoned-cart' ? <Cart {...p} /> : p.name === 'price-drop' ? <Drop {...p} /> : <Reorder {...p} />}
    <div class="section">
      <h2>{t('everyone')}</h2>
      <ul class="rows">
        {p.about && <li><span class="grow">{t('everyone.email', { caps: list(p.about.caps.email.map(c => t('cap.in', { n: c.most, span: duration(c.in) }))) })}</span><span class="hint">{t('always')}</span></li>}
        {p.about?.textHours && <li><span class="grow">{t('everyone.hours', { from: clock(p.about.textHours.from), to: clock(p.about.textHours.to) })}<span class="hint flat">{t('everyone.rule', { country: countryName(p.about.textHours.country) })}</span></span><span class="hint">{t('always')}</span></li>}
        {!p.about?.textHours && <li><span class="grow">{t('everyone.hoursUnknown')}</span><span class="hint">{t('always')}</span></li>}
        <li><span class="grow">{t('everyone.permission')}</span><span class="hint">{t('always')}</span></li>
        <li><span class="grow">{t('everyone.language')}</span><Link class="small" to={`/messages/${p.name}/${p.name === 'price-drop' ? 'one' : '1'}/email/${language}`}>{t('texts')}</Link></li>
      </ul>
    </div>
  </>
}
const clock = (hhmm: string): string => new Intl.DateTimeFormat(language === 'ar' ? 'ar-AE' : 'en-US', { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(new Date(`2026-01-01T${hhmm}:00Z`))

/** One duration of a sentence, bound to its field. */
function useSpans<S extends object>(rule: Draft<S>, refuse: Refuse) {
  return (field: keyof S & string, label: string, range: Range, units?: ('minutes' | 'hours' | 'days')[]) =>
    <Duration key={`${field}-${(rule.saved as { version?: number }).version}`} label={label} range={range} value={rule.value![field] as string} saved={rule.saved![field] as string}
      {...(units && { units })} refused={rule.errors[field]?.[0]} onRefused={refuse(field)} onChange={iso => rule.set({ [field]: iso } as unknown as Partial<S>)} />
}
const Refusal = ({ of, refused, errors }: { of: string[]; refused: Record<string, string | null>; errors: Record<string, string[]> }) => {
  const why = of.map(f => refused[f] ?? errors[f]?.[0]).find(Boolean)
  return why ? <p class="hint bad" role="alert"><bdi>{why}</bdi></p> : null
}

function Cart({ rule: any, about, refuse, refused }: SaysProps) {
  const rule = any as unknown as Draft<CartSettings>
  const span = useSpans(rule, refuse)
  const { value, saved } = rule as { value: CartSettings; saved: CartSettings }
  const steps = value.steps
  const set = (at: number, delay: string) => rule.set({ steps: steps.map((s, i) => i === at ? { delay } : s) })
  const early = { ...ranges['step']!, least: value.idle, why: t('refuse.idle') }
  return <>
    <h2>{t('does')}</h2>
    <p class="say"><T k="cart.say" v={{ idle: span('idle', t('cart.idle'), { ...ranges['idle']!, why: t('refuse.soon') }, ['minutes', 'hours']) }} /></p>
    <Refusal of={['idle']} refused={refused} errors={rule.errors} />
    <p class="hint">{t('cart.idleHint')}</p>
    <ol class="steps">
      {steps.map((step, i) => {
        const told = about?.steps.find(s => s.step === String(words(i, steps.length)))
        const was = saved.steps[i]?.delay ?? ''
        return <li key={i}><span class="node fill">{number(i + 1)}</span><div class="step">
          <div class="step-top">
            <T k="cart.after" v={{ delay: <Duration label={t('cart.stepLabel', { step: i + 1 })} value={step.delay} saved={was || 'PT0M'} range={early} refused={rule.errors[`steps[${i}].delay`]?.[0]} onRefused={refuse(`steps[${i}].delay`)} onChange={iso => set(i, iso)} /> }} />
            <span class="grow" />
            <span class="tag">{t('channel.tag.email')}</span>
            {i === 0 && <span class="tag">{t('tag.smsOnly')}</span>}
            {i === steps.length - 1 && steps.length > 1 && <span class="tag">{couponText(value.coupon)}</span>}
          </div>
          <Refusal of={[`steps[${i}].delay`]} refused={refused} errors={rule.errors} />
          <div class="step-mail"><span class="subj">{told?.subject && <bdi>{t('quote', { text: told.subject })}</bdi>}</span>
            <span class="acts">{steps.length > 1 && <button type="button" class="linkbtn away" onClick={() => rule.set({ steps: steps.filter((_, at) => at !== i) })}>{t('cart.remove')}</button>}
              <Link to={`/messages/abandoned-cart/${words(i, steps.length)}/email/${language}`}>{t('editText')}</Link></span></div>
        </div></li>
      })}
      {steps.length < mostSteps && <li><span class="node">+</span><div class="plainrow"><button type="button" class="linkbtn" onClick={() => rule.set({ steps: [...steps, { delay: next(steps) }] })}>{t('cart.add')}</button> <span class="hint inline">{t('cart.most')}</span></div></li>}
      <li><span class="node end" /><div class="plainrow"><T k="cart.ends" v={{ after: span('endsAfter', t('cart.endsLabel'), ranges['endsAfter']!, ['days']) }} />
        <Refusal of={['endsAfter']} refused={refused} errors={rule.errors} />
        <span class="hint">{t('cart.late', { span: duration(value.freshness) })}</span></div></li>
    </ol>
    <CouponPart rule={rule} />
    <details class="more-set"><summary>{t('further')}</summary><ul class="rows">
      <li><span class="grow say"><T k="cart.quiet" v={{ span: span('quietAfterPurchase', t('cart.quietLabel'), ranges['quietAfterPurchase']!, ['hours', 'days']) }} /></span></li>
      <li><span class="grow say"><T k="cart.between" v={{ span: span('betweenSeries', t('cart.betweenLabel'), ranges['betweenSeries']!, ['hours', 'days']) }} /></span></li>
      <li><span class="grow say"><T k="cart.fresh" v={{ span: span('freshness', t('cart.freshLabel'), ranges['freshness']!, ['hours']) }} /></span></li>
    </ul><Refusal of={['quietAfterPurchase', 'betweenSeries', 'freshness']} refused={refused} errors={rule.errors} /></details>
  </>
}
/** The last of several reminders has the words of the third, the first its own, those between the second's. */
const words = (i: number, of: number) => i === 0 ? 1 : i === of - 1 && of > 2 ? 3 : 2
const next = (steps: { delay: string }[]): string => {
  const last = Math.max(0, ...steps.map(s => seconds(s.delay)))
  const at = Math.min(last < 86_400 ? 86_400 : last * 2, 14 * 86_400)
  return at % 86_400 === 0 ? toIso({ n: at / 86_400, unit: 'days' }) : toIso({ n: Math.round(at / 3600), unit: 'hours' })
}

function CouponPart({ rule }: { rule: Draft<CartSettings> }) {
  const { value, saved } = rule as { value: CartSettings; saved: CartSettings }
  const coupon = value.coupon
  const pool = useLoad<{ items: CouponPool[] }>(saved.coupon?.unique ? 'coupons' : null)
  const currency = store.get()?.currency ?? ''
  const kind = !coupon ? 'none' : coupon.unique ? 'unique' : 'code'
  const set = (patch: Partial<Coupon>) => rule.set({ coupon: { ...coupon!, ...patch } })
  const choose = (k: string) => rule.set({
    coupon: k === 'none' ? null : saved.coupon && (k === 'unique') === !!saved.coupon.unique ? saved.coupon
      : { what: coupon?.what ?? { en: null, ar: null }, code: k === 'code' ? coupon?.code ?? '' : null, until: null, ...(k === 'unique' && { unique: { percentOff: 10, amountOff: null, validFor: 'P3D' } }) },
  })
  if (value.steps.length < 2) return null
  return <div class="section"><h2>{t('coupon.head')}</h2>
    <p class="soft small measure">{t('coupon.sub')}</p>
    <div class="coupon">
      <Field label={t('coupon.kind')}>{ids => <select {...ids} value={kind} onChange={e => choose(e.currentTarget.value)}>
        <option value="none">{t('coupon.none')}</option><option value="code">{t('coupon.own')}</option><option value="unique">{t('coupon.unique')}</option></select>}</Field>
      {coupon && kind === 'code' && <TextIn label={t('coupon.codeLabel')} ltr value={coupon.code ?? ''} bad={rule.errors['coupon.code']?.[0] ?? rule.errors['coupon']?.[0]} onInput={code => set({ code })} maxLength={24} />}
      {coupon?.unique && <p class="say"><T k="coupon.gives" v={{
        percent: <NumberIn label={t('coupon.percentLabel')} value={coupon.unique.percentOff ?? coupon.unique.amountOff ?? 10} saved={saved.coupon?.unique?.percentOff ?? saved.coupon?.unique?.amountOff ?? -1} least={1} most={coupon.unique.amountOff !== null ? 100_000 : 90}
          before={coupon.unique.amountOff !== null ? currency : undefined} after={coupon.unique.amountOff !== null ? undefined : '%'}
          onChange={n => set({ unique: { ...coupon.unique!, ...(coupon.unique!.amountOff !== null ? { amountOff: n } : { percentOff: n }) } })} />,
        span: <Duration label={t('coupon.validLabel')} units={['days']} range={{ least: 'P1D', most: 'P30D' }} value={coupon.unique.validFor ?? 'P3D'} saved={saved.coupon?.unique?.validFor ?? 'P3D'} onChange={validFor => set({ unique: { ...coupon.unique!, validFor } })} />,
      }} /></p>}
      {coupon && <div class="two">
        <TextIn label={t('coupon.en')} value={coupon.what.en ?? ''} placeholder="10% off this cart" lang="en" dir="ltr" maxLength={60} bad={rule.errors['coupon.what.en']?.[0] ?? rule.errors['coupon.what']?.[0]} onInput={en => set({ what: { ...coupon.what, en: en || null } })} />
        <TextIn label={t('coupon.ar')} value={coupon.what.ar ?? ''} placeholder="خصم 10% على هذه السلّة" lang="ar" maxLength={60} bad={rule.errors['coupon.what.ar']?.[0]} onInput={ar => set({ what: { ...coupon.what, ar: ar || null } })} />
      </div>}
      {pool.data?.items[0] && <p class="hint">{pool.data.items[0].why ? <bdi>{pool.data.items[0].why}</bdi> : t('coupon.free', { n: pool.data.items[0].free })}</p>}
    </div></div>
}

function Drop({ rule: any, about, refuse, refused }: SaysProps) {
  const rule = any as unknown as Draft<DropSettings>
  const span = useSpans(rule, refuse)
  const { value, saved } = rule as { value: DropSettings; saved: DropSettings }
  const least = about?.medianOrder ? { ...about.medianOrder, amount: about.medianOrder.amount * value.minPercentOfOrder / 100 } : null
  return <>
    <h2>{t('does')}</h2>
    <p class="say"><T k="drop.say" v={{
      interest: span('interest', t('drop.interestLabel'), ranges['interest']!, ['days']),
      percent: <NumberIn label={t('drop.percentLabel')} value={value.minPercent} saved={saved.minPercent} least={1} most={90} after="%" onRefused={refuse('minPercent')} onChange={minPercent => rule.set({ minPercent })} />,
    }} /></p>
    <Refusal of={['interest', 'minPercent']} refused={refused} errors={rule.errors} />
    <p class="hint">{t('drop.sawHint')}</p>
    <p class="say"><T k="drop.worth" v={{ percent: <NumberIn label={t('drop.orderLabel')} value={value.minPercentOfOrder} saved={saved.minPercentOfOrder} least={0} most={50} after="%" onRefused={refuse('minPercentOfOrder')} onChange={minPercentOfOrder => rule.set({ minPercentOfOrder })} /> }} /></p>
    <Refusal of={['minPercentOfOrder']} refused={refused} errors={rule.errors} />
    <p class="hint">{least && about?.medianOrder ? t('drop.worthHint', { least: money(least), median: money(about.medianOrder) }) : t('drop.worthUnknown')}</p>
    <ol class="steps roomy">
      {(['one', 'many'] as const).map((step, i) => <li key={step}><span class="node fill">{number(i + 1)}</span><div class="step"><div class="step-top">{t(`drop.${step}`)}<span class="grow" /><span class="tag">{t('channel.tag.email')}</span><span class="tag">{t('tag.smsElse')}</span></div>
        <div class="step-mail"><span class="subj">{about?.steps.find(s => s.step === step)?.subject && <bdi>{t('quote', { text: about.steps.find(s => s.step === step)!.subject! })}</bdi>}</span><span class="acts"><Link to={`/messages/price-drop/${step}/email/${language}`}>{t('editText')}</Link></span></div></div></li>)}
      <li><span class="node end" /><div class="plainrow"><T k="drop.ends" v={{ fresh: span('freshness', t('drop.freshLabel'), ranges['dropFreshness']!, ['hours', 'days']) }} /><Refusal of={['freshness']} refused={refused} errors={rule.errors} /></div></li>
    </ol>
    <div class="section"><h2>{t('often')}</h2><ul class="rows">
      <li><span class="grow say"><T k="drop.between" v={{ span: span('betweenMessages', t('drop.betweenLabel'), ranges['betweenMessages']!, ['days']) }} /></span></li>
      <li><span class="grow say"><T k="drop.same" v={{ span: span('betweenSameVariant', t('drop.sameLabel'), ranges['betweenSameVariant']!, ['days']) }} /></span></li>
    </ul><Refusal of={['betweenMessages', 'betweenSameVariant']} refused={refused} errors={rule.errors} /></div>
  </>
}

function Reorder({ rule: any, about, refuse, refused }: SaysProps) {
  const rule = any as unknown as Draft<ReorderSettings>
  const span = useSpans(rule, refuse)
  const { value, saved } = rule as { value: ReorderSettings; saved: ReorderSettings }
  return <>
    <h2>{t('does')}</h2>
    <p class="say"><T k="reorder.say" v={{
      lead: span('lead', t('reorder.leadLabel'), ranges['lead']!, ['days']),
      percent: <NumberIn label={t('reorder.percentLabel')} value={value.leadPercent} saved={saved.leadPercent} least={0} most={50} after="%" onRefused={refuse('leadPercent')} onChange={leadPercent => rule.set({ leadPercent })} />,
    }} /></p>
    <Refusal of={['lead', 'leadPercent']} refused={refused} errors={rule.errors} />
    <p class="hint">{t('reorder.sayHint')}</p>
    <ol class="steps roomy">
      <li><span class="node fill">{number(1)}</span><div class="step"><div class="step-top">{t('reorder.one')}<span class="grow" /><span class="tag">{t('channel.tag.email')}</span><span class="tag">{t('tag.smsElse')}</span></div>
        <div class="step-mail"><span class="subj">{about?.steps[0]?.subject && <bdi>{t('quote', { text: about.steps[0].subject })}</bdi>}</span><span class="acts"><Link to={`/messages/replenishment/1/email/${language}`}>{t('editText')}</Link></span></div></div></li>
      <li><span class="node end" /><div class="plainrow"><T k="reorder.ends" v={{ window: span('window', t('reorder.windowLabel'), ranges['window']!, ['days']) }} /></div></li>
    </ol>
    <p class="say"><T k="reorder.between" v={{ span: span('betweenMessages', t('reorder.betweenLabel'), ranges['betweenReorders']!, ['days']) }} /></p>
    <Refusal of={['window', 'betweenMessages']} refused={refused} errors={rule.errors} />
    <Products rule={rule} about={about} />
  </>
}

function Products({ rule, about }: { rule: Draft<ReorderSettings>; about: About | null }) {
  const marked = rule.value!.consumables
  const [id, setId] = useState('')
  const known = about?.products ?? []
  const set = (consumables: ReorderSettings['consumables']) => rule.set({ consumables })
  const rows = [...known.map(p => ({ ...p, mark: marked.find(c => c.productId === p.productId) ?? null })),
    ...marked.filter(c => !known.some(p => p.productId === c.productId)).map(c => ({ productId: c.productId, title: t('reorder.number', { id: String(c.productId) }), every: null, buyers: 0, mark: c, lasts: c.lasts, marked: true }))]
  const wanted = /^\d{1,19}$/.test(id.trim()) ? Number(id.trim()) : null
  return <div class="section"><h2>{t('reorder.products')}</h2>
    <p class="soft small measure">{t('reorder.productsSub')}</p>
    {rows.length > 0 && <table class="plain"><thead><tr><th scope="col">{t('reorder.product')}</th><th scope="col" class="num opt">{t('reorder.rhythm')}</th><th scope="col">{t('reorder.lasts')}</th><th scope="col"><span class="vh">{t('reorder.marked')}</span></th></tr></thead>
      <tbody>{rows.map(p => <tr key={p.productId}><td><bdi>{p.title}</bdi>{p.buyers > 0 && <span class="muted small"> {t('reorder.buyers', { n: p.buyers })}</span>}</td>
        <td class="num opt">{p.every ? duration(p.every) : '–'}</td>
        <td>{p.mark ? p.mark.lasts ? <Duration label={t('reorder.lastsLabel', { title: p.title })} units={['days']} range={ranges['lasts']!} value={p.mark.lasts} saved={rule.saved!.consumables.find(c => c.productId === p.productId)?.lasts ?? 'PT0M'} onChange={lasts => set(marked.map(c => c.productId === p.productId ? { ...c, lasts } : c))} />
          : <button type="button" class="linkbtn small" onClick={() => set(marked.map(c => c.productId === p.productId ? { ...c, lasts: p.every ?? 'P30D' } : c))}>{t('reorder.say.lasts')}</button> : <span class="muted">{t('reorder.byRhythm')}</span>}</td>
        <td class="num">{p.mark ? <button type="button" class="linkbtn small" onClick={() => set(marked.filter(c => c.productId !== p.productId))}>{t('reorder.unmark')}</button>
          : <button type="button" class="linkbtn small" onClick={() => set([...marked, { productId: p.productId, lasts: null }])}>{t('reorder.mark')}</button>}</td></tr>)}</tbody></table>}
    <form class="inline-form" onSubmit={e => { e.preventDefault(); if (wanted && !marked.some(c => c.productId === wanted)) { set([...marked, { productId: wanted, lasts: null }]); setId('') } }}>
      <TextIn label={t('reorder.addLabel')} hint={t('reorder.addHint')} ltr inputMode="numeric" value={id} onInput={setId} bad={id.trim() && !wanted ? t('refuse.whole') : undefined} />
      <Button type="submit" disabled={!wanted}>{t('reorder.add')}</Button></form>
  </div>
}

/* ---- beside it ---- */

function Reached({ name, report }: { name: AutomationName; report: Load<Report> }) {
  return <section><h2>{t('reach.head')}</h2>
    <Part of={report} quiet rows={[90, 100, 60]}>{r => {
      if (name === 'price-drop') return <p class="small soft">{t('reach.drops', { drops: r.priceDrops.drops, n: r.priceDrops.wouldTell, days: r.days })}</p>
      if (name === 'replenishment') return <p class="small soft">{t('reach.reorders', { due: r.reorders.due, n: r.reorders.wouldRemind, days: r.days })}</p>
      const c = r.carts, sms = c.bySmsOnly ?? 0, mail = c.byEmail ?? c.reachable
      const none = Math.max(0, c.left - c.boughtAnyway - mail - sms)
      // Some who cannot be written to bought anyway: no more are named than the bar has.
      const never = Math.min(none, c.byReason.find(x => x.reason === 'no-permission')?.count ?? 0)
      return <>
        <p class="small soft">{t('reach.carts', { n: c.left - c.boughtAnyway, days: r.days })}</p>
        <Whole parts={[{ n: mail, kind: 'a' }, { n: sms, kind: 'b' }, { n: none, kind: 'c' }]} label={t('reach.label', { mail, sms, none })} />
        <ul class="small keys">
          <li><i class="key a" /><span><T k="reach.mail" v={{ n: mail }} /></span></li>
          {sms > 0 && <li><i class="key b" /><span><T k="reach.sms" v={{ n: sms }} /></span></li>}
          <li><i class="key" /><span><T k="reach.none" v={{ n: none }} />{never > 0 && <>{t('comma')}<Link to="/activity?outcome=silent&reason=no-permission&automation=abandoned-cart">{t('reach.never', { n: never })}</Link></>}</span></li>
        </ul>
      </>
    }}</Part></section>
}

export function ToYourself({ name, fixed }: { name: AutomationName; fixed?: { step: string; channel: 'email' | 'sms'; language: string } }) {
  const [to, setTo] = useState('')
  const steps = name === 'price-drop' ? ['one', 'many'] : name === 'replenishment' ? ['1'] : ['1', '2', '3']
  const [which, setWhich] = useState(`${steps[0]}/email`)
  const [lang, setLang] = useState<string>(language)
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<{ text: string; bad: boolean } | null>(null)
  const [step, channel] = fixed ? [fixed.step, fixed.channel] : which.split('/') as [string, 'email' | 'sms']
  const send = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    setSaid(null)
    try {
      const { data } = await post<TestAnswer>(`messages/${name}/${step}/${channel}/${fixed?.language ?? lang}/test`, { to: to.trim() })
      setSaid({ text: data.result === 'accepted' ? t('test.accepted') : data.result === 'refused' ? t('test.refused', { answer: data.answer ?? '' }) : t('test.unknown'), bad: data.result !== 'accepted' })
    } catch (error) {
      setSaid({ text: error instanceof Problem && error.fields['to'] ? t(channel === 'email' ? 'refuse.address' : 'refuse.phone') : troubleOf(error as Error), bad: true })
    }
    setBusy(false)
  }
  return <section><h2>{t('test.head')}</h2>
    <form onSubmit={e => void send(e)}>
      <TextIn label={t('test.to')} ltr type={channel === 'email' ? 'email' : 'tel'} value={to} onInput={setTo} autocomplete={channel === 'email' ? 'email' : 'tel'} />
      {!fixed && <div class="two tight">
        <Field label={t('test.step')}>{ids => <select {...ids} value={which} onChange={e => setWhich(e.currentTarget.value)}>
          {steps.flatMap(s => (['email', 'sms'] as const).filter(c => c === 'email' || name !== 'abandoned-cart' || s === '1').map(c => <option key={s + c} value={`${s}/${c}`}>{t('test.option', { step: stepWord(name, s), channel: channelName(c) })}</option>))}</select>}</Field>
        <Field label={t('test.language')}>{ids => <select {...ids} value={lang} onChange={e => setLang(e.currentTarget.value)}><option value="en" lang="en">English</option><option value="ar" lang="ar">العربية</option></select>}</Field>
      </div>}
      <Button type="submit" busy={busy && t('sending')} disabled={!to.trim()}>{t('test.send')}</Button>
      <p class={`hint${said?.bad ? ' bad' : ''}`} role="status">{said ? <bdi>{said.text}</bdi> : t('test.hint')}</p>
    </form></section>
}
export const stepWord = (name: AutomationName, step: string): string => name === 'price-drop' ? t(step === 'many' ? 'step.many' : 'step.one') : number(Number(step))

function Versions({ name, rule }: { name: AutomationName; rule: Draft<AnySettings> }) {
  const load = useLoad<{ items: Version[]; next: string | null }>(`automations/${name}/versions`)
  const version = rule.saved?.version
  useEffect(() => { if (load.data && version && load.data.items[0]?.version !== version) void load.reload() }, [version])
  const now = nowOf(null)
  return <section><h2>{t('versions')}</h2>
    <Part of={load} quiet rows={[90, 90, 90]}>{data => data.items.length === 0 ? <p class="small soft">{t('versions.none')}</p> : <ul class="rows hist small">
      {data.items.slice(0, 8).map((v, i) => {
        const before = data.items[i + 1]
        const said = before ? differences(before.settings, v.settings) : []
        return <li key={v.version}><span class="v">{number(v.version)}</span><span class="grow">{said[0] ?? t('versions.first')}{said.length > 1 && <> {t('versions.more', { n: said.length - 1 })}</>}<br />
          <span class="muted">{v.by?.name ? <><bdi>{v.by.name}</bdi>{t('comma')}</> : null}{since(v.at, now)}</span></span>
          {v.version === version ? <span class="muted">{t('versions.inUse')}</span> : <button type="button" class="linkbtn" onClick={() => void again(v)}>{t('versions.again')}</button>}</li>
      })}</ul>}</Part></section>
  async function again(v: Version) {
    const { version: _, notice: __, ...settings } = v.settings as AnySettings & { version: number }
    void _; void __
    await rule.save(settings as Partial<AnySettings>)
  }
}

/** 412: both versions, field by field; nothing that was typed is lost. */
function Conflict({ rule }: { rule: Draft<AnySettings> }) {
  const mine = differences(rule.saved!, rule.value!), theirs = differences(rule.saved!, rule.theirs!)
  const [both, show] = useState(false)
  return <div class="banner problem conflict" role="alert">
    <span><T k="conflict" v={{ version: rule.theirs!.version }} /></span>
    {!both && <Button onClick={() => show(true)}>{t('conflict.compare')}</Button>}
    {both && <div class="compare"><Side head={t('conflict.mine')} said={mine} act={<Button onClick={() => { rule.keepMine() }}>{t('conflict.keep')}</Button>} />
      <Side head={t('conflict.theirs')} said={theirs} act={<Button onClick={rule.takeTheirs}>{t('conflict.take')}</Button>} /></div>}
  </div>
}
const Side = ({ head, said, act }: { head: string; said: string[]; act: ComponentChildren }) => <div><b>{head}</b><ul>{said.map(s => <li key={s}>{s}</li>)}{said.length === 0 && <li>–</li>}</ul>{act}</div>
