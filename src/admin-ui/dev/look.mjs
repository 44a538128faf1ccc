// Takes a picture of every screen, in both languages, on a phone and a laptop, and asks axe what is wrong with each.
// npm run look [part of a name] [--out folder]   CHROMIUM names the browser; the pictures go to artifacts/page.
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = process.argv.includes('--out') ? process.argv[process.argv.indexOf('--out') + 1] : fileURLToPath(new URL('../../../artifacts/page', import.meta.url))
const only = process.argv[2] && !process.argv[2].startsWith('--') ? process.argv[2] : ''
const layla = '1' + 'a'.repeat(32)
const screens = {
  home: '', automations: '/automations', cart: '/automations/abandoned-cart', drop: '/automations/price-drop', reorder: '/automations/replenishment',
  messages: '/messages', customers: '/customers', customer: `/customers/${layla}`, activity: '/activity?outcome=silent', health: '/health',
  start: '/start', senders: '/settings', look: '/settings/look', permission: '/settings/permission', privacy: '/settings/privacy', shop: '/settings/store', nowhere: '/nowhere',
}
/** What is pressed before the picture is taken. */
const acts = {
  cart: async page => { await page.getByRole('textbox').nth(2).fill('2').catch(() => {}); await page.waitForTimeout(900) },
  activity: async page => { await page.locator('tbody button.who').nth(2).click().catch(() => {}) },
}
const moods = { empty: ['home', 'automations', 'activity', 'start', 'privacy'], first: ['home', 'start'], fail: ['home', 'automations', 'activity'] }

mkdirSync(out, { recursive: true })
const server = await createServer({ root, configFile: `${root}/vite.config.ts`, server: { port: 0, hmr: false, watch: null }, logLevel: 'error' })
await server.listen()
const base = server.resolvedUrls.local[0].replace(/\/app\/$/, '')
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
let wrong = 0

async function look(name, path, { width, language, mood = 'usual', theme }) {
  const label = `${name}${language === 'ar' ? '-ar' : ''}${width < 600 ? '-390' : ''}${mood === 'usual' ? '' : '-' + mood}${theme ? '-' + theme : ''}`
  if (only && !label.startsWith(only)) return
  await fetch(`${base}/api/stand?set=${mood}`)
  const context = await browser.newContext({ viewport: { width, height: width < 600 ? 844 : 900 }, reducedMotion: 'reduce', bypassCSP: true, locale: language === 'ar' ? 'ar-AE' : 'en-US' })
  await context.addInitScript(([language, theme]) => { try { localStorage.setItem('sc.language', language); localStorage.setItem('sc.theme', theme) } catch { /* The preview's frame. */ } }, [language, theme ?? 'light'])
  const page = await context.newPage()
  const said = []
  page.on('console', m => { if (m.type() === 'error' && mood !== 'fail' && !/404|503/.test(m.text())) said.push(m.text()) })
  page.on('pageerror', e => said.push(e.message))
  await page.goto(`${base}/app${path || "/"}`)
  await page.waitForSelector('main h1, main .banner', { timeout: 60_000 })
  await page.waitForTimeout(700)
  if (mood === 'usual') await acts[name]?.(page)
  await page.screenshot({ path: `${out}/${label}.png`, fullPage: true })
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    return violations.map(v => `${v.impact} ${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | ')}`)
  })
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  const serious = found.filter(f => /^(serious|critical)/.test(f))
  for (const f of [...found, ...said, ...(wide > 0 ? [`scrolls sideways by ${wide}`] : [])]) console.log(`${label}: ${f}`)
  if (serious.length || said.length || wide > 0) wrong++
  await context.close()
}

for (const [name, path] of Object.entries(screens)) {
  for (const language of ['en', 'ar']) for (const width of [1280, 390]) await look(name, path, { width, language })
}
for (const [mood, names] of Object.entries(moods)) for (const name of names) await look(name, screens[name], { width: 1280, language: 'en', mood })
for (const name of ['home', 'cart', 'customer']) await look(name, screens[name], { width: 1280, language: 'en', theme: 'dark' })
await browser.close()
await server.close()
console.log(wrong ? `${wrong} screens want mending` : 'Every screen is good')
process.exit(wrong ? 1 : 0)
