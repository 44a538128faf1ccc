import { get } from './api'
import { setPlace } from './i18n'
import { signal } from './signal'
import type { StoreFacts } from './model'

/** The shop's own facts, read once at the start: its zone and currency stand behind every time and sum. */
export const store = signal<StoreFacts | null>(null)

export async function readStore(): Promise<void> {
  const { data } = await get<StoreFacts>('')
  setPlace(data)
  store.set(data)
}
/** The instant that the service last said it is. */
export const nowOf = (data: { now?: string } | null): string => data?.now ?? store.get()?.now ?? new Date().toISOString()
