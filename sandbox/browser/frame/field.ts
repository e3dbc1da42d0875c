import { h } from './dom'
import { caretAfter } from './format/caret'

/** Why a field cannot be used yet. `incomplete` ones are shown only after the buyer left the field or tried to pay. */
export type Problem = { message: string; incomplete: boolean }

export type Field = {
  element: HTMLElement
  control: HTMLInputElement | HTMLSelectElement
  value: () => string
  empty: () => boolean
  problem: () => Problem | null
  /** Shows the problem, if there is one, also an incomplete or empty one. */
  reveal: () => void
  /** Puts a value in as if it had been typed. */
  fill: (value: string) => void
}

export type TextFieldSpec = {
  id: string
  label: string
  placeholder?: string
  autocomplete?: AutoFill
  inputMode?: 'numeric' | 'text'
  /** Text to what is kept of it, e.g. only digits. Default: as typed. */
  read?: (text: string) => string
  /** Kept value to what is shown. */
  show?: (value: string, deleting: boolean) => string
  /** Characters that count when the caret is put back after reformatting. */
  kept?: RegExp
  problem: (value: string) => Problem | null
  /** Whether nothing more can be typed, so that the next field may take over. */
  full?: (value: string) => boolean
  adornment?: HTMLElement
  onInput: () => void
  onFull?: () => void
}

function wrap(id: string, label: string, control: HTMLElement, adornment?: HTMLElement) {
  const error = h('p', { class: 'Error', id: `${id}-error`, role: 'alert' })
  const box = h('div', { class: 'InputBox' }, control, adornment ?? null)
  const name = h('label', { class: 'Label', for: id }, label)
  return { error, name, element: h('div', { class: 'Field', 'data-field': id }, name, box, error) }
}

/** A labelled text input with formatting, caret keeping and an error line for readers and eyes. */
export function textField(spec: TextFieldSpec): Field {
  const read = spec.read ?? ((text: string) => text.trim())
  const show = spec.show ?? ((value: string) => value)
  const input = h('input', {
    class: 'Input',
    id: spec.id,
    name: spec.id,
    type: 'text',
    placeholder: spec.placeholder,
    autocomplete: spec.autocomplete ?? 'off',
    inputmode: spec.inputMode,
    autocapitalize: 'off',
    autocorrect: 'off',
    spellcheck: 'false',
    'aria-describedby': `${spec.id}-error`,
    'aria-required': 'true',
    'aria-invalid': 'false',
  })
  const { element, error } = wrap(spec.id, spec.label, input, spec.adornment)
  let value = ''

  const paint = (revealIncomplete: boolean) => {
    const problem = spec.problem(value)
    const shown = problem && (!problem.incomplete || revealIncomplete) ? problem.message : ''
    if (error.textContent !== shown) error.textContent = shown
    input.setAttribute('aria-invalid', String(shown !== ''))
    input.classList.toggle('Input--invalid', shown !== '')
    input.classList.toggle('Input--empty', value === '')
  }
  const take = (text: string, deleting: boolean) => {
    const caret = input.selectionStart ?? text.length
    value = read(text)
    const formatted = spec.show ? show(value, deleting) : text
    if (input.value !== formatted) {
      const place = caretAfter(text, caret, formatted, spec.kept ?? /./)
      input.value = formatted
      if (document.activeElement === input) input.setSelectionRange(place, place)
    }
    // While typing, an old "incomplete" must not linger, and a new one must not nag.
    paint(false)
    spec.onInput()
  }

  input.addEventListener('input', (event) => {
    const deleting = event instanceof InputEvent && (event.inputType ?? '').startsWith('delete')
    const atEnd = input.selectionStart === input.value.length
    take(input.value, deleting)
    if (!deleting && atEnd && document.activeElement === input && spec.full?.(value) && !spec.problem(value)) spec.onFull?.()
  })
  input.addEventListener('blur', () => paint(value !== ''))
  return {
    element,
    control: input,
    value: () => value,
    empty: () => value === '',
    problem: () => spec.problem(value),
    reveal: () => paint(true),
    fill: (text) => {
      input.value = text
      take(text, false)
    },
  }
}

/** A labelled select. Never empty and never wrong. */
export function selectField(spec: {
  id: string
  label: string
  autocomplete?: AutoFill
  options: { value: string; label: string }[]
  value: string
  onInput: () => void
}): Field {
  const select = h('select', { class: 'Input Select', id: spec.id, name: spec.id, autocomplete: spec.autocomplete ?? 'off' })
  for (const option of spec.options) select.append(h('option', { value: option.value }, option.label))
  select.value = spec.value
  select.addEventListener('change', spec.onInput)
  const { element } = wrap(spec.id, spec.label, select, h('span', { class: 'Chevron', 'aria-hidden': 'true' }))
  return {
    element,
    control: select,
    value: () => select.value,
    empty: () => true,
    problem: () => null,
    reveal: () => {},
    fill: (value) => {
      select.value = value
      spec.onInput()
    },
  }
}
