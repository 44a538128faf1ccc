import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { signal, useSignal } from '../signal'
import { offline, Offline, Problem, type Load } from '../api'
import { t, T, time } from '../i18n'
import { Button } from './controls'

/** Nothing before 200 ms; then the shape of what comes. */
export function Loading({ rows = [40, 85, 70, 78], big }: { rows?: number[]; big?: boolean }) {
  const [late, set] = useState(false)
  useEffect(() => { const later = setTimeout(() => set(true), 200); return () => clearTimeout(later) }, [])
  return <div class={`skel${big ? ' big' : ''}`} aria-busy="true" style={{ visibility: late ? 'visible' : 'hidden' }}>
    <span class="vh">{t('loading')}</span>
    {rows.map((w, i) => <div key={i} class="wait-row" style={{ inlineSize: `${w}%` }} />)}
  </div>
}

export const Empty = ({ head, children, action }: { head: string; children?: ComponentChildren; action?: ComponentChildren }) =>
  <div class="card empty"><h2>{head}</h2><p class="small">{children}</p>{action}</div>

/** Where it happened, what is kept, what to do. */
export function Trouble({ error, retry }: { error: Error; retry?: (() => void) | undefined }) {
  return <div class="banner problem" role="alert">
    <span><b>{t('trouble.head')}</b> {troubleOf(error)}</span>
    {retry && <Button onClick={retry}>{t('tryAgain')}</Button>}
  </div>
}
export function troubleOf(error: Error): string {
  if (error instanceof Offline) return t('trouble.offline')
  if (error instanceof Problem) {
    if (error.code === 'not-found' || error.status === 404) return t('trouble.gone')
    if (error.status === 429) return t('trouble.often')
    return error.status >= 500 ? t('trouble.service') : error.message || t('trouble.service')
  }
  return t('trouble.service')
}

/** One part of a screen: its shape, its trouble, or what it shows. Old content stays while it is read again. */
export function Part<T>({ of, children, rows, quiet }: { of: Load<T>; children: (data: T) => ComponentChildren; rows?: number[]; quiet?: boolean }) {
  if (of.data !== null) return <div class="part" aria-busy={of.busy || undefined}>{children(of.data)}</div>
  if (of.error) return quiet ? <p class="small muted">{t('trouble.part')} <button type="button" class="linkbtn" onClick={() => void of.reload()}>{t('tryAgain')}</button></p> : <Trouble error={of.error} retry={() => void of.reload()} />
  return <Loading {...(rows && { rows })} />
}

/* ---- toasts: one at a time, ten seconds, waiting under pointer and focus ---- */
type Toasted = { text: string; undo?: (() => void) | undefined; id: number }
const toasted = signal<Toasted | null>(null)
let toasts = 0
export const toast = (text: string, undo?: () => void) => toasted.set({ text, undo, id: ++toasts })
export const hush = () => toasted.set(null)

export function Toasts() {
  const shown = useSignal(toasted)
  const held = useRef(false)
  const left = useRef(10_000)
  useEffect(() => {
    if (!shown) return
    left.current = 10_000
    held.current = false
    const tick = setInterval(() => { if (!held.current && (left.current -= 250) <= 0) toasted.set(null) }, 250)
    return () => clearInterval(tick)
  }, [shown?.id])
  const hold = (on: boolean) => () => { held.current = on }
  return <div role="status" class="toasts">{shown && <div class="toast" key={shown.id} onPointerEnter={hold(true)} onPointerLeave={hold(false)} onFocusIn={hold(true)} onFocusOut={hold(false)}>
    <span>{shown.text}</span>{shown.undo && <button type="button" onClick={() => { const undo = shown.undo!; toasted.set(null); undo() }}>{t('undo')}</button>}
  </div>}</div>
}

export function OfflineBar() {
  const since = useSignal(offline)
  if (since === null) return null
  return <div class="banner offline" role="status"><span><T k="offline" v={{ time: time(new Date(since)) }} /></span>
    <Button onClick={() => offline.set(null)}>{t('tryAgain')}</Button></div>
}

/** Appears with the first change; never blocks saving because something is still being counted. */
export function SaveBar({ change, consequence, onDiscard, onSave, busy, label, blocked }: { change: ComponentChildren; consequence?: ComponentChildren; onDiscard: () => void; onSave: () => void; busy: boolean; label: string; blocked?: boolean }) {
  return <div class="savebar appear" role="region" aria-label={t('save.region')}>
    <div class="grow"><span class="vh" role="status">{t('save.region')}</span><b>{change}</b> <span class="soft" aria-live="polite">{consequence}</span></div>
    <div class="btns fill"><Button kind="plain" onClick={onDiscard}>{t('discard')}</Button>
      <Button kind="primary" busy={busy && t('saving')} disabled={blocked === true} onClick={onSave}>{label}</Button></div>
  </div>
}

/** A dialog that takes nothing away from the page's scroll bar, and gives focus back. */
export function Dialog({ title, children, actions, onClose }: { title: string; children: ComponentChildren; actions: ComponentChildren; onClose: () => void }) {
  const own = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const from = document.activeElement as HTMLElement | null
    own.current?.showModal()
    return () => from?.focus()
  }, [])
  return <dialog ref={own} aria-labelledby="dialog-title" onClose={onClose} onCancel={onClose} onClick={e => { if (e.target === own.current) onClose() }}>
    <div class="dialog-in"><h2 id="dialog-title">{title}</h2><div class="stack">{children}</div><div class="btns">{actions}</div></div>
  </dialog>
}
