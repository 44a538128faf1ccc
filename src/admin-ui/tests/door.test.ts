import { afterEach, expect, test, vi } from 'vitest'

/** A browser, as far as a door looks at it. */
function open(address: string, session: (body: unknown) => { status: number; body: object }, meta = false) {
  vi.resetModules()
  const url = new URL(address), replaced: string[] = [], sent: unknown[] = []
  let hear: ((event: unknown) => void) | null = null
  const parent = { postMessage: (m: { type: string }) => { if (m.type === 'storeconnector:ready') setTimeout(() => hear?.({ source: parent, data: { type: 'storeconnector:token', token: 'handed' } })) } }
  const window = { parent, addEventListener: (_: string, f: (event: unknown) => void) => { hear = f }, removeEventListener: () => { hear = null }, shopify: { idToken: async () => 'id' } }
  vi.stubGlobal('location', url)
  vi.stubGlobal('history', { state: null, replaceState: (_: unknown, __: string, to: string) => replaced.push(to) })
  vi.stubGlobal('document', { querySelector: () => meta ? {} : null })
  vi.stubGlobal('window', window)
  vi.stubGlobal('fetch', vi.fn(async (_: string, init: { body: string }) => {
    sent.push(JSON.parse(init.body))
    const said = session(JSON.parse(init.body))
    return new Response(JSON.stringify(said.body), { status: said.status })
  }))
  return { replaced, sent, hear: (event: unknown) => hear?.(event) }
}
const good = (token = 'bearer') => ({ status: 200, body: { token, expiresAt: new Date(Date.now() + 600_000).toISOString(), storeId: 's1', role: 'merchant' } })
afterEach(() => vi.unstubAllGlobals())

test('a link is read once and taken out of the address', async () => {
  const at = open('https://service.example/app#link=abcdefghijklmnop', () => good())
  const door = await import('../src/door')
  expect(door.door).toBe('alone')
  expect(at.replaced).toEqual(['/app'])
  expect(await door.bearer()).toBe('bearer')
  await door.bearer(true)
  expect(at.sent).toEqual([{ link: 'abcdefghijklmnop' }, {}]) // The second by its cookie.
})

test('wp-admin hands a token over, and nobody but the parent may', async () => {
  const at = open('https://service.example/app?door=woocommerce&store=s1', () => good())
  const door = await import('../src/door')
  const asked = door.bearer()
  at.hear({ source: {}, data: { type: 'storeconnector:token', token: 'a stranger’s' } })
  expect(await asked).toBe('bearer')
  expect(at.sent).toEqual([{ handOver: 'handed', storeId: 's1' }])
})

test('in Shopify its id token opens', async () => {
  const at = open('https://service.example/app?shop=x', () => good(), true)
  const door = await import('../src/door')
  await door.bearer()
  expect(at.sent).toEqual([{ idToken: 'id' }])
})

test('many who wait ask once, and a good bearer is not asked for again', async () => {
  const at = open('https://service.example/app', () => good())
  const door = await import('../src/door')
  await Promise.all([door.bearer(), door.bearer(), door.bearer()])
  await door.bearer()
  expect(at.sent).toHaveLength(1)
})

test('a refusal says its code; a service that is down is no refusal', async () => {
  open('https://service.example/app', () => ({ status: 401, body: { code: 'no-token', detail: '' } }))
  const door = await import('../src/door')
  await expect(door.bearer()).rejects.toMatchObject({ code: 'no-token' })
  open('https://service.example/app', () => ({ status: 503, body: { code: 'storage-unavailable' } }))
  const again = await import('../src/door')
  await expect(again.bearer()).rejects.toBeInstanceOf(TypeError)
})
