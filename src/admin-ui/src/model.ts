import type { Money } from './i18n'

/** What the service says, field by field as its API has it. What it adds is not looked at. */
export type Outcome = 'sent' | 'waiting' | 'silent' | 'shadow' | 'failed'
export type AutomationName = 'abandoned-cart' | 'price-drop' | 'replenishment'
export type ModeName = 'off' | 'shadow' | 'live'
export type ChannelName = 'email' | 'sms'
export type Person = { key: string; name: string | null }
export type Reasons = { reason: string; count: number }[]
export type Counts = Record<Outcome, number>

export type StoreFacts = {
  now: string; storeId: string; platform: 'shopify' | 'woocommerce'; domain: string; name: string; currency: string
  timeZone: string; country: string; locale: string; installedAt: string; started: boolean; adminUrl: string | null
}

export type Hold = { what: string; code: string; why: string; at: string; mayRelease: boolean }
export type Notices = {
  holds: Hold[]
  unknown: { customerKey: string; automation: AutomationName; step: number; channel: ChannelName; at: string }[]
  budgetsSpent: ChannelName[]
  toDo: { code: string; why: string }[]
}

export type NextMessage = { id: string; at: string; customer: Person; automation: AutomationName; step: number | null; channel: ChannelName | null; items: number | null }
export type Home = {
  now: string; day: { from: string; to: string }; counts: Counts
  marks: { outcome: Outcome; at: string; count: number }[]
  silentByReason: Reasons; heard: number; oldestDue: string | null; arriving: 'all' | 'late' | 'unreadable' | 'stopped'
  next: NextMessage[]; notices: Notices
  texts: { used: number; monthlyBudget: number; stopsAt: string | null } | null
  otherSender: { name: string; people: number | null } | null
  recovered: { days: number; orders: number; totals: Money[]; messages: number; byDay: { day: string; messages: number; orders: number }[] }
}

export type ActivityLine = {
  id: string; at: string; customer: Person; automation: AutomationName; occasion: string; step: number | null
  channel: ChannelName | null; outcome: Outcome; reason: string; why: string; until: string | null
  titles: string[]; items: number | null; worth: Money | null; order: string | null; clickedAt: string | null
}
export type Activity = {
  now: string; items: ActivityLine[]; next: string | null
  day?: { from: string; to: string; counts: Counts; byReason: { reason: string; outcome: Outcome; count: number }[] }
}

export type CartSettings = {
  mode: ModeName; version: number; idle: string; steps: { delay: string }[]; freshness: string; endsAfter: string
  quietAfterPurchase: string; betweenSeries: string; coupon: Coupon | null; notice?: string
}
export type Coupon = {
  what: { en: string | null; ar: string | null }; code: string | null; until: string | null
  unique?: { percentOff: number | null; amountOff: number | null; validFor: string | null }
}
export type DropSettings = {
  mode: ModeName; version: number; minPercent: number; minPercentOfOrder: number; interest: string; freshness: string
  betweenMessages: string; betweenSameVariant: string; notice?: string
}
export type ReorderSettings = {
  mode: ModeName; version: number; lead: string; leadPercent: number; window: string; betweenMessages: string
  consumables: { productId: number; lasts: string | null }[]; notice?: string
}
export type AnySettings = CartSettings | DropSettings | ReorderSettings

export type Caps = Record<ChannelName, { most: number; in: string }[]>
export type AutomationItem = {
  name: AutomationName; stage: 'finish' | 'return'; settings: AnySettings; since: string | null; days: number
  counts: Counts; products: { known: number; of: number } | null; held: Hold | null
}
export type Automations = { now: string; items: AutomationItem[]; caps: Caps }

export type About = {
  now: string; since: string | null; waiting: number; firstDue: string | null; medianOrder: Money | null
  held: Hold | null; otherSender: { name: string } | null
  steps: { step: string; channels: ChannelName[]; subject: string | null }[]
  textHours: { from: string; to: string; country: string } | null; caps: Caps
  products: { productId: number; title: string; lasts: string | null; every: string | null; buyers: number; marked: boolean }[] | null
}
export type Version = { version: number; at: string; by: { role: string; name: string | null } | null; settings: AnySettings }
export type Tried = {
  days: number; saved: { occasions: number; messages: number }; tried: { occasions: number; messages: number }
  reasons: { reason: string; change: number }[]; isComplete: boolean; countedAt?: string | null
}
export type Report = {
  days: number; from: string; to: string; orders: number; people: number; isComplete: boolean; countedAt: string
  carts: { left: number; boughtAnyway: number; reachable: number; wouldRemind: number; messages: number; byReason: Reasons; byEmail?: number; bySmsOnly?: number; worth?: Money | null }
  priceDrops: { drops: number; wouldTell: number; messages: number; byReason: Reasons }
  reorders: { due: number; boughtAnyway: number; wouldRemind: number; messages: number; byReason: Reasons }
  firstMessages: { automation: AutomationName; channel: ChannelName; at: string; customerKey: string; name?: string | null; cartAt?: string | null; subject: string | null; text: string; html: string | null; segments: number | null }[]
}
export type CouponPool = { automation: AutomationName; free: number; workUntil: string; why: string | null }

export type DecisionLine = {
  id?: string; automation: AutomationName; occasion: string; decision: 'send' | 'wait' | 'skip'; step: number | null; at: string
  until: string | null; reason: string; why: string; facts: Record<string, unknown> | null; current?: boolean; titles?: string[]
}
export type Limit = { used: number; most: number; in: string; freeAt: string | null }
export type Customer = {
  key: string; email: string | null; phone: string | null; name?: string | null; since?: string | null; language?: string | null
  orderCount?: number; orderTotal?: Money | null; limits?: Record<ChannelName, Limit>
  permissions: { channel: ChannelName; state: string; source: string | null; at: string | null; topic?: string | null }[]
  openCarts: { id: string; changedAt: string; items: number; total: number | null; currency: string | null }[]
  orders: { id: string; placedAt: string; status: string; total: number | null; currency: string | null; credit: { automation: AutomationName; step: number; by: string; at: string } | null }[]
  decisions: DecisionLine[]
  messages: { id?: string; automation: AutomationName; step: number; occasion: string; channel: ChannelName; status: string; at: string; why: string | null
    delivery: { status: string | null; code: string | null; at: string | null; clickedAt: string | null; complainedAt: string | null } | null; titles?: string[] }[]
}
export type TimelineItem = { at: string; kind: string } & Record<string, unknown>
export type Timeline = { items: TimelineItem[]; next: string | null }
export type Check = { check: string; verdict: 'passed' | 'objected' | 'not-asked'; wouldPass?: boolean; facts: Record<string, unknown> | null }
export type Explanation = {
  decision: DecisionLine & { outcome: Outcome }
  about: { cartAt: string | null; dueAt: string | null; titles: string[]; items: number | null; worth: Money | null }
  checks: Check[]; flips: { code: string; at?: string | null; step?: number | null; channel?: ChannelName | null; price?: Money | null }[]
}
export type Proof = {
  address: string | null; channel: ChannelName; purposes: string[]; action: string; level: string; text: string | null
  textVersion: string | null; source: string; at: string; recordedAt: string; ip: string | null
}
export type Summary = { key: string; email: string | null; phone: string | null; name: string | null }

export type MessageWords = {
  version: number; words: Record<string, string>; defaults: Record<string, string>; fields: string[]; maxLengths: Record<string, number>
}
export type Preview = { subject: string | null; text: string; html: string | null; segments: number | null; size: number; warnings: string[] }
export type MessageTemplate = {
  version: number; subject: string | null; html: string | null; text: string | null; data: Record<string, unknown> | null; right?: boolean
  example: { customer: Person | null; items: number | null }; examples: { key: string; name: string | null; items: number | null }[]
  texts: { sender: string | null; brand: string; link: string; wayOut: string; segments: number } | null
}
export type TestAnswer = { result: 'accepted' | 'refused' | 'unknown'; vendorId: string | null; answer: string | null }

export type ImportState = { kind: string; status: string; objects: number; of: number | null; bytes: number; size: number | null; unreadable: number; startedAt: string; finishedAt: string | null; why: string | null }
export type Topic = { topic: string; lastAt: string | null; today: number; usual: number | null; hours: number[]; state: string; unreadable: number; why: string | null }
export type Unreadable = { id: string; source: string; topic: string; receivedAt: string; reason: string; canRun: boolean; length: number }
export type Poison = { id: string; queue: string; poisonedAt: string; reason: string | null; attempts: number | null; length: number }
export type HealthState = {
  now: string; state: 'arriving' | 'late' | 'stopped'; lastEventAt: string | null; topics: Topic[]
  reconciled: { at: string; found: number; last: { at: string; found: number; topic: string } | null } | null
  unreadable: { count: number; items: Unreadable[] }; poison: { count: number; items: Poison[] }
  work: { events: number; due: number; oldestDue: string | null; fanOuts: number }
  email: { provider: string; accepted: number; sent: number; days: number; bounced: number; complained: number; of: number }
  sms: { provider: string; delivered: number; sent: number; days: number; failed: number; of: number } | null
  unknown: Notices['unknown']; imports: ImportState[]
  check?: { checkedAt: string | null; why: string | null; otherSenders?: string[]; otherSender?: boolean | null; missingScopes?: string[]; keyRefusedAt?: string | null; hasCompanion?: boolean | null; feedsItself?: boolean } | null
}
export type StartState = {
  now: string; waiting: number; firstDue: string | null; perDay: number | null; live: boolean
  steps: { step: string; done: boolean; orders?: number; carts?: number; import?: ImportState | null; provider?: string; from?: string | null; testedAt?: string | null; name?: string }[]
}

export type ChannelSettings = {
  provider: string; providers: { name: string; credentials: { name: string; allowed: string; required: boolean }[] }[]; version: number
  from: string | null; linkHost: string | null; perMinute: number | null; monthlyBudget: number | null; credentials: Record<string, boolean>
  callback: string | null; stopped: Hold | null; replyTo: string | null; messagingServiceSid: string | null; senderCountry: string | null; consentNamesCartReminders: boolean | null
}
export type Brand = {
  version: number; color: string; colors: { button: string; onButton: string; link: string; buttonDark: string; onButtonDark: string; linkDark: string }
  logo: { url: string; width: number; height: number; darkUrl: string | null } | null; postalAddress: string | null; digits: 'western' | 'arabic-indic'
  discreetSubjects: boolean; repliesAreRead: boolean; parts: { prices: boolean; pictures: boolean; recommendations: boolean }
}
export type Switches = { softOptInGb: boolean; optOutLawUs: boolean; impliedCa: boolean }
export type Plan = { plan: string | null; handle: string | null; status: string; at: string | null; notice: string | null; textsPaidBy: string }
export type DataRequest = { id: string; at: string; until: string; status: string; by: string; customers: string[] }
export type Reply = { id: string; at: string; from: string | null; text: string | null; isSuppressing: boolean; verdict: string | null }

export const outcomeOf = (d: DecisionLine): Outcome =>
  d.decision === 'send' ? 'sent' : d.decision === 'wait' ? 'waiting'
    : d.reason === 'shadow' ? 'shadow' : d.reason === 'not-sent' || d.reason === 'outcome-unknown' ? 'failed' : 'silent'
