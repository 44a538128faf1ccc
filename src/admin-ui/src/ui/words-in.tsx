import type { Ref } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { ComponentChildren } from 'preact'

export type WordsHandle = { insert: (field: string) => void }

/**
 * Words with facts in them: a fact is one thing, with its name in people's words, that is typed around and deleted whole.
 * What comes in from outside is text; nothing of it becomes markup.
 */
export function WordsIn({ label, value, onInput, nameOf, placeholder, hint, bad, tall, language, changed, disabledFacts, handle, onFocus, note }: {
  label: string; value: string; onInput: (text: string) => void; nameOf: (field: string) => string; placeholder: string
  hint?: ComponentChildren; bad?: string | undefined; tall?: boolean; language: string; changed?: boolean; disabledFacts?: boolean
  handle?: (h: WordsHandle) => void; onFocus?: () => void; note?: string | undefined
}) {
  const own = useRef<HTMLDivElement>(null)
  const caret = useRef<Range | null>(null)
  const id = useId()
  useEffect(() => {
    const box = own.current!
    // While somebody types, what stands there is newer than what was told of it.
    if (document.activeElement !== box && said(box) !== value) show(box, value, nameOf)
  }, [value])
  const tell = () => onInput(said(own.current!))
  const remember = () => {
    const selection = getSelection()
    if (selection?.rangeCount && own.current?.contains(selection.anchorNode)) caret.current = selection.getRangeAt(0).cloneRange()
  }
  handle?.({
    insert: field => {
      const box = own.current!
      if (disabledFacts) return
      box.focus()
      const range = caret.current && box.contains(caret.current.startContainer) ? caret.current : endOf(box)
      range.deleteContents()
      const token = tokenOf(field, nameOf)
      range.insertNode(token)
      const after = document.createRange()
      after.setStartAfter(token)
      getSelection()?.removeAllRanges()
      getSelection()?.addRange(after)
      remember()
      tell()
    },
  })
  return <div class="field"><span class="lab"><span id={`${id}-l`}>{label}</span>{/* Arabic letters join over spans. */' '}{note && <span class="ours">{note}</span>}</span>
    <div ref={own as Ref<HTMLDivElement>} class={`ed${tall ? ' tall' : ''}${bad ? ' bad' : changed ? ' changed' : ''}`} contentEditable role="textbox" aria-labelledby={`${id}-l`} aria-describedby={hint || bad ? `${id}-h` : undefined} aria-invalid={bad ? true : undefined}
      aria-multiline={tall ? true : undefined} aria-placeholder={placeholder} data-placeholder={placeholder} lang={language} dir={language === 'ar' ? 'rtl' : 'ltr'} spellcheck
      onInput={tell} onFocus={onFocus} onBlur={remember} onKeyUp={remember} onPointerUp={remember}
      onKeyDown={e => { if (e.key === 'Enter') e.preventDefault() }}
      onPaste={e => { e.preventDefault(); put(own.current!, (e.clipboardData?.getData('text/plain') ?? '').replace(/\s+/g, ' '), nameOf); remember(); tell() }}
      onDrop={e => e.preventDefault()}
      onBeforeInput={e => { if (/^format|insertParagraph|insertLineBreak/.test((e as unknown as InputEvent).inputType)) e.preventDefault() }} />
    {(bad || hint) && <span class={`hint${bad ? ' bad' : ''}`} id={`${id}-h`}>{bad || hint}</span>}</div>
}

const place = /\{\{\s*([A-Za-z][\w.]*)\s*\}\}/g

function tokenOf(field: string, nameOf: (f: string) => string): HTMLElement {
  const token = document.createElement('span')
  token.className = 'tok'
  token.contentEditable = 'false'
  token.dataset['field'] = field
  token.textContent = nameOf(field)
  return token
}
function parts(text: string, nameOf: (f: string) => string): Node[] {
  const nodes: Node[] = []
  let last = 0
  for (const m of text.matchAll(place)) {
    if (m.index > last) nodes.push(document.createTextNode(text.slice(last, m.index)))
    nodes.push(tokenOf(m[1]!, nameOf))
    last = m.index + m[0].length
  }
  if (last < text.length) nodes.push(document.createTextNode(text.slice(last)))
  return nodes
}
const show = (box: HTMLElement, text: string, nameOf: (f: string) => string): void => box.replaceChildren(...parts(text, nameOf))
const said = (box: HTMLElement): string => [...box.childNodes].map(n => n instanceof HTMLElement ? n.dataset['field'] ? `{{${n.dataset['field']}}}` : n.textContent ?? '' : n.textContent ?? '').join('').replace(/\u00a0/g, ' ').replace(/\n/g, '')
function endOf(box: HTMLElement): Range {
  const range = document.createRange()
  range.selectNodeContents(box)
  range.collapse(false)
  return range
}
function put(box: HTMLElement, text: string, nameOf: (f: string) => string): void {
  const selection = getSelection()
  const range = selection?.rangeCount && box.contains(selection.anchorNode) ? selection.getRangeAt(0) : endOf(box)
  range.deleteContents()
  const nodes = parts(text, nameOf)
  const all = document.createDocumentFragment()
  all.append(...nodes)
  range.insertNode(all)
  range.collapse(false)
}
