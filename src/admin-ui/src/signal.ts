import { useEffect, useState } from 'preact/hooks'

/** A value that several parts of the page look at. */
export type Signal<T> = { get: () => T; set: (value: T) => void; listen: (hear: (value: T) => void) => () => void }

export function signal<T>(first: T): Signal<T> {
  let value = first
  const ears = new Set<(value: T) => void>()
  return {
    get: () => value,
    set: next => { if (next !== value) { value = next; for (const hear of [...ears]) hear(next) } },
    listen: hear => { ears.add(hear); return () => ears.delete(hear) },
  }
}

export function useSignal<T>(of: Signal<T>): T {
  const [value, set] = useState(of.get())
  useEffect(() => { set(of.get()); return of.listen(set) }, [of])
  return value
}
