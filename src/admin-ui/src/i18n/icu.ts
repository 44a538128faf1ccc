/**
 * As much of ICU's message syntax as the page speaks: {name}, {n, plural, =0{…} one{…} other{# …}}, {x, select, a{…}
 * other{…}} and tags, <a>…</a>. A message is parsed once. Source: unicode-org.github.io/icu, "Formatting Messages".
 */
export type Part =
  | string
  | { arg: string }
  | { hash: string }
  | { plural: string; forms: Record<string, Part[]> }
  | { select: string; forms: Record<string, Part[]> }
  | { tag: string; parts: Part[] }

export function parse(text: string): Part[] {
  let at = 0
  const parts = many([], null)
  if (at < text.length) throw new Error(`A message ends too early: ${text}`)
  return parts

  function many(around: string[], tag: string | null): Part[] {
    const parts: Part[] = []
    let plain = ''
    const flush = () => { if (plain) parts.push(plain); plain = '' }
    while (at < text.length) {
      const c = text[at]!
      if (c === '}') break
      if (c === '{') { flush(); parts.push(argument(around)); continue }
      if (c === '#' && around.length) { flush(); parts.push({ hash: around[around.length - 1]! }); at++; continue }
      const closing = /^<\/([a-z]+)>/.exec(text.slice(at))
      if (closing) {
        if (closing[1] !== tag) throw new Error(`</${closing[1]}> closes nothing: ${text}`)
        flush()
        return parts
      }
      const opening = /^<([a-z]+)>/.exec(text.slice(at))
      if (opening) {
        flush()
        at += opening[0].length
        const within = many(around, opening[1]!)
        if (!text.startsWith(`</${opening[1]}>`, at)) throw new Error(`<${opening[1]}> is not closed: ${text}`)
        at += opening[1]!.length + 3
        parts.push({ tag: opening[1]!, parts: within })
        continue
      }
      plain += c
      at++
    }
    flush()
    return parts
  }

  function argument(around: string[]): Part {
    const head = /^\{\s*(\w+)\s*(?:(\})|,\s*(plural|select)\s*,\s*)/.exec(text.slice(at))
    if (!head) throw new Error(`No argument at ${at}: ${text}`)
    at += head[0].length
    const name = head[1]!
    if (head[2]) return { arg: name }
    const forms: Record<string, Part[]> = {}
    for (;;) {
      const form = /^\s*(=\d+|[\w-]+)\s*\{/.exec(text.slice(at))
      if (!form) break
      at += form[0].length
      forms[form[1]!] = many(head[3] === 'plural' ? [...around, name] : around, null)
      if (text[at] !== '}') throw new Error(`A form is not closed: ${text}`)
      at++
    }
    const end = /^\s*\}/.exec(text.slice(at))
    if (!end || !forms['other']) throw new Error(`Forms of ${name} do not end, or lack "other": ${text}`)
    at += end[0].length
    return head[3] === 'plural' ? { plural: name, forms } : { select: name, forms }
  }
}

/** Puts a message together. What values and tags become, the caller says: text, or nodes. */
export function build<T>(
  parts: Part[], values: Record<string, unknown>, rules: Intl.PluralRules,
  show: { text: (s: string) => T; value: (v: unknown, name: string) => T; tag: (name: string, inner: T[]) => T },
): T[] {
  return parts.flatMap((part): T[] => {
    if (typeof part === 'string') return [show.text(part)]
    if ('arg' in part) return [show.value(values[part.arg], part.arg)]
    if ('hash' in part) return [show.value(values[part.hash], part.hash)]
    if ('tag' in part) return [show.tag(part.tag, build(part.parts, values, rules, show))]
    if ('plural' in part) {
      const n = Number(values[part.plural])
      const form = part.forms[`=${n}`] ?? part.forms[rules.select(n)] ?? part.forms['other']!
      return build(form, values, rules, show)
    }
    return build(part.forms[String(values[part.select])] ?? part.forms['other']!, values, rules, show)
  })
}
