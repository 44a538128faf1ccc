import { useState } from 'preact/hooks'
import { forget, Problem, put, useLoad } from '../api'
import { list, number, since, t } from '../i18n'
import type { Automations, AutomationItem, Counts, ModeName, Outcome } from '../model'
import { Link, useArrival } from '../router'
import { nowOf, store } from '../store'
import { ModeRail } from '../ui/controls'
import { Glyph } from '../ui/marks'
import { Part, toast, troubleOf } from '../ui/states'
import { duration } from '../duration'
import { automationName, summary } from '../words'
import type { Screen } from '../app'
import { AutomationPage } from './automation'

const Main: Screen = ({ rest }) => rest[0] ? <AutomationPage name={rest[0]} /> : <All />
export default Main

function All() {
  const load = useLoad<Automations>('automations')
  useArrival(`${t('nav.automations')} · ${store.get()?.name ?? ''}`, true)
  return <>
    <h1>{t('nav.automations')}</h1>
    <p class="sub tight">{t('automations.sub')}</p>
    <Part of={load} rows={[20, 90, 70, 20, 90, 70]}>{data => {
      const stages = [...new Set(data.items.map(i => i.stage))]
      return <>
        {stages.map(stage => <section key={stage}>
          <h2 class="stage">{t(`stage.${stage}`)}</h2>
          {data.items.filter(i => i.stage === stage).map(item => <One key={item.name} item={item} all={data} reload={load.reload} />)}
        </section>)}
        <div class="note small roomy"><b>{t('automations.peace')}</b> <span class="soft">{t('automations.caps', { caps: list(data.caps.email.map(c => t('cap.in', { n: c.most, span: duration(c.in) }))) })}</span></div>
      </>
    }}</Part>
  </>
}

function One({ item, all, reload }: { item: AutomationItem; all: Automations; reload: () => Promise<void> }) {
  const now = nowOf(all)
  return <article class="auto">
    <div><h3 class="h2"><Link to={`/automations/${item.name}`}>{automationName(item.name)}</Link></h3>
      <p class="soft">{summary(item.name, item.settings)}{item.products && <> {t('automations.known', { known: item.products.known, of: item.products.of })}</>}</p>
      {item.held && <p class="small held"><b>{t('held.head')}</b> {t('held.see')} <Link to="/health">{t('nav.health')}</Link></p>}</div>
    <Figures counts={item.counts} mode={item.settings.mode} days={item.days} />
    <Mode item={item} now={now} reload={reload} />
  </article>
}

function Figures({ counts, mode, days }: { counts: Counts; mode: ModeName; days: number }) {
  const first: Outcome = mode === 'live' || counts.sent > 0 ? 'sent' : 'shadow'
  const rows: [Outcome, string, number][] = [
    [first, first === 'sent' ? t('figures.sent', { days }) : t('outcome.shadow'), counts[first]],
    ['waiting', t('outcome.waiting'), counts.waiting],
    ['silent', t('figures.silent', { days }), counts.silent],
  ]
  if (counts.failed) rows.push(['failed', t('outcome.failed'), counts.failed])
  return <dl>{rows.map(([of, word, n]) => <div key={of}><dt><Glyph of={of} /> {word}</dt><dd>{number(n)}</dd></div>)}</dl>
}

/** Acts at once: the list has the version that it is a change of, so nothing more is read. */
function Mode({ item, now, reload }: { item: AutomationItem; now: string; reload: () => Promise<void> }) {
  const [pressed, setPressed] = useState<ModeName | null>(null)
  const shown = pressed ?? item.settings.mode
  const change = async (mode: ModeName, etag: string | null, was: ModeName, mayUndo: boolean) => {
    setPressed(mode)
    try {
      const saved = await put<AutomationItem['settings']>(`automations/${item.name}`, { mode }, etag)
      toast(t('toast.mode', { name: automationName(item.name), mode }), mayUndo ? () => void change(was, saved.etag, mode, false) : undefined)
      for (const old of ['home', 'activity', `automations/${item.name}`, `automations/${item.name}/about`, `automations/${item.name}/versions`]) forget(old)
    } catch (error) {
      toast(error instanceof Problem && error.status === 412 ? t('save.failed', { why: t('save.older') }) : t('save.failed', { why: troubleOf(error as Error) }))
    }
    await reload()
    setPressed(null)
  }
  return <div class="m">
    <ModeRail size="sm" label={t('mode.of', { name: automationName(item.name) })} value={shown}
      onChange={mode => void change(mode, `"${item.settings.version}"`, item.settings.mode, true)} />
    <p class="hint">{item.since && shown === item.settings.mode ? t(`since.${shown}`, { day: since(item.since, now) }) : t(`mode.means.${shown}`)}</p>
  </div>
}
