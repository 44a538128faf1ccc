import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { del, Problem, useLoad, type Load } from '../api'
import type { Screen } from '../app'
import { has, language as spoken, t, T, type Key } from '../i18n'
import type { AutomationName, ChannelName, MessageTemplate, MessageWords, Preview } from '../model'
import { go, Link, useArrival } from '../router'
import { useAsk, useSetting, type Draft } from '../setting'
import { store } from '../store'
import { fill, guarded, print, read, simplest } from '../template'
import { Button, Field, Rail } from '../ui/controls'
import { Dialog, Loading, SaveBar, toast, Trouble, troubleOf } from '../ui/states'
import { Sheet } from '../ui/sheet'
import { WordsIn, type WordsHandle } from '../ui/words-in'
import { automationName } from '../words'
import { stepWord, ToYourself } from './automation'

const steps: Record<AutomationName, string[]> = { 'abandoned-cart': ['1', '2', '3'], 'price-drop': ['one', 'many'], replenishment: ['1'] }
type Language = 'en' | 'ar'

const Main: Screen = ({ rest }) => {
  const name = (rest[0] && rest[0] in steps ? rest[0] : 'abandoned-cart') as AutomationName
  const step = rest[1] && steps[name].includes(rest[1]) ? rest[1] : steps[name][0]!
  const lang: Language = rest[3] === 'ar' || rest[3] === 'en' ? rest[3] : spoken
  const [person, setPerson] = useState<string | null>(null)
  const [testing, setTesting] = useState(false)
  const [phone, setPhone] = useState<'computer' | 'phone'>('computer')
  const at = (n: string, s: string, l: string) => `/messages/${n}/${s}/email/${l}`
  useArrival(`${t('nav.messages')} · ${store.get()?.name ?? ''}`, true)
  useEffect(() => setPerson(null), [name])
  const template = useLoad<MessageTemplate>(`messages/${name}/${step}/email/${lang}/template${person ? `?customer=${person}` : ''}`)
  const examples = template.data?.examples ?? []
  return <>
    <div class="head end"><div><h1>{t('nav.messages')}</h1><p class="sub tight">{t('messages.sub')}</p></div>
      <div class="btns"><Button onClick={() => setTesting(true)}>{t('test.send')}</Button></div></div>
    <div class="pick">
      <Field label={t('pick.automation')}>{ids => <select {...ids} value={name} onChange={e => go(at(e.currentTarget.value, steps[e.currentTarget.value as AutomationName][0]!, lang))}>{(Object.keys(steps) as AutomationName[]).map(n => <option key={n} value={n}>{automationName(n)}</option>)}</select>}</Field>
      {steps[name].length > 1 && <Field label={t('pick.step')}>{ids => <select {...ids} value={step} onChange={e => go(at(name, e.currentTarget.value, lang))}>{steps[name].map(s => <option key={s} value={s}>{stepWord(name, s)}</option>)}</select>}</Field>}
      <Rail label={t('pick.language')} value={lang} options={[['en', 'English', 'en'], ['ar', 'العربية', 'ar']]} onChange={l => go(at(name, step, l))} />
      {examples.length > 0 && <Field label={t('pick.for')}>{ids => <select {...ids} value={person ?? ''} onChange={e => setPerson(e.currentTarget.value || null)}><option value="">{t('pick.sample')}</option>{examples.map(x => <option key={x.key} value={x.key}>{x.items ? t('pick.person', { name: x.name ?? t('person.unnamed'), n: x.items }) : x.name ?? t('person.unnamed')}</option>)}</select>}</Field>}
    </div>
    <Email key={`e-${name}-${step}-${lang}`} of={{ name, step, lang }} template={template} phone={phone} onPhone={setPhone} />
    <Sms key={`s-${name}-${step}-${lang}`} of={{ name, step, lang }} />
    {testing && <Dialog title={t('test.head')} onClose={() => setTesting(false)} actions={<Button onClick={() => setTesting(false)}>{t('close')}</Button>}><Test of={{ name, step, lang }} /></Dialog>}
  </>
}
export default Main

type Of = { name: AutomationName; step: string; lang: Language }
function Test({ of }: { of: Of }) {
  const [channel, setChannel] = useState<ChannelName>('email')
  return <><Rail small label={t('pick.channel')} value={channel} options={[['email', t('channel.email')], ['sms', t('channel.sms')]]} onChange={setChannel} />
    <ToYourself key={channel} name={of.name} fixed={{ step: of.step, channel, language: of.lang }} /></>
}

/** Own words are laid over ours, key by key; an emptied one brings ours back. */
function useWords(of: Of, channel: ChannelName) {
  const path = `messages/${of.name}/${of.step}/${channel}/${of.lang}`
  const rule = useSetting<MessageWords>(path, now => t('toast.words', { version: now.version }), [`automations/${of.name}/about`],
    (body, was) => ({ words: Object.fromEntries(Object.keys(body.words ?? {}).map(k => [k, was.words[k] ?? null])) as Record<string, string> }))
  return { path, rule }
}
const changedWords = (rule: Draft<MessageWords>): Record<string, string | null> | null => {
  if (!rule.saved || !rule.value) return null
  const keys = Object.keys(rule.saved.defaults).filter(k => (rule.value!.words[k] ?? '') !== (rule.saved!.words[k] ?? ''))
  return keys.length ? Object.fromEntries(keys.map(k => [k, rule.value!.words[k]?.trim() || null])) : null
}
const factName = (field: string): string => has(`fact.name.${field}`) ? t(`fact.name.${field}` as Key) : field

function Email({ of, template, phone, onPhone }: { of: Of; template: Load<MessageTemplate>; phone: 'computer' | 'phone'; onPhone: (p: 'computer' | 'phone') => void }) {
  const { path, rule } = useWords(of, 'email')
  const changes = changedWords(rule)
  const told = useAsk<Preview>(rule.saved ? `${path}/preview` : null, { words: changes ?? {} }, changes ? 400 : 0)
  const last = useRef<Preview | null>(null)
  if (told.answer) last.current = told.answer
  const local = useMemo(() => rendered(template.data, rule.value, of.lang), [template.data, rule.value, of.lang])
  const seen = local ?? last.current
  const fact = useRef<{ key: string; handles: Record<string, WordsHandle> }>({ key: 'body', handles: {} })
  const [picking, setPicking] = useState(false)
  return <section class="section edit near">
    <div class="stack loose"><h2>{t('channel.email')}</h2>
      <Fields rule={rule} of={of} fact={fact.current} seen={seen} errors={asErrors(told.error, rule)} />
      {rule.value && <div class="btns under">
        <div class="insert"><Button kind="plain" aria-expanded={picking} onClick={() => setPicking(!picking)}>{t('words.insert')}</Button>
          {picking && <ul class="menu appear">{rule.value.fields.map(f => <li key={f}><button type="button" onClick={() => { setPicking(false); fact.current.handles[fact.current.key]?.insert(f) }}>{factName(f)}</button></li>)}</ul>}</div>
        {Object.keys(rule.saved!.words).length > 0 && !changes && <Ours path={path} load={rule.load} />}
      </div>}
    </div>
    <div><div class="bar2"><span class="small muted">{t('preview')}</span><Rail small label={t('preview.as')} value={phone} options={[['computer', t('preview.computer')], ['phone', t('preview.phone')]]} onChange={onPhone} /></div>
      {seen ? <Sheet subject={seen.subject} preview={local?.preheader ?? null} html={seen.html} text={seen.text} phone={phone === 'phone'} language={of.lang} /> : told.error && !template.busy ? <Trouble error={told.error} /> : <Loading rows={[60, 40, 90, 90, 90, 50]} />}
      {last.current?.warnings.map(w => <p class="hint" key={w}><bdi>{warning(w)}</bdi></p>)}
    </div>
    <Bar rule={rule} changes={changes} lang={of.lang} what={t('channel.email')} />
  </section>
}
/** The service warns in English; those we know are said in the page's language. */
const warning = (w: string): string => /^No postal address/.test(w) ? t('warn.address') : /subject is long/.test(w) ? t('warn.subject') : /some programs cut/.test(w) ? t('warn.size') : /do not fit: ours/.test(w) ? t('warn.fit')
  : /^(\w+): where (.+) is not known/.test(w) ? t('warn.unknown', { facts: w.replace(/^\w+: where (.+) is not known.*$/, '$1').split(' or ').map(factName).join(t('comma')) }) : w

function rendered(template: MessageTemplate | null, value: MessageWords | null, lang: Language): (Preview & { preheader: string | null }) | null {
  if (!template?.html || !template.data || !value) return null
  const words = (key: string) => { const own = value.words[key]?.trim(); const ours = value.defaults[key] ?? ''; return own ? guarded(key, own, ours) : ours }
  const make = (source: string, html: boolean) => print(read(fill(source, html, lang === 'ar', words)), template.data, html)
  try {
    return { subject: make(template.subject ?? '[[subject]]', false).trim(), preheader: make('[[preheader]]', false), html: make(template.html, true), text: '', segments: null, size: 0, warnings: [] }
  } catch { return null } // Half a brace while somebody types: the service says what is wrong.
}

const asErrors = (error: Error | null, rule: Draft<MessageWords>): Record<string, string> => {
  const fields = { ...(error instanceof Problem ? error.fields : {}), ...rule.errors }
  return Object.fromEntries(Object.entries(fields).map(([k, v]) => [k.replace(/^words\./, ''), v[0] ?? '']))
}

const tall = ['body', 'note', 'text']
function Fields({ rule, of, fact, seen, errors }: { rule: Draft<MessageWords>; of: Of; fact: { key: string; handles: Record<string, WordsHandle> }; seen: Preview | null; errors: Record<string, string> }) {
  const value = rule.value
  if (!value) return rule.load.error ? <Trouble error={rule.load.error} retry={() => void rule.load.reload()} /> : <Loading rows={[90, 90, 90, 90]} />
  return <>{Object.keys(value.defaults).map(key => {
    const ours = value.defaults[key]!, plain = simplest(ours)
    const own = value.words[key], shown = own ?? plain
    const most = value.maxLengths[key]
    const over = most && shown.length > most
    return <div key={key}><WordsIn label={t(has(`words.${key}`) ? `words.${key}` as Key : 'words.body')} note={own === undefined ? t('words.isOurs') : undefined} value={shown} language={of.lang} nameOf={factName} placeholder={plainOurs(ours)} tall={tall.includes(key)} disabledFacts={key === 'button'}
      changed={(own || '') !== (rule.saved!.words[key] ?? '')} bad={over ? t('words.long', { n: shown.length, most }) : errors[key] || undefined}
      hint={key === 'subject' && seen?.subject ? t('words.subjectHint', { n: [...seen.subject].length }) : key === 'body' ? t('words.always') : undefined}
      onFocus={() => { fact.key = key }} handle={h => { fact.handles[key] = h }}
      onInput={text => { const words = { ...value.words }; if (text.trim() === plain.trim()) delete words[key]; else words[key] = text; rule.set({ words }) }} />
      {own !== undefined && <button type="button" class="linkbtn small" onClick={() => { const words = { ...value.words }; delete words[key]; rule.set({ words }) }}>{t('words.backOne')}</button>}</div>
  })}</>
}
/** Ours as a reader would see them, with the names of facts where they stand. */
const plainOurs = (ours: string): string => simplest(ours).replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, f: string) => `[${factName(f)}]`)

function Ours({ path, load }: { path: string; load: Load<MessageWords> }) {
  const [busy, setBusy] = useState(false)
  const back = async () => {
    setBusy(true)
    try { await del(path); await load.reload(); toast(t('words.oursBack')) } catch (e) { toast(troubleOf(e as Error)) }
    setBusy(false)
  }
  return <Button kind="plain" busy={busy && t('saving')} onClick={() => void back()}>{t('words.ours')}</Button>
}

function Bar({ rule, changes, lang, what }: { rule: Draft<MessageWords>; changes: Record<string, string | null> | null; lang: Language; what: string }) {
  if (rule.theirs) return <div class="banner problem conflict" role="alert"><span><T k="conflict" v={{ version: rule.theirs.version }} /></span><div class="btns"><Button onClick={rule.keepMine}>{t('conflict.keep')}</Button><Button onClick={rule.takeTheirs}>{t('conflict.take')}</Button></div></div>
  if (!changes || !rule.saved) return null
  const keys = Object.keys(changes).map(k => t(has(`words.${k}`) ? `words.${k}` as Key : 'words.body'))
  return <SaveBar busy={rule.saving} change={t('words.changed', { what, keys: keys.join(t('comma')), language: lang === 'ar' ? 'العربية' : 'English' })} consequence={t('words.acts')} label={t('save.version', { version: rule.saved.version + 1 })}
    blocked={Object.entries(changes).some(([k, v]) => v && v.length > (rule.saved!.maxLengths[k] ?? 1e9))} onDiscard={rule.discard} onSave={() => void rule.save({ words: changes as Record<string, string> } as Partial<MessageWords>)} />
}

function Sms({ of }: { of: Of }) {
  const { path, rule } = useWords(of, 'sms')
  const changes = changedWords(rule)
  const told = useAsk<Preview>(rule.saved ? `${path}/preview` : null, { words: changes ?? {} }, changes ? 400 : 0)
  const other: Language = of.lang === 'en' ? 'ar' : 'en'
  const theirs = useAsk<Preview>(`messages/${of.name}/${of.step}/sms/${other}/preview`, {}, 0)
  const last = useRef<Preview | null>(null)
  if (told.answer) last.current = told.answer
  const fact = useRef<{ key: string; handles: Record<string, WordsHandle> }>({ key: 'text', handles: {} })
  const seen = last.current
  return <section class="section edit">
    <div class="stack loose"><h2>{t('channel.sms')}</h2>
      <Fields rule={rule} of={of} fact={fact.current} seen={null} errors={asErrors(told.error, rule)} />
      {rule.value && <div class="btns">{rule.value.fields.map(f => <button type="button" class="linkbtn small" key={f} onClick={() => fact.current.handles['text']?.insert(f)}>{t('words.insertOne', { fact: factName(f) })}</button>)}
        {Object.keys(rule.saved!.words).length > 0 && !changes && <Ours path={path} load={rule.load} />}</div>}
      {seen && <Meter of={seen} />}
      {seen?.warnings.map(w => <p class="note small" key={w}><bdi>{warning(w)}</bdi></p>)}
      {theirs.answer && <p class="small soft"><T k="sms.other" v={{ language: <bdi>{other === 'ar' ? 'العربية' : 'English'}</bdi>, n: theirs.answer.segments ?? 0 }} /> <Link to={`/messages/${of.name}/${of.step}/email/${other}`}>{t('sms.see')}</Link></p>}
    </div>
    <div><div class="bar2"><span class="small muted">{t('preview')}</span></div>
      <div class="phones">{seen && <Phone text={seen.text} lang={of.lang} />}{theirs.answer && <Phone text={theirs.answer.text} lang={other} />}</div></div>
    <Bar rule={rule} changes={changes} lang={of.lang} what={t('channel.sms')} />
  </section>
}

const Phone = ({ text, lang }: { text: string; lang: Language }) => <div class="phone" lang={lang} dir={lang === 'ar' ? 'rtl' : 'ltr'}><p class="small muted phone-head"><bdi>{store.get()?.name ?? ''}</bdi></p><div class="bubble">{withLinks(text)}</div></div>
/** A link inside a text keeps its own direction. */
const withLinks = (text: string) => text.split(/((?:https?:\/\/)?[\w.-]+\.[a-z]{2,}\/\S+)/).map((part, i) => i % 2 ? <bdi dir="ltr" key={i}>{part}</bdi> : part)

/** What a text costs: in parts of 160 (153 each when there are several), or 70 (67) outside the old alphabet of phones. */
const gsm = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\[~\]|€]*$/
function Meter({ of }: { of: Preview }) {
  const narrow = gsm.test(of.text), n = of.segments ?? 1
  const room = n <= 1 ? (narrow ? 160 : 70) : n * (narrow ? 153 : 67)
  return <div><div class="meter" role="img" aria-label={t('sms.label', { n, used: of.size, of: room })}>{Array.from({ length: Math.max(1, n) }, (_, i) => <i key={i} style={{ '--f': `${Math.min(100, Math.max(0, (of.size / room * Math.max(1, n) - i) * 100))}%` }} />)}</div>
    <p class="small"><T k="sms.size" v={{ n, used: of.size, of: room }} /> {n === 2 && of.size > (narrow ? 160 : 70) && <span class="soft">{t('sms.halve', { n: of.size - (narrow ? 160 : 70) })}</span>}</p></div>
}
