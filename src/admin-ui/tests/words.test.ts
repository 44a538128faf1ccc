import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ar } from '../src/i18n/ar'
import { en, type Key } from '../src/i18n/en'
import { build, parse, type Part } from '../src/i18n/icu'

const both = { en, ar }
const forms = { en: ['one', 'other'], ar: ['zero', 'one', 'two', 'few', 'many', 'other'] }
const keys = Object.keys(en) as Key[]

const walk = (parts: Part[], see: (part: Exclude<Part, string>) => void): void => parts.forEach(part => {
  if (typeof part === 'string') return
  see(part)
  if ('forms' in part) Object.values(part.forms).forEach(form => walk(form, see))
  if ('tag' in part) walk(part.parts, see)
})
const names = (text: string) => {
  const args = new Set<string>(), tags = new Set<string>()
  walk(parse(text), part => {
    if ('arg' in part) args.add(part.arg)
    if ('plural' in part) args.add(part.plural)
    if ('select' in part) args.add(part.select)
    if ('tag' in part) tags.add(part.tag)
  })
  return { args: [...args].sort(), tags: [...tags].sort() }
}

test('every message exists in both languages', () => {
  expect(Object.keys(ar).sort()).toEqual(Object.keys(en).sort())
})

test.each(['en', 'ar'] as const)('every message of %s can be read and has the plural forms that the language wants', language => {
  for (const key of keys) {
    walk(parse(both[language][key]), part => {
      if (!('plural' in part)) return
      const has = Object.keys(part.forms)
      for (const form of forms[language]) {
        const standIn = form === 'zero' ? '=0' : form === 'one' ? '=1' : form
        expect(has.includes(form) || has.includes(standIn), `${language} ${key} lacks ${form}`).toBe(true)
      }
    })
  }
})

test('both languages name the same values and the same links', () => {
  for (const key of keys) {
    const a = names(en[key]), b = names(ar[key])
    // Arabic may say "two" where English counts, so what it names may be fewer, never others.
    expect(b.args.filter(x => !a.args.includes(x)), key).toEqual([])
    expect(b.tags, key).toEqual(a.tags)
  }
})

test('the page never speaks of what is inside', () => {
  for (const language of ['en', 'ar'] as const) for (const key of keys) expect(both[language][key], `${language} ${key}`).not.toMatch(/webhook|payload|\btrigger|!|please|oops|successfully|\b(he|she|his|her)\b/i)
})

test('Arabic duals and hundreds take their own forms', () => {
  const say = (key: Key, n: number) => build(parse(ar[key]), { n, sent: n, waiting: 0, silent: 0 }, new Intl.PluralRules('ar'), { text: s => s, value: v => String(v), tag: (_, inner) => inner.join('') }).join('')
  expect(say('after.hours', 2)).toBe('ساعتين')
  expect(say('after.hours', 3)).toBe('3 ساعات')
  expect(say('after.hours', 24)).toBe('24 ساعة')
  expect(say('home.sentence', 2)).toContain('رسالتان')
  expect(say('home.sentence', 0)).toContain('لم تُرسَل أي رسالة')
})

test('every message that a screen names exists', () => {
  const files = ['src', 'src/ui', 'src/screens'].flatMap(folder => readdirSync(folder).filter(f => /\.tsx?$/.test(f)).map(f => readFileSync(`${folder}/${f}`, 'utf8')))
  for (const file of files) for (const [, key] of file.matchAll(/\bt\('([^']+)'|\bk="([^"]+)"/g)) if (key) expect(key in en, key).toBe(true)
})

test('no message is without a screen', () => {
  const all = ['src', 'src/ui', 'src/screens', 'src/i18n'].flatMap(folder => readdirSync(folder).filter(f => /\.tsx?$/.test(f) && f !== 'en.ts' && f !== 'ar.ts').map(f => readFileSync(`${folder}/${f}`, 'utf8'))).join('\n')
  const made = [...all.matchAll(/`([\w.-]*)\$\{/g)].map(m => m[1]!).filter(p => p.includes('.'))
  const unused = keys.filter(key => !all.includes(`'${key}'`) && !all.includes(`"${key}"`) && !made.some(p => key.startsWith(p)))
  expect(unused).toEqual([])
})

test('a message that is not well formed is refused', () => {
  expect(() => parse('{n, plural, one{x}}')).toThrow()
  expect(() => parse('<b>x')).toThrow()
  expect(() => parse('a } b')).toThrow()
})
