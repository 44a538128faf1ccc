import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readdirSync('src/styles').filter(f => f.endsWith('.css')).map(f => [f, readFileSync(`src/styles/${f}`, 'utf8')] as const)
const code = ['src', 'src/ui', 'src/screens', 'src/i18n'].flatMap(folder => readdirSync(folder).filter(f => /\.tsx?$/.test(f)).map(f => [`${folder}/${f}`, readFileSync(`${folder}/${f}`, 'utf8')] as const))

test.each(css)('%s has logical properties only', (_, text) => {
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/background-position:\s*(left|right)[^;]*;/g, '') // The arrow of select.
  expect(plain.match(/(?:^|[;{\s])(?:(?:margin|padding|border)-(?:left|right|top|bottom)(?:-\w+)?|left|right|top|bottom|width|height|(?:min|max)-(?:width|height)|text-align:\s*(?:left|right)|float)\s*:/gm)?.filter(m => !/max-width|min-width/.test(m)) ?? []).toEqual([])
})

test('styles in code are logical, too', () => {
  for (const [file, text] of code) expect(text, file).not.toMatch(/style=\{\{[^}]*\b(left|right|width|height|marginLeft|marginRight|paddingLeft|paddingRight)\s*:/)
})

test('no name becomes markup', () => {
  for (const [file, text] of code) expect(text, file).not.toMatch(/dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|document\.write/)
  expect(code.filter(([, text]) => text.includes('srcdoc') || text.includes('srcDoc')).map(([file]) => file)).toEqual(['src/ui/sheet.tsx'])
  expect(code.find(([file]) => file === 'src/ui/sheet.tsx')![1]).toContain('sandbox=""')
})

test('the bearer is kept in memory alone', () => {
  for (const [file, text] of code.filter(([, t]) => /localStorage|sessionStorage|indexedDB|document\.cookie/.test(t))) {
    expect(file).toBe('src/prefs.ts')
    expect(text).not.toMatch(/token|bearer/i)
  }
})

test('words stand with the words: no sentence in a screen', () => {
  const said = code.filter(([file]) => /screens|ui|app\.tsx/.test(file)).flatMap(([file, text]) => [...text.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)[^<>{}]*</g)].map(m => `${file}: ${m[1]}`))
  expect(said).toEqual([])
})
