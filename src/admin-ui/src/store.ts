import { get } from './api'
import { setPlace } from './i18n'
import { signal } from './signal'
import type { StoreFacts } from './model'

/** The shop's own facts, read once at the start: its zone and currency stand behind every time and sum. */
export const store = signal<StoreFacts | null>(null)

export async function readStore(): Promise<void> {
  const { data } = await get<StoreFacts>('')
  setPlace(data)
  readAt = performance.now()
  store.set(data)
}
let readAt = 0
/** The instant that the service says it is; between two answers this machine's clock goes on from the last. */
export const nowOf = (data: { now?: string } | null): string => data?.now
  ?? new Date(store.get() ? Date.parse(store.get()!.now) + performance.now() - readAt : Date.now()).toISOString()
