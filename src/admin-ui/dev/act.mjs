// Presses what a merchant presses, in a real browser, against the stand-in: node dev/act.mjs. Every line is a promise.
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('..', import.meta.url))
const layla = '1' + 'a'.repeat(32)
const server = await createServer({ root, configFile: `${root}/vite.config.ts`, server: { port: 0, hmr: false, watch: null }, logLevel: 'error' })
await server.listen()
const base = server.resolvedUrls.local[0].replace(/\/app\/$/, '')
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const mood = async set => { await fetch(`${base}/api/stand?set=${set}`) }
let failed = 0

async function promise(name, work, { width = 1280 } = {}) {
  await mood('usual')
  const context = await browser.newContext({ viewport: { width, height: 900 }, locale: 'en-US' })
  await context.addInitScript(() => { try { localStorage.getItem('sc.language') ?? localStorage.setItem('sc.language', 'en') } catch { /* The preview's frame. */ } })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const wrong = []
  page.on('pageerror', e => wrong.push(e.message))
  page.on('dialog', d => void d.accept())
  try {
    await work(page, context)
    assert.deepEqual(wrong, [])
    console.log(`ok    ${name}`)
  } catch (error) {
    failed++
    console.log(`FAILS ${name}\n      ${String(error.message).split('\n').slice(0, 6).join('\n      ')}`)
  }
  await context.close()
}
const open = async (page, path) => { await page.goto(`${base}/app${path}`); await page.waitForSelector('main h1') }

await promise('a screen takes focus to its heading and the title with it, and Back brings the scroll back', async page => {
  await open(page, '/')
  await page.evaluate(() => scrollTo(0, 300))
  await page.getByRole('link', { name: 'All 5 waiting' }).click()
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1' && document.title.startsWith('Activity') && scrollY === 0)
  await page.goBack()
  await page.waitForFunction(() => document.title.startsWith('Home') && scrollY > 100)
})

await promise('a change names itself and its consequence, is saved as a version, and Undo takes it back', async page => {
  await open(page, '/automations/abandoned-cart')
  await page.getByRole('textbox', { name: 'Step 1, after' }).fill('2')
  await page.getByText('Step 1 after 2 hours, not one hour.').waitFor()
  await page.getByText('6 reminders fewer').waitFor()
  await page.getByRole('button', { name: /^Save version/ }).click()
  await page.getByText(/Version \d+ saved/).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.waitForFunction(() => document.querySelector('input[aria-label="Step 1, after"]')?.value === '1')
})

await promise('what is out of range is refused in words and cannot be saved', async page => {
  await open(page, '/automations/abandoned-cart')
  await page.getByRole('textbox', { name: 'Time without a change' }).fill('3')
  await page.getByText('At least 10 minutes: sooner').first().waitFor()
  assert.equal(await page.getByRole('button', { name: /^Save version/ }).isDisabled(), true)
})

await promise('when somebody saved meanwhile nothing typed is lost, and both are shown', async page => {
  await open(page, '/automations/abandoned-cart')
  await page.getByRole('textbox', { name: 'Step 2, after' }).fill('36')
  await mood('conflict')
  await page.getByRole('button', { name: /^Save version/ }).click()
  await page.getByRole('button', { name: 'Compare both' }).click()
  await page.getByText('Step 2 after 36 hours').first().waitFor()
  await page.getByRole('button', { name: 'Lay mine over theirs' }).click()
  assert.equal(await page.getByRole('textbox', { name: 'Step 2, after' }).inputValue(), '36')
})

await promise('who goes elsewhere finds an unsaved change where it was made', async page => {
  await open(page, '/automations/abandoned-cart')
  await page.getByRole('textbox', { name: 'Step 3, after' }).fill('5')
  await page.getByText('Step 3 after 5 days').waitFor()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Health' }).click()
  await page.getByText('A change is not saved yet').waitFor()
  await page.goBack()
  await page.getByText('Step 3 after 5 days').waitFor()
  await page.getByRole('button', { name: 'Discard' }).click()
  assert.equal(await page.getByRole('textbox', { name: 'Step 3, after' }).inputValue(), '3')
})

await promise('a mode acts at once and can be undone', async page => {
  await open(page, '/automations')
  const rail = page.getByRole('group', { name: 'Mode of Price drop' })
  await rail.getByLabel('Shadow').check()
  await page.getByText('Price drop is in shadow').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Price drop is live').waitFor()
})

await promise('without a connection the page says since when, keeps what it shows, and goes on by itself', async (page, context) => {
  await open(page, '/')
  await context.setOffline(true)
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click()
  await page.evaluate(() => document.querySelector('.facts a')?.scrollIntoView())
  await page.getByRole('button', { name: 'Raise to 250' }).click()
  await page.getByText('No connection.', { exact: true }).waitFor()
  assert.equal(await page.locator('h1').getByText('12 messages').count(), 1)
  await context.setOffline(false)
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('No connection.', { exact: true }).waitFor({ state: 'detached' })
})

await promise('an address is posted and never stands in a URL; one person opens, several are shown', async page => {
  const seen = []
  page.on('request', r => seen.push(r.url()))
  await open(page, '/')
  await page.keyboard.press('/')
  await page.getByRole('textbox', { name: 'E-mail, phone' }).fill('layla.haddad@example.com')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/customers/${layla}`)
  assert.equal(seen.some(u => u.includes('layla.haddad')), false)
  await page.keyboard.press('/')
  await page.getByRole('textbox', { name: 'E-mail, phone' }).fill('+971505550143')
  await page.keyboard.press('Enter')
  await page.getByText('Somebody without a name').waitFor()
})

await promise('from a row to why is one press, and to every check one more', async page => {
  await open(page, '/activity?outcome=silent')
  await page.getByRole('button', { name: 'Yousef Karimi' }).click()
  await page.getByText('The price went up again').waitFor()
  await page.getByRole('button', { name: 'Every check' }).click()
  await page.getByText('What would have changed it:').waitFor()
})

await promise('a hostile name stays a name', async page => {
  await open(page, '/activity')
  await page.getByRole('button', { name: 'Marco Ferri <b>x</b>' }).waitFor()
  await page.goto(`${base}/app/messages`)
  const frame = page.locator('iframe.sheet-frame')
  await frame.waitFor()
  assert.equal(await frame.getAttribute('sandbox'), '')
})

await promise('filters stand in the path, so that Back works', async page => {
  await open(page, '/activity')
  await page.getByRole('button', { name: /^Silent/ }).click()
  await page.waitForURL('**/activity?outcome=silent')
  await page.getByRole('button', { name: /^Bought in the meantime/ }).click()
  await page.waitForURL('**reason=already-bought')
  await page.goBack()
  await page.waitForURL('**/activity?outcome=silent')
  assert.equal(await page.getByRole('button', { name: /^Silent/ }).getAttribute('aria-pressed'), 'true')
})

await promise('words are typed, a fact is inserted as one thing, and the preview follows', async page => {
  await open(page, '/messages')
  const subject = page.getByRole('textbox', { name: 'Subject' })
  await subject.click()
  await page.keyboard.press('Control+A')
  await page.keyboard.type('For you, ')
  await page.getByRole('button', { name: 'Insert a fact' }).click()
  await page.getByRole('button', { name: 'first name' }).click()
  await page.locator('.mail header b', { hasText: 'For you, Layla' }).waitFor()
  await page.getByRole('button', { name: /^Save version/ }).click()
  await page.getByText(/Text version \d+ saved/).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.locator('.mail header b', { hasText: 'Your cart at' }).waitFor()
})

await promise('erasing shows what goes, asks once, and Escape gives the focus back', async page => {
  await open(page, `/customers/${layla}`)
  await page.getByRole('button', { name: 'Erase' }).click()
  await page.getByText('This goes, everywhere').waitFor()
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => document.activeElement?.textContent === 'Erase')
  await page.getByRole('button', { name: 'Erase' }).click()
  await page.getByRole('button', { name: 'Erase this person' }).click()
  await page.waitForURL('**/customers')
})

await promise('the other language turns the page round and is remembered', async page => {
  await open(page, '/')
  await page.getByRole('button', { name: 'العربية' }).click()
  await page.waitForFunction(() => document.documentElement.dir === 'rtl' && document.documentElement.lang === 'ar')
  await page.getByText('أُرسلت').first().waitFor()
  await page.reload()
  await page.waitForFunction(() => document.documentElement.dir === 'rtl')
})

await promise('on a phone More holds the rest, closes with Escape, and the current one takes its place', async page => {
  await open(page, '/')
  const more = page.getByRole('button', { name: 'More' })
  await more.click()
  await page.keyboard.press('Escape')
  assert.equal(await more.getAttribute('aria-expanded'), 'false')
  await more.click()
  await page.getByRole('link', { name: 'Health' }).last().click()
  await page.waitForURL('**/health')
  assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Health' }).first().isVisible(), true)
  assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Activity' }).first().isVisible(), false)
}, { width: 390 })

await promise('when no door opens the page says what to do', async page => {
  await mood('shut')
  await open(page, '/')
  await page.getByText('Ask whoever runs StoreConnector for a new one').waitFor()
})

await promise('at 320 and at 1600 nothing scrolls sideways', async page => {
  for (const width of [320, 360, 784, 1040, 1600]) {
    await page.setViewportSize({ width, height: 900 })
    for (const path of ['/', '/automations', '/automations/abandoned-cart', '/messages', `/customers/${layla}`, '/activity', '/health', '/start', '/settings/look']) {
      await open(page, path)
      await page.waitForTimeout(250)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.equal(wide > 0 ? `${path} at ${width}: ${wide}` : '', '')
    }
  }
})

await browser.close()
await server.close()
console.log(failed ? `${failed} promises are not kept` : 'Every promise is kept')
process.exit(failed ? 1 : 0)
