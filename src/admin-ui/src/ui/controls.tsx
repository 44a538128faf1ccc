import type { ButtonHTMLAttributes, ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { t, number } from '../i18n'
import { duration, seconds, secondsOf, toIso, toSpan, type Span, type Unit } from '../duration'
import type { ModeName } from '../model'

/** A button says a verb and its object; busy, it keeps its width. */
export function Button({ kind, busy, children, ...rest }: { kind?: 'primary' | 'plain' | 'big' | undefined; busy?: string | false | undefined; children: ComponentChildren } & Omit<ButtonHTMLAttributes, 'kind' | 'disabled' | 'type'> & { disabled?: boolean; type?: 'button' | 'submit' }) {
  const own = useRef<HTMLButtonElement>(null)
  const width = useRef<number | null>(null)
  if (!busy) width.current = null
  else if (width.current === null && own.current) width.current = own.current.offsetWidth
  return <button type="button" ref={own} {...rest as object} class={`btn${kind === 'big' ? ' primary big' : kind ? ' ' + kind : ''}`}
    aria-busy={busy ? true : undefined} style={width.current ? { minInlineSize: `${width.current}px` } : undefined}
    onClick={busy ? undefined : rest.onClick as never}>{busy || children}</button>
}

/** Off, shadow, live: acts at once, with Undo. */
export function ModeRail({ value, onChange, label, size = 'wide' }: { value: ModeName; onChange: (mode: ModeName) => void; label: string; size?: 'sm' | 'wide' }) {
  const name = useId()
  return <fieldset><legend class="vh">{label}</legend>
    <div class={`mode ${size}`}>
      {(['off', 'shadow', 'live'] as const).map(mode => <label key={mode}>
        <input type="radio" name={name} checked={value === mode} onChange={() => onChange(mode)} />
        <span class={mode === 'live' ? 'is-live' : ''}>{t(`mode.${mode}`)}</span>
      </label>)}
    </div></fieldset>
}

export function Rail<V extends string>({ value, options, onChange, label, small }: { value: V; options: [V, ComponentChildren, string?][]; onChange: (v: V) => void; label: string; small?: boolean }) {
  const name = useId()
  return <fieldset><legend class={small ? 'vh' : 'lab small'}>{label}</legend>
    <div class={`mode${small ? ' sm' : ''}`}>
      {options.map(([option, text, lang]) => <label key={option}>
        <input type="radio" name={name} checked={value === option} onChange={() => onChange(option)} /><span lang={lang}>{text}</span>
      </label>)}
    </div></fieldset>
}

export const Switch = ({ on, label, onChange }: { on: boolean; label: string; onChange: (on: boolean) => void }) =>
  <button type="button" class="switch" role="switch" aria-checked={on} aria-label={label} onClick={() => onChange(!on)} />

export function Field({ label, hint, bad, children, wide }: { label: string; hint?: ComponentChildren; bad?: string | undefined; children: (ids: { id: string; 'aria-describedby'?: string | undefined; 'aria-invalid'?: boolean | undefined }) => ComponentChildren; wide?: boolean }) {
  const id = useId()
  return <div class={`field${wide ? ' wide' : ''}`}>
    <label class="lab" for={id}>{label}</label>
    {children({ id, 'aria-describedby': hint || bad ? `${id}-h` : undefined, 'aria-invalid': bad ? true : undefined })}
    {(bad || hint) && <span class={`hint${bad ? ' bad' : ''}`} id={`${id}-h`}>{bad || hint}</span>}
  </div>
}

export function TextIn({ label, hint, bad, value, saved, onInput, ltr, area, ...rest }: { label: string; hint?: ComponentChildren; bad?: string | undefined; value: string; saved?: string; onInput: (text: string) => void; ltr?: boolean; area?: number } & Record<string, unknown>) {
  const css = `in${bad ? ' bad' : saved !== undefined && saved !== value ? ' changed' : ''}${ltr ? ' ltr' : ''}`
  return <Field label={label} hint={hint} bad={bad}>{ids => area
    ? <textarea {...ids} {...rest} class={css} rows={area} value={value} dir={ltr ? 'ltr' : 'auto'} onInput={e => onInput(e.currentTarget.value)} />
    : <input {...ids} {...rest} class={css} value={value} dir={ltr ? 'ltr' : 'auto'} onInput={e => onInput(e.currentTarget.value)} />}</Field>
}

/** What people type as a number: Arabic digits, a comma for the point. Null: none. */
export function readNumber(text: string): number | null {
  const plain = text.trim().replace(/[٠-٩]/g, d => String(d.charCodeAt(0) - 0x660)).replace(/[٫,]/g, '.')
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null
}

/** Says no after the first pause, never while a field is empty. */
const pause = 400
function useRefusal(check: () => string | null, on: unknown[]): string | null {
  const [refused, set] = useState<string | null>(null)
  useEffect(() => {
    const no = check()
    if (!no) { set(null); return }
    const later = setTimeout(() => set(no), pause)
    return () => clearTimeout(later)
  }, on)
  return refused
}

export type Range = { least: string; most: string; why?: string }

/** A number and a unit as one control. What is typed stays: 24 hours does not become a day. */
export function Duration({ value, saved, onChange, label, range, units = ['minutes', 'hours', 'days'], onRefused, refused }: {
  value: string; saved: string; onChange: (iso: string) => void; label: string; range: Range; units?: Unit[]
  onRefused?: (why: string | null) => void; refused?: string | undefined
}) {
  const [typed, setTyped] = useState<{ text: string; unit: Unit; iso: string }>(() => start(value))
  const mine = seconds(typed.iso) === seconds(value) || !value ? typed : start(value)
  const n = readNumber(mine.text)
  const span: Span | null = n !== null && Number.isInteger(n) ? { n, unit: mine.unit } : null
  const check = () => mine.text.trim() === '' ? null
    : !span ? t('refuse.whole')
      : secondsOf(span) < seconds(range.least) ? (range.why ? t('refuse.leastWhy', { least: duration(range.least), why: range.why }) : t('refuse.least', { least: duration(range.least) }))
        : secondsOf(span) > seconds(range.most) ? t('refuse.most', { most: duration(range.most) }) : null
  const no = useRefusal(check, [mine.text, mine.unit, range.least, range.most])
  useEffect(() => onRefused?.(no), [no])
  const change = (text: string, unit: Unit) => {
    const number = readNumber(text)
    const iso = number !== null && Number.isInteger(number) ? toIso({ n: number, unit }) : mine.iso
    setTyped({ text, unit, iso })
    if (number !== null && Number.isInteger(number)) onChange(iso)
  }
  const bad = no ?? refused
  const changed = seconds(value) !== seconds(saved)
  return <span class={`dur${bad ? ' bad' : changed ? ' changed' : ''}`}>
    <input value={mine.text} inputMode="numeric" aria-label={label} aria-invalid={bad ? true : undefined} size={3}
      onInput={e => change(e.currentTarget.value, mine.unit)} onBlur={() => { if (mine.text.trim() === '') setTyped(start(value)) }} />
    {units.length > 1
      ? <select aria-label={t('unit')} value={mine.unit} onChange={e => change(mine.text, e.currentTarget.value as Unit)}>
        {units.map(unit => <option key={unit} value={unit}>{t(`unit.${unit}`, { n: n ?? 2 })}</option>)}</select>
      : <span>{t(`unit.${units[0]!}`, { n: n ?? 2 })}</span>}
  </span>

  function start(iso: string) {
    let span = toSpan(iso)
    if (!units.includes(span.unit)) span = { n: seconds(iso) / secondsOf({ n: 1, unit: units[0]! }), unit: units[0]! }
    return { text: number(span.n), unit: span.unit, iso: toIso(span) }
  }
}

/** A number with its sign: percent, or a count. */
export function NumberIn({ value, saved, onChange, label, least, most, after, before, onRefused, whole }: {
  value: number; saved: number; onChange: (n: number) => void; label: string; least: number; most: number
  after?: string | undefined; before?: string | undefined; onRefused?: (why: string | null) => void; whole?: boolean
}) {
  const [typed, setTyped] = useState({ text: number(value), n: value })
  const mine = typed.n === value ? typed : { text: number(value), n: value }
  const n = readNumber(mine.text)
  const no = useRefusal(() => mine.text.trim() === '' ? null : n === null || (whole && !Number.isInteger(n)) ? t(whole ? 'refuse.whole' : 'refuse.number')
    : n < least || n > most ? t('refuse.between', { least, most }) : null, [mine.text, least, most])
  useEffect(() => onRefused?.(no), [no])
  return <span class={`${before ? 'money' : 'dur'}${no ? ' bad' : value !== saved ? ' changed' : ''}`}>
    {before && <span>{before}</span>}
    <input value={mine.text} inputMode="decimal" aria-label={label} aria-invalid={no ? true : undefined} size={4}
      onInput={e => {
        const text = e.currentTarget.value, n = readNumber(text)
        setTyped({ text, n: n ?? value })
        if (n !== null) onChange(n)
      }} onBlur={() => { if (mine.text.trim() === '') setTyped({ text: number(value), n: value }) }} />
    {after && <span>{after}</span>}
  </span>
}

export function Chips<V extends string>({ label, options, value, onChange }: { label: string; options: { value: V; text: ComponentChildren; count?: number | undefined }[]; value: V | null; onChange: (v: V | null) => void }) {
  return <div class="chips" role="group" aria-label={label}>
    {options.map(o => <button key={o.value} type="button" class="chip" aria-pressed={o.value === (value ?? '')} onClick={() => onChange(o.value === value ? null : o.value)}>
      {o.text}{o.count !== undefined && <> <b>{number(o.count)}</b></>}</button>)}
  </div>
}
