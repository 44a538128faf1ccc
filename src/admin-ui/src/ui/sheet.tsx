import { useEffect, useRef } from 'preact/hooks'
import { t } from '../i18n'

/**
 * An e-mail as it would look, in a frame that may do nothing (an empty sandbox): no script, no form, no way out, so that
 * what a shopper's name holds stays a name. Nobody outside can measure what it shows; long mails scroll in it.
 */
export function Sheet({ subject, preview, html, text, meta = [], phone, language }: { subject: string | null; preview?: string | null | undefined; html: string | null; text: string; meta?: [string, string][]; phone?: boolean; language?: string }) {
  return <article class={`mail${phone ? ' on-phone' : ''}`}>
    <header lang={language}>{subject !== null && <b dir="auto">{subject}</b>}{preview && <span class="soft" dir="auto">{preview}</span>}
      {meta.length > 0 && <dl>{meta.map(([k, v]) => <><dt>{k}</dt><dd><bdi>{v}</bdi></dd></>)}</dl>}</header>
    {html ? <Framed html={html} /> : <pre class="plain" dir="auto" lang={language}>{text}</pre>}
  </article>
}

function Framed({ html }: { html: string }) {
  const own = useRef<HTMLIFrameElement>(null)
  useEffect(() => { if (own.current && own.current.srcdoc !== html) own.current.srcdoc = html }, [html])
  return <iframe ref={own} class="sheet-frame" sandbox="" title={t('preview.title')} tabIndex={0} />
}
