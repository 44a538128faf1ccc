import type { AnchorHTMLAttributes, ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { signal, useSignal } from './signal'

/** Where we are: the path under /app, and the filters, which are in the path so that Back works. No address ever is. */
export type Place = { path: string; query: URLSearchParams; key: string }
const base = '/app'

/** What the host put into the address (its door, its own words) stays with it; filters of ours do not go along. */
const hostKeys = ['door', 'store', 'shop', 'host', 'embedded']
const fromHost = (() => {
  const all = new URLSearchParams(location.search), own = new URLSearchParams()
  for (const key of hostKeys) { const value = all.get(key); if (value !== null) own.set(key, value) }
  return own
})()

const read = (): Place => {
  const query = new URLSearchParams(location.search)
  for (const key of hostKeys) query.delete(key)
  return {
    path: location.pathname.slice(base.length).replace(/\/+$/, '') || '/',
    query,
    key: (history.state as { key?: string } | null)?.key ?? 'first',
  }
}

export const place = signal<Place>(read())
const scrolls = new Map<string, number>()

export const href = (to: string): string => {
  const [path, search = ''] = to.split('?')
  const query = new URLSearchParams(search)
  fromHost.forEach((value, key) => query.set(key, value))
  const text = query.toString()
  return base + (path === '/' ? '' : path) + (text ? '?' + text : '')
}

export function go(to: string, replace = false): void {
  scrolls.set(place.get().key, scrollY)
  history[replace ? 'replaceState' : 'pushState']({ key: replace ? place.get().key : crypto.randomUUID() }, '', href(to))
  place.set(read())
}

addEventListener('popstate', () => { scrolls.set(place.get().key, scrollY); place.set(read()) })
history.scrollRestoration = 'manual'

export function Link({ to, children, ...rest }: { to: string; children?: ComponentChildren } & Omit<AnchorHTMLAttributes, 'href'> & { 'aria-current'?: 'page' | undefined }) {
  return <a {...rest as object} href={href(to)} onClick={event => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(to)
  }}>{children}</a>
}

export const usePlace = () => useSignal(place)

/** After another screen came: its title, its heading in focus, the scroll as it was on Back, else the top. */
export function useArrival(title: string, ready: boolean): void {
  const { path, key } = usePlace()
  useEffect(() => { if (title) document.title = title }, [title])
  useEffect(() => {
    if (!ready) return
    const heading = document.querySelector<HTMLElement>('main h1')
    if (heading && arrived !== null && arrived !== path) {
      heading.tabIndex = -1
      heading.focus({ preventScroll: true })
      scrollTo(0, scrolls.get(key) ?? 0)
    }
    arrived = path
  }, [path, ready])
}
let arrived: string | null = null
