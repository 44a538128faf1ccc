import type { ComponentChildren } from 'preact'
import type { Outcome } from '../model'
import { t } from '../i18n'

/* Shape first, colour second; the word stands beside it. */
const shape: Record<Outcome, string> = { sent: 'sent', waiting: 'wait', silent: 'quiet', shadow: 'shadow', failed: 'stop' }
const tone: Record<Outcome, string> = { sent: 'sent', waiting: 'wait', silent: 'quiet', shadow: 'sent', failed: 'stop' }

export const Glyph = ({ of, ...rest }: { of: Outcome; style?: Record<string, string> }) => <i class={`g g-${shape[of]}`} aria-hidden="true" {...rest} />
export const Out = ({ of, children }: { of: Outcome; children?: ComponentChildren }) =>
  <span class={`out ${tone[of]}`}><Glyph of={of} />{children ?? t(`outcome.${of}`)}</span>

export const Tick = () => <svg class="tick" width="12" height="12" viewBox="0 0 12 12" fill="none" stroke="currentColor" stroke-width="1.75" aria-hidden="true"><path d="M2 6.5l2.7 2.7L10 3.5" /></svg>
export const Lens = () => <svg width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true"><circle cx="6" cy="6" r="4.5" /><path d="M9.5 9.5L13 13" /></svg>
export const Mark = () => <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><circle cx="6" cy="10" r="4.6" fill="var(--accent)" /><circle cx="14" cy="10" r="3.9" fill="none" stroke="var(--accent)" stroke-width="1.6" /></svg>

/** One whole, its parts labelled in words below. */
export function Whole({ parts, label }: { parts: { n: number; kind: 'a' | 'b' | 'c' }[]; label: string }) {
  const shown = parts.filter(p => p.n > 0)
  return <div class="whole" style={{ '--parts': shown.map(p => `${p.n}fr`).join(' ') || '1fr' }} role="img" aria-label={label}>
    {shown.map(p => <i class={p.kind} />)}
  </div>
}
