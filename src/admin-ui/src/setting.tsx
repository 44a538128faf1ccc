import { useEffect, useRef, useState } from 'preact/hooks'
import { forget, get, Offline, post, Problem, put, useLoad, type Load } from './api'
import { t } from './i18n'
import { toast, troubleOf } from './ui/states'

export type Draft<T> = {
  load: Load<T>
  /** What stands on the screen: what is saved, with what was changed over it. */
  value: T | null
  saved: T | null
  changed: boolean
  set: (patch: Partial<T>) => void
  discard: () => void
  save: (patch?: Partial<T>) => Promise<T | null>
  saving: boolean
  errors: Record<string, string[]>
  /** Somebody saved another version meanwhile: theirs, with ours kept. */
  theirs: T | null
  takeTheirs: () => void
  keepMine: () => void
}

/** What was typed and not saved, by what it belongs to: who goes elsewhere and comes back finds it. No host lets us ask. */
const drafts = new Map<string, object>()

/**
 * Something that is saved: what was changed is laid over it, sent with the version it was made of, and nothing that was
 * typed is lost when that is refused.
 */
export function useSetting<T extends object>(path: string | null, said: (now: T, was: T) => string, also: string[] = [],
  undoing: (body: Partial<T>, was: T) => Partial<T> = (body, was) => Object.fromEntries(Object.keys(body).map(key => [key, was[key as keyof T]])) as Partial<T>): Draft<T> {
  const load = useLoad<T>(path)
  const [patch, setPatch] = useState<Partial<T>>(() => (path !== null && drafts.get(path) as Partial<T>) || {})
  const [saving, setSaving] = useState(false)
  const [errors, setErrors] = useState<Record<string, string[]>>({})
  const [theirs, setTheirs] = useState<{ data: T; etag: string | null } | null>(null)
  const last = useRef(path)
  if (last.current !== path) { last.current = path; setPatch((path !== null && drafts.get(path) as Partial<T>) || {}); setErrors({}); setTheirs(null) }
  const saved = load.data
  const differs = (key: keyof T) => saved === null || JSON.stringify(patch[key]) !== JSON.stringify(saved[key])
  const kept = Object.fromEntries(Object.entries(patch).filter(([key]) => differs(key as keyof T))) as Partial<T>
  const changed = saved !== null && Object.keys(kept).length > 0
  if (path !== null && saved !== null) { if (changed) drafts.set(path, kept); else drafts.delete(path) }
  useEffect(() => {
    if (!changed) return
    const stay = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', stay)
    return () => removeEventListener('beforeunload', stay)
  }, [changed])
  const open = useRef(false)
  open.current = changed && !saving
  useEffect(() => () => { if (open.current) toast(t('save.kept')) }, [path])

  const send = async (body: Partial<T>, etag: string | null, was: T, undo: boolean): Promise<T | null> => {
    setSaving(true)
    setErrors({})
    try {
      const { data, etag: next } = await put<T>(path!, body, etag)
      also.forEach(forget)
      load.set(data, next)
      setPatch(now => Object.fromEntries(Object.entries(now).filter(([key, value]) =>
        !(key in body) || JSON.stringify(value) !== JSON.stringify(body[key as keyof T]))) as Partial<T>)
      setTheirs(null)
      const back = undoing(body, was)
      toast(said(data, was), undo ? () => void send(back, next, data, false) : undefined)
      return data
    } catch (error) {
      if (error instanceof Problem && error.status === 412) setTheirs(await get<T>(path!).catch(() => null))
      else if (error instanceof Problem && Object.keys(error.fields).length) setErrors(error.fields)
      else if (error instanceof Offline) toast(t('save.offline'))
      else toast(t('save.failed', { why: troubleOf(error as Error) }))
      return null
    } finally { setSaving(false) }
  }

  return {
    load, saved, value: saved && { ...saved, ...patch }, changed, saving, errors, theirs: theirs?.data ?? null,
    set: more => { setErrors({}); setPatch(now => ({ ...now, ...more })) },
    discard: () => { setPatch({}); setErrors({}); setTheirs(null) },
    save: async one => saved === null || saving ? null : send(one ?? kept, load.etag, saved, true),
    takeTheirs: () => { if (theirs) load.set(theirs.data, theirs.etag); setPatch({}); setTheirs(null) },
    keepMine: () => { if (theirs) { load.set(theirs.data, theirs.etag); setTheirs(null) } },
  }
}

/** Asks the service about what is typed, after a pause; an older answer never comes after a newer one. */
export function useAsk<T>(path: string | null, body: unknown, pause = 600): { answer: T | null; busy: boolean; error: Error | null } {
  const [state, set] = useState<{ answer: T | null; busy: boolean; error: Error | null; of: string }>({ answer: null, busy: false, error: null, of: '' })
  const key = path === null ? '' : path + JSON.stringify(body)
  useEffect(() => {
    if (path === null) { set({ answer: null, busy: false, error: null, of: '' }); return }
    const abort = new AbortController()
    set(was => ({ ...was, busy: true, error: null }))
    const ask = async (left: number): Promise<void> => {
      try {
        const { data } = await post<T & { countedAt?: string | null }>(path, body, abort.signal)
        if (data && data.countedAt === null && left > 0) { // Still being counted: asked again.
          await new Promise(done => setTimeout(done, 3000))
          return abort.signal.aborted ? undefined : ask(left - 1)
        }
        if (!abort.signal.aborted) set({ answer: data, busy: false, error: null, of: key })
      } catch (error) { if (!abort.signal.aborted) set({ answer: null, busy: false, error: error as Error, of: key }) }
    }
    const later = setTimeout(() => void ask(60), pause)
    return () => { clearTimeout(later); abort.abort() }
  }, [key])
  return path === null || state.of !== key ? { answer: null, busy: path !== null && state.error === null, error: state.of === key ? state.error : null } : state
}
