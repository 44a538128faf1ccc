/**
 * The preview of an e-mail, made here while somebody types. Handlebars' own library makes programs of text, which the
 * page's policy forbids; the templates use {{value}}, #if, #unless, #each, #with, else and @last alone, and those are read
 * here. A test holds it to Handlebars itself over all templates.
 */
type Node = { text: string } | { value: string } | { block: 'if' | 'unless' | 'each' | 'with'; of: string; then: Node[]; other: Node[] }

const mark = /\{\{\s*(?:(#)(if|unless|each|with)\s+([\w.@]+)|(\/)(if|unless|each|with)|(else)|([\w.@]+))\s*\}\}/g

export function read(template: string): Node[] {
  const root: Node[] = []
  const open: { node: Extract<Node, { block: string }>; into: Node[] }[] = []
  let into = root, last = 0
  for (const m of template.matchAll(mark)) {
    if (m.index > last) into.push({ text: template.slice(last, m.index) })
    last = m.index + m[0].length
    if (m[1]) {
      const node = { block: m[2] as 'if', of: m[3]!, then: [], other: [] }
      into.push(node)
      open.push({ node, into })
      into = node.then
    } else if (m[4]) {
      const done = open.pop()
      if (!done || done.node.block !== m[5]) throw new Error(`{{/${m[5]}}} closes nothing`)
      into = done.into
    } else if (m[6]) {
      const within = open.at(-1)
      if (!within) throw new Error('{{else}} stands alone')
      into = within.node.other
    } else into.push({ value: m[7]! })
  }
  if (open.length) throw new Error(`{{#${open.at(-1)!.node.block}}} is not closed`)
  if (last < template.length) root.push({ text: template.slice(last) })
  if (into !== root) throw new Error('unbalanced')
  return root
}

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;', '`': '&#x60;', '=': '&#x3D;' }
export const escape = (text: string): string => text.replace(/[&<>"'`=]/g, c => signs[c]!)

const isEmpty = (v: unknown): boolean => v === null || v === undefined || v === false || v === '' || v === 0 || (Array.isArray(v) && v.length === 0)
const own = (of: unknown, key: string): unknown => of !== null && typeof of === 'object' && Object.hasOwn(of, key) ? (of as Record<string, unknown>)[key] : undefined

export function print(nodes: Node[], data: unknown, isHtml: boolean, at: Record<string, unknown> = {}): string {
  const find = (path: string): unknown => path.startsWith('@') ? at[path.slice(1)] : path === 'this' ? data : path.split('.').reduce(own, data)
  return nodes.map(node => {
    if ('text' in node) return node.text
    if ('value' in node) {
      const value = find(node.value)
      const text = value === null || value === undefined || value === false ? '' : String(value)
      return isHtml ? escape(text) : text
    }
    const value = find(node.of)
    if (node.block === 'each') {
      const items = Array.isArray(value) ? value : []
      return items.length ? items.map((item, i) => print(node.then, item, isHtml, { index: i, first: i === 0, last: i === items.length - 1 })).join('') : print(node.other, data, isHtml, at)
    }
    if (node.block === 'with') return isEmpty(value) ? print(node.other, data, isHtml, at) : print(node.then, value, isHtml, at)
    return print(isEmpty(value) !== (node.block === 'if') ? node.then : node.other, data, isHtml, at)
  }).join('')
}

/* ---- words in their places, as the service does it (TemplateWords, Wording.Guarded) ---- */

export const named = (words: string): string[] => [...new Set([...words.matchAll(/\{\{\s*([A-Za-z][\w.]*)\s*\}\}/g)].map(m => m[1]!))]
const namesProduct = ['first', 'drop.short', 'product.short']

/** Where a value that own words name is not known, ours stand. */
export function guarded(key: string, words: string, ours: string): string {
  const fields = named(words)
  const inner = fields.filter(f => f !== 'store.name').reverse().reduce((text, f) => `{{#if ${f}}}${text}{{else}}${ours}{{/if}}`, words)
  return (key === 'subject' || key === 'preheader') && fields.some(f => namesProduct.includes(f)) ? `{{#if discreet}}${ours}{{else}}${inner}{{/if}}` : inner
}

const places = /\{\{(?![#/]|else)([^}]+)\}\}/g
const flat = (words: string): string => words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

export function fill(template: string, isHtml: boolean, isRight: boolean, words: (key: string) => string): string {
  return template.replace(/\[\[(html:|text:)?([a-z]+)\]\]/g, (_, kind: string | undefined, key: string) => {
    const text = words(key)
    if (kind === 'html:') return flat(text).replace(places, '<bdi>{{$1}}</bdi>')
    if (kind === 'text:') return isRight ? text.replace(places, '\u2068{{$1}}\u2069') : text
    return isHtml ? flat(text) : text
  })
}

/** Our words without their blocks: what they say when everything is known. To begin own words from. */
export function simplest(ours: string): string {
  const walk = (nodes: Node[]): string => nodes.map(n => 'text' in n ? n.text : 'value' in n ? `{{${n.value}}}`
    : n.block === 'if' && !['replies', 'discreet'].includes(n.of) ? walk(n.then) : walk(n.other)).join('')
  return walk(read(ours))
}
