import { h, type ComponentType } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { post, shut } from './api'
import { door } from './door'
import { language, setPlace, speak, t } from './i18n'
import type { Summary } from './model'
import { keepLanguage } from './prefs'
import { go, href, Link, usePlace } from './router'
import { useSignal } from './signal'
import { readStore, store } from './store'
import { Lens, Mark } from './ui/marks'
import { Loading, OfflineBar, Toasts, Trouble, troubleOf } from './ui/states'

export type Screen = ComponentType<{ rest: string[] }>
type Route = { tab: Tab; load: () => Promise<{ default: Screen }> }
type Tab = 'start' | 'home' | 'automations' | 'messages' | 'customers' | 'activity' | 'health' | 'settings'

const routes: Record<string, Route> = {
  '': { tab: 'home', load: () => import('./screens/home') },
  start: { tab: 'start', load: () => import('./screens/start') },
  automations: { tab: 'automations', load: () => import('./screens/automations') },
  messages: { tab: 'messages', load: () => import('./screens/messages') },
  customers: { tab: 'customers', load: () => import('./screens/customers') },
  activity: { tab: 'activity', load: () => import('./screens/activity') },
  health: { tab: 'health', load: () => import('./screens/health') },
  settings: { tab: 'settings', load: () => import('./screens/settings') },
}
const pathOf = (tab: Tab) => tab === 'home' ? '/' : `/${tab}`

/** Shopify's own navigation of apps: given the same tabs, it takes the place of ours. */
function HostNav({ tabs }: { tabs: Tab[] }) {
  const [ready, set] = useState(false)
  useEffect(() => {
    if (door !== 'shopify') return
    const visit = (event: Event) => {
      const to = (event.target as HTMLElement | null)?.getAttribute('href')
      if (to?.startsWith('/app')) { event.preventDefault(); go(to.slice('/app'.length).split('?')[0] || '/') }
    }
    document.addEventListener('shopify:navigate', visit)
    void customElements.whenDefined('ui-nav-menu').then(() => { document.documentElement.dataset['nav'] = 'host'; set(true) })
    return () => document.removeEventListener('shopify:navigate', visit)
  }, [])
  return ready ? h('ui-nav-menu', null, tabs.map(one => <a key={one} href={href(pathOf(one))} rel={one === 'home' ? 'home' : undefined}>{t(`nav.${one}`)}</a>)) : null
}

export function App() {
  const [, redraw] = useState(0)
  const [error, setError] = useState<Error | null>(null)
  const no = useSignal(shut)
  const facts = useSignal(store)
  const { path } = usePlace()
  const begin = () => { setError(null); readStore().then(() => setError(null), setError) }
  useEffect(begin, [])
  const [head = '', ...rest] = path.slice(1).split('/')
  const route = routes[head]
  const change = async () => {
    const next = language === 'ar' ? 'en' : 'ar'
    keepLanguage(next)
    await speak(next)
    setPlace({ country: store.get()?.country })
    redraw(n => n + 1)
  }
  if (no) return <Shut code={no.code} />
  return <div key={language} class="page-frame">
    <a class="skip" href="#main">{t('skip')}</a>
    <Top tab={route?.tab ?? null} onLanguage={() => void change()} />
    <main class="page" id="main">
      <OfflineBar />
      {error && !facts ? (isMissing(error) ? <Stage route={route} rest={rest} /> : <Trouble error={error} retry={begin} />)
        : !facts ? <Loading rows={[30, 70, 50, 90, 85, 88]} big /> : <Stage route={route} rest={rest} />}
    </main>
    <Toasts />
  </div>
}
/** An older service that does not tell the shop's facts yet: the page goes on without them. */
const isMissing = (error: Error) => (error as { status?: number }).status === 404

/** The screen of a route; its code comes with its first visit. */
function Stage({ route, rest }: { route: Route | undefined; rest: string[] }) {
  const [screen, setScreen] = useState<{ of: Route; It: Screen } | null>(null)
  const [error, setError] = useState<Error | null>(null)
  useEffect(() => {
    if (!route) return
    let gone = false
    setError(null)
    route.load().then(m => { if (!gone) setScreen({ of: route, It: m.default }) }, e => { if (!gone) setError(e as Error) })
    return () => { gone = true }
  }, [route])
  if (!route) return <Nowhere />
  if (error) return <Trouble error={error} retry={() => location.reload()} />
  if (!screen || screen.of !== route) return <Loading rows={[30, 70, 50, 90, 85, 88]} big />
  return <screen.It rest={rest} />
}

function Nowhere() {
  return <><h1>{t('nowhere.head')}</h1><p class="sub">{t('nowhere.text')} <Link to="/">{t('nowhere.home')}</Link></p></>
}

/** No door lets us in. What to do differs by door. */
function Shut({ code }: { code: string }) {
  const key = code === 'app-not-installed' || code === 'store-gone' ? 'shut.gone' as const : code === 'not-connected' ? 'shut.connect' as const : code === 'host-silent' ? 'shut.silent' as const
    : door === 'alone' ? 'shut.alone' as const : 'shut.host' as const
  useEffect(() => { document.title = t('shut.head') }, [])
  return <main class="page shut"><h1>{t('shut.head')}</h1><p class="sub">{t(key)}</p>
    <p class="btns"><button class="btn" type="button" onClick={() => location.reload()}>{t('tryAgain')}</button></p><p class="hint">{t('shut.code', { code })}</p></main>
}

const order: Tab[] = ['home', 'automations', 'messages', 'customers', 'activity', 'health', 'settings']
/** Under "More" on a phone; the current one of them takes the place of Activity. */
const second: Tab[] = ['messages', 'health', 'settings']

function Top({ tab, onLanguage }: { tab: Tab | null; onLanguage: () => void }) {
  const facts = useSignal(store)
  const tabs: Tab[] = facts && !facts.started ? ['start', ...order] : order
  const isSecond = (one: Tab) => tab && second.includes(tab) ? (second.includes(one) && one !== tab) || one === 'activity' : second.includes(one)
  return <header class="top"><HostNav tabs={tabs} /><div class="top-in">
    <Link class="shop" to="/" aria-label={facts?.name ?? 'StoreConnector'}><Mark />{<bdi>{facts?.name ?? 'StoreConnector'}</bdi>}</Link>
    <nav class="nav" aria-label={t('nav.label')}>
      {tabs.map(one => <Link key={one} to={pathOf(one)} class={isSecond(one) ? 'sec' : ''} aria-current={one === tab ? 'page' : undefined}>{t(`nav.${one}`)}</Link>)}
      <More tabs={tabs.filter(isSecond)} />
    </nav>
    <div class="tools"><Find /><button type="button" class="lang" lang={language === 'ar' ? 'en' : 'ar'} onClick={onLanguage}>{language === 'ar' ? 'English' : 'العربية'}</button></div>
  </div></header>
}

function More({ tabs }: { tabs: Tab[] }) {
  const [open, set] = useState(false)
  const own = useRef<HTMLDivElement>(null)
  const { path } = usePlace()
  useEffect(() => set(false), [path])
  useEffect(() => {
    if (!open) return
    const away = (event: Event) => { if (!own.current?.contains(event.target as Node)) set(false) }
    const key = (event: KeyboardEvent) => { if (event.key === 'Escape') { set(false); own.current?.querySelector('button')?.focus() } }
    addEventListener('pointerdown', away)
    addEventListener('keydown', key)
    return () => { removeEventListener('pointerdown', away); removeEventListener('keydown', key) }
  }, [open])
  return <div class="more" ref={own}>
    <button type="button" aria-expanded={open} onClick={() => set(!open)}>{t('nav.more')}</button>
    {open && <ul class="menu appear">{tabs.map(one => <li key={one}><Link to={pathOf(one)}>{t(`nav.${one}`)}</Link></li>)}</ul>}
  </div>
}

/** What is typed is posted, never a part of an address. One result opens; several are shown to choose from. */
function Find() {
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [found, setFound] = useState<Summary[] | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const own = useRef<HTMLFormElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const { path } = usePlace()
  const close = () => { setFound(null); setError(null); setOpen(false) }
  useEffect(() => { close(); setText('') }, [path])
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement
      if (event.key === '/' && !event.metaKey && !event.ctrlKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) && !at.isContentEditable) {
        event.preventDefault()
        setOpen(true)
        setTimeout(() => field.current?.focus())
      }
    }
    const away = (event: Event) => { if (!own.current?.contains(event.target as Node)) { setFound(null); setError(null); if (!field.current?.value) setOpen(false) } }
    addEventListener('keydown', key)
    addEventListener('pointerdown', away)
    return () => { removeEventListener('keydown', key); removeEventListener('pointerdown', away) }
  }, [])
  const search = async (event: Event) => {
    event.preventDefault()
    if (!text.trim()) return
    setBusy(true)
    setError(null)
    try {
      const items = await findPeople(text)
      if (items.length === 1) { setBusy(false); close(); setText(''); go(`/customers/${items[0]!.key}`); return }
      setFound(items)
    } catch (e) { setError(troubleOf(e as Error)) }
    setBusy(false)
  }
  return <form class={`find-form${open ? ' open' : ''}`} ref={own} role="search" onSubmit={e => void search(e)} aria-busy={busy || undefined}
    onKeyDown={e => { if (e.key === 'Escape') { close(); setText(''); own.current?.querySelector('button')?.focus() } }}>
    <button type="button" class="find icon" aria-label={t('find')} aria-expanded={open} onClick={() => { setOpen(true); setTimeout(() => field.current?.focus()) }}><Lens /></button>
    <label class="find field-in"><Lens /><input ref={field} value={text} placeholder={t('find')} aria-label={t('find.label')} dir="auto" autocomplete="off" spellcheck={false} enterkeyhint="search"
      onInput={e => { setText(e.currentTarget.value); setFound(null); setError(null) }} /></label>
    {(found || error) && <div class="menu found appear" role="status">
      {error ? <p class="small pad-s">{error}</p>
        : found!.length === 0 ? <p class="small pad-s soft">{t('find.nobody')}</p>
          : <ul>{found!.map(one => <li key={one.key}><Link to={`/customers/${one.key}`}><People of={one} /></Link></li>)}</ul>}
    </div>}
  </form>
}

export const People = ({ of }: { of: Summary }) => <><b><bdi>{of.name ?? t('person.unnamed')}</bdi></b><br /><span class="small soft"><bdi dir="ltr">{of.email ?? of.phone ?? ''}</bdi></span></>

export async function findPeople(text: string): Promise<Summary[]> {
  const typed = text.trim()
  const body = typed.includes('@') ? { email: typed } : /^\d{1,19}$/.test(typed) && !typed.startsWith('0') ? { id: typed } : { phone: typed }
  const { data } = await post<{ items: Summary[] }>('customers/search', body)
  // A number may be the shop's own for a customer, or a phone's.
  if ('id' in body && data.items.length === 0) return (await post<{ items: Summary[] }>('customers/search', { phone: typed }).catch(() => ({ data: { items: [] as Summary[] } }))).data.items
  return data.items
}
