import { useState } from 'preact/hooks'
import { number, shortDay, t } from '../i18n'

/** Columns by day; the emphasised part of a day stands in it. The same numbers are a table for who listens. */
export function Columns({ days, label }: { days: { day: string; messages: number; orders: number }[]; label: string }) {
  const [at, set] = useState<number | null>(null)
  const most = Math.max(1, ...days.map(d => d.messages))
  const step = most <= 3 ? 1 : most <= 6 ? 2 : Math.ceil(most / 3 / 5) * 5
  const top = step * Math.max(1, Math.ceil(most / step))
  const lines = Array.from({ length: top / step + 1 }, (_, i) => top - i * step)
  const one = at === null ? null : days[at]
  const noon = (day: string) => new Date(`${day}T12:00:00Z`)
  return <>
    <div class="cols" role="img" aria-label={label}>
      <span class="grid">{lines.map(n => <b key={n}><span>{number(n)}</span></b>)}</span>
      <span class="plot" onPointerLeave={() => set(null)}>{days.map((d, i) => <i key={d.day} class={i === at ? 'at' : ''} onPointerEnter={() => set(i)} style={{ '--h': `${d.messages / top * 100}%` }}>{d.orders > 0 && <u style={{ '--h': `${d.messages ? Math.min(100, d.orders / d.messages * 100) : 100}%` }} />}</i>)}</span>
      <span class="foot">{one ? <b class="told">{t('recovered.day', { day: shortDay(noon(one.day)), messages: one.messages, orders: one.orders })}</b>
        : days.length > 2 && [0, Math.floor(days.length / 2), days.length - 1].map(i => <b key={i}>{shortDay(noon(days[i]!.day))}</b>)}</span>
    </div>
    <div class="vh"><table><caption>{label}</caption><tbody>{days.map(d => <tr key={d.day}><th scope="row">{shortDay(noon(d.day))}</th><td>{t('recovered.day', { day: '', messages: d.messages, orders: d.orders })}</td></tr>)}</tbody></table></div>
  </>
}
