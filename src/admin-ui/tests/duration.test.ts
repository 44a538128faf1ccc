import { beforeAll, expect, test, vi } from 'vitest'

vi.stubGlobal('document', { documentElement: { dataset: {} } })
let d: typeof import('../src/duration'), i18n: typeof import('../src/i18n'), words: typeof import('../src/words')
beforeAll(async () => {
  d = await import('../src/duration')
  i18n = await import('../src/i18n')
  words = await import('../src/words')
  await i18n.speak('en')
  i18n.setPlace({ country: 'AE', timeZone: 'Asia/Dubai', currency: 'AED' })
})

test('a day stays 24 hours, and three days are days', () => {
  expect(d.toSpan('P1D')).toEqual({ n: 24, unit: 'hours' })
  expect(d.toSpan('PT24H')).toEqual({ n: 24, unit: 'hours' })
  expect(d.toSpan('P3D')).toEqual({ n: 3, unit: 'days' })
  expect(d.toSpan('PT30M')).toEqual({ n: 30, unit: 'minutes' })
  expect(d.toSpan('P1DT12H')).toEqual({ n: 36, unit: 'hours' })
  expect(d.toSpan('P2W')).toEqual({ n: 14, unit: 'days' })
})

test('what is typed comes back as it was', () => {
  for (const iso of ['PT10M', 'PT24H', 'PT36H', 'P14D']) expect(d.seconds(d.toIso(d.toSpan(iso)))).toBe(d.seconds(iso))
})

test('a change is named in words', async () => {
  const was = { mode: 'live', version: 7, idle: 'PT30M', steps: [{ delay: 'PT1H' }, { delay: 'P1D' }], freshness: 'P1D', endsAfter: 'P7D', quietAfterPurchase: 'P1D', betweenSeries: 'P1D', coupon: null } as const
  const now = { ...was, steps: [{ delay: 'PT2H' }, { delay: 'P1D' }] }
  expect(words.differences(was as never, now as never)).toEqual(['Step 1 after 2 hours, not one hour'])
  await i18n.speak('ar')
  expect(words.differences(was as never, now as never)).toEqual(['الخطوة 1 بعد ساعتين بدل ساعة'])
  await i18n.speak('en')
})

test('times are the shop’s own', () => {
  expect(i18n.time('2026-11-22T11:42:00Z')).toMatch(/^3:42.PM$/)
  expect(i18n.dayKey('2026-11-22T20:30:00Z')).toBe('2026-11-23')
  expect(i18n.when('2026-11-23T05:00:00Z', '2026-11-22T11:42:00Z')).toMatch(/^tomorrow, 9:00.AM$/)
})

test('money is written by the locale, and an unknown currency breaks nothing', () => {
  expect(i18n.money({ amount: 4310, currency: 'AED' }).replace(/\s/g, ' ')).toBe('AED 4,310.00')
  expect(i18n.money({ amount: 5, currency: '?' })).toContain('5')
})
