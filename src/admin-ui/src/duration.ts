import { t } from './i18n'

/**
 * Durations as the API writes them (ISO 8601, whole weeks, days, hours, minutes, seconds) and as people type them: a
 * number and a unit. What was typed stays as it was: 24 hours is not one day.
 */
export type Unit = 'minutes' | 'hours' | 'days'
export type Span = { n: number; unit: Unit }

const size: Record<Unit, number> = { minutes: 60, hours: 3600, days: 86_400 }

export function seconds(iso: string): number {
  const m = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(iso)
  if (!m) return NaN
  const [w, d, h, min, s] = m.slice(1).map(x => Number(x ?? 0))
  return w! * 604_800 + d! * 86_400 + h! * 3600 + min! * 60 + s!
}

/** The service writes 24 h as P1D and 36 h as P1DT12H; people who set reminders think in hours up to two days. */
export function toSpan(iso: string): Span {
  const s = seconds(iso)
  if (s > 0 && s % 3600 !== 0) return { n: s / 60, unit: 'minutes' }
  if (s !== 0 && (s <= 48 * 3600 || s % 86_400 !== 0)) return { n: s / 3600, unit: 'hours' }
  return { n: s / 86_400, unit: 'days' }
}

export const toIso = ({ n, unit }: Span): string =>
  unit === 'days' ? `P${n}D` : unit === 'hours' ? `PT${n}H` : `PT${n}M`
export const secondsOf = ({ n, unit }: Span): number => n * size[unit]

/** "2 hours", "3 أيام". */
export function duration(iso: string): string {
  const s = seconds(iso)
  if (s < 120 && s % 60 !== 0) return t('span.seconds', { n: Math.round(s) })
  const { n, unit } = s < 3600 ? { n: Math.round(s / 60), unit: 'minutes' as Unit } : toSpan(iso)
  return n % 1 ? t('span.hours', { n: Math.round(s / 3600) }) : t(`span.${unit}`, { n })
}
/** "one hour", as it follows "after": Arabic's dual changes by case. */
export const after = (iso: string): string => {
  const { n, unit } = toSpan(iso)
  return t(`after.${unit}`, { n })
}
