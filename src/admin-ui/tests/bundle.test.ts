import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'

const dist = new URL('../dist/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, dist), 'utf8')
const size = (name: string) => gzipSync(read(`assets/${name}`), { level: 9 }).length
beforeAll(() => { if (!existsSync(new URL('index.html', dist))) throw new Error('Build first: npm run build') })

const assets = () => readdirSync(new URL('assets/', dist))
const named = (name: string) => assets().find(a => new RegExp(`^${name}-[\\w-]{8}\\.js$`).test(a))!
/** A chunk with all that it says it needs at once. */
function withNeeds(chunk: string, seen = new Set<string>()): Set<string> {
  if (seen.has(chunk)) return seen
  seen.add(chunk)
  for (const [, need] of read(`assets/${chunk}`).matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) withNeeds(need!, seen)
  return seen
}

test.each(['en', 'ar'])('the first screen takes at most 60 KB of JavaScript in %s', language => {
  const entry = /src="\/app\/assets\/([\w.-]+\.js)"/.exec(read('index.html'))![1]!
  const all = new Set([...withNeeds(entry), ...withNeeds(named('app')), ...withNeeds(named('home')), named(language)])
  const sum = [...all].filter(Boolean).reduce((n, chunk) => n + size(chunk), 0)
  expect(sum).toBeLessThan(60 * 1024)
  expect([...all]).not.toContain(named(language === 'en' ? 'ar' : 'en'))
})

test('there is one style sheet of at most 10 KB', () => {
  const sheets = assets().filter(a => a.endsWith('.css'))
  expect(sheets).toHaveLength(1)
  expect(size(sheets[0]!)).toBeLessThan(10 * 1024)
})

test('the document holds no script and no style of its own, and a place for the door’s', () => {
  const html = read('index.html')
  expect(html).toContain('<!--door-->')
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)/)
  for (const [, where] of html.matchAll(/(?:src|href)="([^"]+)"/g)) expect(where).toMatch(/^\/app\/assets\//)
})

test('nothing of the stand-in and no program made of text is in the bundle', () => {
  for (const chunk of assets().filter(a => a.endsWith('.js'))) {
    expect(read(`assets/${chunk}`), chunk).not.toMatch(/Layla Haddad|new Function\(|\beval\(|dangerouslySetInnerHTML:|localhost|registry\./)
  }
})
