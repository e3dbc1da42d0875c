import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { formatMinor } from '../../shop/shop-money'

export { html, raw }
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>

/** Sandbox time in UTC, to the second on hover. */
export function time(seconds: number): Markup {
  const iso = new Date(seconds * 1000).toISOString()
  return html`<time datetime="${iso}" title="${iso.slice(0, 19).replace('T', ' ')} UTC">${iso.slice(0, 16).replace('T', ' ')}</time>`
}

/** Minor units with their currency beside them. */
export function money(minor: number, currency: string): Markup {
  return html`<span class="money">${formatMinor(minor, currency)} <abbr>${currency.toUpperCase()}</abbr></span>`
}

const tones: Record<string, string> = {
  succeeded: 'good',
  delivered: 'good',
  won: 'good',
  processing: 'good',
  completed: 'good',
  active: 'good',
  pending: 'wait',
  waiting: 'wait',
  held: 'wait',
  'on-hold': 'wait',
  under_review: 'wait',
  needs_response: 'attention',
  warning_needs_response: 'attention',
  refunded: 'attention',
  'partly refunded': 'attention',
  failed: 'bad',
  dropped: 'bad',
  lost: 'bad',
  cancelled: 'bad',
}

/** A state as a word; the colour only repeats it. */
export function state(word: string): Markup {
  return html`<span class="state ${tones[word] ?? 'plain'}">${word.replaceAll('_', ' ')}</span>`
}

/** An id that can be read to its end and copied with one press. */
export function copyable(text: string): Markup {
  const short = text.length > 22 ? `${text.slice(0, 12)}…${text.slice(-6)}` : text
  return html`<button type="button" class="id" data-copy="${text}" title="${text}">${short}<span class="hidden"> (copy)</span></button>`
}

/** A button that sends one request of the control API. */
export function action(label: string, api: string, body: unknown = {}, options: { done?: string; name?: string; open?: string; quiet?: boolean } = {}): Markup {
  return html`<button
    type="button"
    class="${options.quiet ? 'quiet' : ''}"
    data-api="${api}"
    data-body="${JSON.stringify(body)}"
    data-done="${options.done ?? 'Done.'}"
    data-open="${options.open ?? ''}"
    aria-label="${options.name ?? label}"
  >
    ${label}
  </button>`
}

/** A table, or a sentence when it is empty. */
export function table(caption: string, heads: readonly string[], rows: readonly Markup[], empty: string): Markup {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption class="hidden">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col" class="${head === 'Amount' || head === 'Total' ? 'right' : ''}">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}

/** A labelled field. `options` makes it a select. */
export function field(
  label: string,
  name: string,
  options: {
    value?: string
    type?: 'text' | 'number' | 'url'
    choices?: readonly (readonly [string, string])[]
    hint?: string
    kind?: 'number' | 'json'
    only?: string
  } = {},
): Markup {
  const input = options.choices
    ? html`<select name="${name}">
        ${options.choices.map(([value, text]) => html`<option value="${value}" ${value === options.value ? 'selected' : ''}>${text}</option>`)}
      </select>`
    : html`<input
        name="${name}"
        type="${options.type ?? 'text'}"
        value="${options.value ?? ''}"
        placeholder="${options.hint ?? ''}"
        data-kind="${options.kind ?? ''}"
      />`
  return html`<label data-only="${options.only ?? ''}"><span>${label}</span>${input}</label>`
}
