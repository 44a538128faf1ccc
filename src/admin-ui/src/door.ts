/**
 * Who opens the page. Each door ends in the same thing: a bearer for one store, kept in memory and nowhere else, and
 * renewed by the door that gave it (docs/woocommerce.md; App Bridge's id token; a cookie when the page stands alone).
 */
export type Door = 'shopify' | 'woocommerce' | 'alone'
export type Session = { token: string; expiresAt: string; storeId: string; role: string }

declare global {
  interface Window { shopify?: { idToken(): Promise<string> } }
}

const query = new URLSearchParams(location.search)

export const door: Door = document.querySelector('meta[name="shopify-api-key"]') ? 'shopify'
  : query.get('door') === 'woocommerce' ? 'woocommerce' : 'alone'

/** The one-time link's code comes in the fragment, which no server and no log sees; it is read once. */
let link: string | null = (() => {
  const code = /^#(?:link=)?([A-Za-z0-9._~-]{16,200})$/.exec(location.hash)?.[1] ?? null
  if (code && door === 'alone') history.replaceState(history.state, '', location.pathname)
  return code
})()

export class NoWayIn extends Error {
  constructor(readonly code: string, detail: string) { super(detail) }
}

let session: Session | null = null
/** The bearer's end by this machine's clock: the service's may run fast, so its life is measured from here. */
let renewAt = 0
let asking: Promise<Session> | null = null

/** Between two renewals when the end cannot be told, and the earliest before the end, in milliseconds. */
const usual = 8 * 60_000, before = 60_000, answerWithin = 15_000

export const storeId = (): string => session?.storeId ?? ''

/** A bearer that is good for a while yet; asked for once, however many wait for it. */
export async function bearer(renew = false): Promise<string> {
  if (session && !renew && Date.now() < renewAt) return session.token
  asking ??= open().finally(() => { asking = null })
  return (await asking).token
}

async function open(): Promise<Session> {
  const body = await proof()
  const answer = await fetch('/api/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
  })
  const said = await answer.json().catch(() => ({})) as Partial<Session> & { code?: string; detail?: string }
  if (answer.status >= 500) throw new TypeError('The service does not answer.') // As when there is no connection.
  if (!answer.ok || !said.token) throw new NoWayIn(said.code ?? `${answer.status}`, said.detail ?? '')
  link = null
  session = said as Session
  const left = Date.parse(session.expiresAt) - Date.now()
  renewAt = Date.now() + (left > before && left < 3_600_000 ? left - before : usual)
  return session
}

async function proof(): Promise<object> {
  if (door === 'shopify') return { idToken: await within(bridge()) }
  if (door === 'woocommerce') return { handOver: await within(handOver()), storeId: query.get('store') ?? session?.storeId }
  return link ? { link } : {}
}

async function bridge(): Promise<string> {
  while (!window.shopify) await new Promise(done => setTimeout(done, 50)) // Its script stands before ours; it may be slow.
  return window.shopify.idToken()
}

/**
 * wp-admin stands around us and hands a new token of a minute over whenever we say that we are ready. Only our parent
 * may: who that can be, the document's frame-ancestors says.
 */
function handOver(): Promise<string> {
  return new Promise(done => {
    const ready = () => window.parent.postMessage({ type: 'storeconnector:ready' }, '*') // Holds no secret.
    const listen = (event: MessageEvent) => {
      if (event.source !== window.parent || event.source === window) return
      const said = event.data as { type?: unknown; token?: unknown } | null
      if (said?.type === 'storeconnector:host') ready()
      if (said?.type === 'storeconnector:token' && typeof said.token === 'string') {
        window.removeEventListener('message', listen)
        done(said.token)
      }
    }
    window.addEventListener('message', listen)
    ready()
  })
}

const within = <T,>(work: Promise<T>): Promise<T> => Promise.race([work, new Promise<T>((_, no) =>
  setTimeout(() => no(new NoWayIn('host-silent', '')), answerWithin))])

export async function leave(): Promise<void> {
  await fetch('/api/session', { method: 'DELETE', credentials: 'same-origin' })
  session = null
  location.assign('/app')
}
