import { useEffect, useRef, useState } from 'preact/hooks'
import { bearer, NoWayIn, storeId } from './door'
import { signal } from './signal'

/** What is wrong, as the service says it: RFC 9457, always with a code. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, detail: string, readonly fields: Record<string, string[]> = {}) {
    super(detail)
  }
}
/** The service was not reached. What was typed stays, and so does what was read. */
export class Offline extends Error {}

/** Since when there is no connection; null while there is one. */
export const offline = signal<number | null>(null)
/** No door lets us in: nothing of the page can be shown. */
export const shut = signal<NoWayIn | null>(null)

export type Answer<T> = { data: T; etag: string | null }
type Options = { method?: string; body?: unknown; etag?: string | null; signal?: AbortSignal; type?: string }

export async function call<T>(path: string, options: Options = {}): Promise<Answer<T>> {
  for (let again = false; ; again = true) {
    let answer: Response
    try {
      const token = await bearer(again)
      answer = await fetch(path.startsWith('/') ? path : `/api/stores/${storeId()}${path ? '/' + path : ''}`, {
        method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
        headers: {
          Authorization: `Bearer ${token}`,
          Accept: 'application/json',
          ...(options.body !== undefined && { 'Content-Type': options.type ?? 'application/json' }),
          ...(options.etag && { 'If-Match': options.etag }),
        },
        ...(options.body !== undefined && { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
        ...(options.signal && { signal: options.signal }),
        cache: 'no-store',
      })
    } catch (error) {
      if (error instanceof NoWayIn) { shut.set(error); throw error }
      if ((error as Error).name === 'AbortError') throw error
      offline.set(offline.get() ?? Date.now())
      throw new Offline()
    }
    offline.set(null)
    if (answer.status === 401 && !again) continue // Its time was over: once more with a new bearer, and nobody notices.
    if (answer.ok) {
      const text = answer.status === 204 ? '' : await answer.text()
      return { data: (text ? JSON.parse(text) : null) as T, etag: answer.headers.get('ETag') }
    }
    const said = await answer.json().catch(() => ({})) as { code?: string; detail?: string; errors?: Record<string, string[]> }
    throw new Problem(answer.status, said.code ?? `${answer.status}`, said.detail ?? '', said.errors)
  }
}

export const get = <T,>(path: string, signal?: AbortSignal) => call<T>(path, signal ? { signal } : {})
export const put = <T,>(path: string, body: unknown, etag?: string | null) => call<T>(path, { method: 'PUT', body, etag: etag ?? null })
export const post = <T,>(path: string, body: unknown = {}, signal?: AbortSignal) => call<T>(path, { method: 'POST', body, ...(signal && { signal }) })
export const del = <T,>(path: string) => call<T>(path, { method: 'DELETE' })

/* ---- what a screen reads ---- */

export type Load<T> = {
  data: T | null; etag: string | null; error: Error | null
  /** Being read; what was read before stays in place meanwhile. */
  busy: boolean
  reload: () => Promise<void>
  set: (data: T, etag?: string | null) => void
}

/** What was read lately, by path, so that Back shows at once what was there; it is read again behind it. */
const kept = new Map<string, Answer<unknown>>()
const most = 60
const keep = (path: string, answer: Answer<unknown>) => {
  kept.delete(path)
  kept.set(path, answer)
  if (kept.size > most) kept.delete(kept.keys().next().value!)
}
/** What another change made old: the path itself, and with filters. */
export const forget = (old: string) => { for (const path of [...kept.keys()]) if (path === old || path.startsWith(old + '?')) kept.delete(path) }

/** Reads a path; another path, or leaving, ends what is under way. `null` reads nothing yet. */
export function useLoad<T>(path: string | null): Load<T> {
  const [, redraw] = useState(0)
  const state = useRef<{ path: string | null; error: Error | null; busy: boolean; abort: AbortController | null }>(
    { path: null, error: null, busy: false, abort: null })
  const now = state.current
  const read = async () => {
    if (path === null) return
    now.abort?.abort()
    const abort = now.abort = new AbortController()
    now.busy = true
    redraw(n => n + 1)
    try {
      keep(path, await get<T>(path, abort.signal))
      now.error = null
    } catch (error) {
      if (abort.signal.aborted) return
      now.error = error as Error
    }
    now.busy = false
    redraw(n => n + 1)
  }
  useEffect(() => {
    now.path = path
    now.error = null
    void read()
    return () => now.abort?.abort()
  }, [path])
  useEffect(() => offline.listen(since => { if (since === null && now.error instanceof Offline) void read() }), [path])
  const answer = path === null ? undefined : kept.get(path) as Answer<T> | undefined
  return {
    data: answer?.data ?? null, etag: answer?.etag ?? null,
    error: now.path === path ? now.error : null,
    busy: now.path !== path || now.busy,
    reload: read,
    set: (data, etag) => { if (path !== null) { keep(path, { data, etag: etag === undefined ? answer?.etag ?? null : etag }); redraw(n => n + 1) } },
  }
}
