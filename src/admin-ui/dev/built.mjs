// Opens what is built, under the policy that the service is to send with it, by each of its doors: node dev/built.mjs
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createServer as createVite } from 'vite'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('..', import.meta.url)), dist = `${root}/dist`
const vite = await createVite({ root, configFile: false, server: { middlewareMode: true, hmr: false, watch: null }, appType: 'custom', logLevel: 'error' })
const { answer } = await vite.ssrLoadModule('/dev/answers.ts')
// As the service sends it (Admin/AppFrame.cs).
const policy = ancestors => `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' https: data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ${ancestors}`
const types = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' }
const sessions = [], wrong = []
let admin = ''

const service = createServer((request, response) => {
  const url = new URL(request.url, 'http://service')
  let body = ''
  request.on('data', part => { body += part })
  request.on('end', () => {
    if (url.pathname.startsWith('/api/')) {
      if (url.pathname === '/api/session' && request.method === 'POST') sessions.push(JSON.parse(body || '{}'))
      // The service takes calls of its own pages alone: a referrer policy may not make their origin null.
      if (request.headers.origin && request.headers.origin !== base) wrong.push(`${request.method} ${url.pathname} from ${request.headers.origin}`)
      const said = answer(request.method, url, body, request.headers['if-match'])
      response.writeHead(said.status, { 'Content-Type': 'application/json', ...(said.etag && { ETag: said.etag }) }).end(said.body === null ? '' : JSON.stringify(said.body))
    } else if (url.pathname === '/bridge.js') response.writeHead(200, { 'Content-Type': types.js }).end('window.shopify = { idToken: async () => "an id token" }')
    else if (url.pathname.startsWith('/app/assets/') && existsSync(dist + url.pathname.slice(4))) response.writeHead(200, { 'Content-Type': types[url.pathname.split('.').pop()] }).end(readFileSync(dist + url.pathname.slice(4)))
    else if (url.pathname === '/app' || url.pathname.startsWith('/app/')) {
      const shopify = url.searchParams.has('shop')
      const head = shopify ? '<meta name="shopify-api-key" content="k"><script src="/bridge.js"></script>' : ''
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Referrer-Policy': 'same-origin', 'Content-Security-Policy': policy(url.searchParams.get('door') === 'woocommerce' ? admin : "'none'") }).end(readFileSync(`${dist}/index.html`, 'utf8').replace('<!--door-->', head))
    } else response.writeHead(404).end()
  })
})
await new Promise(done => service.listen(0, '127.0.0.1', done))
const base = `http://127.0.0.1:${service.address().port}`

/** As wp-admin: the companion's own script around a frame of ours, on another origin. */
const script = readFileSync(fileURLToPath(new URL('../../woocommerce-plugin/assets/admin.js', import.meta.url)), 'utf8')
const host = createServer((request, response) => {
  if (request.url === '/hand-over') { response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"token":"handed over"}'); return }
  response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><p id="storeconnector-failed" hidden></p><iframe id="storeconnector-frame" style="width:100%;height:800px;border:0" src="${base}/app?door=woocommerce&store=kahwa"></iframe><script>window.storeconnectorAdmin = ${JSON.stringify({ url: '/hand-over', nonce: 'n', origin: base, failed: 'no' })}</script><script>${script}</script>`)
})
await new Promise(done => host.listen(0, 'localhost', done))
admin = `http://localhost:${host.address().port}`

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
const context = await browser.newContext({ locale: 'en-US' })
const page = await context.newPage()
page.setDefaultTimeout(60_000)
page.on('console', m => { if (m.type() === 'error') wrong.push(m.text()) })
page.on('pageerror', e => wrong.push(e.message))

await page.goto(`${base}/app#link=abcdefghijklmnopqrstuvwx`)
await page.locator('h1', { hasText: '12 messages' }).waitFor()
assert.deepEqual(sessions, [{ link: 'abcdefghijklmnopqrstuvwx' }])
assert.equal(page.url(), `${base}/app`)
for (const path of ['/automations/abandoned-cart', '/messages', '/activity', '/health', '/start', '/settings/look', `/customers/1${'a'.repeat(32)}`]) {
  await page.goto(`${base}/app${path}`)
  await page.locator('main h1').waitFor()
  await page.waitForTimeout(400)
}
await page.goto(`${base}/app/messages`)
const sheet = page.frameLocator('iframe.sheet-frame')
assert.equal(await sheet.locator('h1').first().evaluate(e => getComputedStyle(e).fontWeight), '600', 'the e-mail wears its own style')
console.log('ok    by itself, by a link that leaves the address')

sessions.length = 0
await page.goto(`${base}/app?shop=kahwa.myshopify.com&embedded=1`)
await page.locator('h1', { hasText: '12 messages' }).waitFor()
assert.deepEqual(sessions, [{ idToken: 'an id token' }])
assert.equal(await page.locator('.shop').isVisible(), false)
await page.getByRole('link', { name: 'Everything is arriving' }).click()
await page.waitForURL('**/app/health?shop=kahwa.myshopify.com&embedded=1')
console.log('ok    in Shopify, by its id token')

sessions.length = 0
await page.goto(admin)
const frame = page.frameLocator('#storeconnector-frame')
await frame.locator('h1', { hasText: '12 messages' }).waitFor()
assert.deepEqual(sessions, [{ handOver: 'handed over', storeId: 'kahwa' }])
console.log('ok    in wp-admin, by the companion’s own script')

assert.deepEqual(wrong, [], 'nothing was refused by the policy, and nothing was thrown')
await browser.close()
await vite.close()
service.close()
host.close()
console.log('Every door opens')
process.exit(0)
