import { readFileSync, readdirSync } from 'node:fs'
import Handlebars from 'handlebars'
import { expect, test } from 'vitest'
import { template } from '../dev/shop'
import { escape, fill, guarded, print, read, simplest } from '../src/template'

const folder = new URL('../../StoreConnector/Channels/Email/Templates/compiled/', import.meta.url)
const files = readdirSync(folder).filter(f => f.endsWith('.html'))
const data = template('', '', 'email', 'en', 'x').data!
const words = (key: string) => ({ subject: 'Your cart at {{store.name}}', heading: '{{#if first}}{{first}} waits{{else}}Your cart{{/if}}' } as Record<string, string>)[key] ?? `Words of ${key} & <more>`
// Blocks that stand alone on a line take the line with them in Handlebars; in HTML that is nothing.
const flat = (html: string) => html.replace(/\s+/g, '')

test('there are templates to look at', () => expect(files.length).toBeGreaterThan(8))

test.each(files)('%s looks as Handlebars itself would print it', file => {
  const source = fill(readFileSync(new URL(file, folder), 'utf8'), true, file.includes('.ar.'), words)
  for (const view of [data, {}, { ...data, lines: [], name: '<img src=x onerror=alert(1)>' }]) {
    const ours = flat(print(read(source), view, true)), theirs = flat(Handlebars.compile(source)(view))
    const at = [...ours].findIndex((c, i) => c !== theirs[i])
    // Where they part, not two whole mails.
    expect(ours === theirs ? 'the same' : `${ours.slice(at - 60, at + 60)} | ${theirs.slice(at - 60, at + 60)}`).toBe('the same')
  }
})

test('what a shopper is called stays a name', () => {
  const html = print(read('<p>{{name}}</p>'), { name: '<script>alert(1)</script>"\'`=' }, true)
  expect(html).not.toContain('<script')
  expect(html).toBe(`<p>${escape('<script>alert(1)</script>"\'`=')}</p>`)
})

test('a value is looked for in what was given, never in what stands behind it', () => {
  expect(print(read('{{constructor}}{{a.constructor.name}}{{__proto__.x}}'), { a: {} }, false)).toBe('')
})

test('merchants’ words have ours behind them where a fact is not known', () => {
  const one = guarded('heading', 'Hello {{name}}', 'Hello')
  expect(print(read(one), { name: 'Layla' }, false)).toBe('Hello Layla')
  expect(print(read(one), {}, false)).toBe('Hello')
  const discreet = guarded('subject', '{{first}} waits', 'Your cart')
  expect(print(read(discreet), { first: 'Haraz', discreet: '1' }, false)).toBe('Your cart')
})

test('own words begin as ours say them when everything is known', () => {
  expect(simplest('{{#if discreet}}As you left it{{else}}{{#if first}}{{first}} waits{{else}}As you left it{{/if}}{{/if}}.')).toBe('{{first}} waits.')
})

test('half a brace is said to be wrong', () => {
  expect(() => read('{{#if a}}x')).toThrow()
  expect(() => read('x{{/if}}')).toThrow()
})
