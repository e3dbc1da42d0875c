import type { Layout, LayoutObject } from '@stripe/stripe-js'
import type { MethodType } from '../shared/messages'
import { methodIcon } from './brand-icons'
import { h } from './dom'
import type { MethodForm } from './method-form'

const NAMES: Record<MethodType, string> = { card: 'Card', us_bank_account: 'US bank account', sepa_debit: 'SEPA Debit' }

export type MethodPicker = {
  element: HTMLElement
  selected: () => MethodType
  collapsed: () => boolean
  select: (method: MethodType) => void
  collapse: () => void
}

type Entry = { method: MethodType; radio: HTMLInputElement; item: HTMLElement; panel: HTMLElement }

function normal(layout: Layout | LayoutObject): LayoutObject {
  return typeof layout === 'string' ? { type: layout } : layout
}

/**
 * Lets the buyer choose a method: an accordion (also for `auto`, Stripe's default since 2025) or tabs. Native radios
 * give arrow keys and names to readers. One method alone needs no choice.
 */
export function methodPicker(layout: Layout | LayoutObject, forms: [MethodType, MethodForm][], changed: () => void): MethodPicker {
  const wish = normal(layout)
  const tabs = wish.type === 'tabs'
  const single = forms.length === 1
  const first = forms[0]?.[0] ?? 'card'
  let selected: MethodType = first
  let collapsed = !single && !tabs && wish.defaultCollapsed === true

  const entries: Entry[] = forms.map(([method, form]) => {
    const id = `method-${method}`
    const radio = h('input', { type: 'radio', name: 'method', value: method, id, class: 'MethodRadio' })
    const dot = wish.radios === 'never' ? null : h('span', { class: 'RadioIcon', 'aria-hidden': 'true' })
    const label = h(
      'label',
      { class: tabs ? 'Tab' : 'AccordionItem-header', for: id },
      tabs ? null : dot,
      h('span', { class: tabs ? 'TabIcon' : 'AccordionItem-icon' }, methodIcon(method)),
      h('span', { class: 'TabLabel' }, NAMES[method]),
    )
    const panel = h('div', { class: 'Panel' }, form.element)
    const item = tabs ? h('div', { class: 'TabBox' }, radio, label) : h('div', { class: 'AccordionItem Block' }, radio, label, panel)
    radio.addEventListener('change', () => {
      selected = method
      collapsed = false
      paint()
      changed()
    })
    return { method, radio, item, panel }
  })

  const paint = () => {
    for (const entry of entries) {
      const open = entry.method === selected && !collapsed
      entry.radio.checked = open
      entry.panel.hidden = !open
      entry.item.classList.toggle('AccordionItem--selected', open && !tabs)
      entry.item.classList.toggle('TabBox--selected', open && tabs)
    }
  }
  paint()

  const legend = h('legend', { class: 'VisuallyHidden' }, 'Payment method')
  let element: HTMLElement
  if (single) element = h('div', { class: 'Single' }, ...entries.map((entry) => entry.panel))
  else if (tabs) {
    element = h('div', {}, h('fieldset', { class: 'Tabs' }, legend, ...entries.map((entry) => entry.item)), ...entries.map((entry) => entry.panel))
  } else {
    const spaced = wish.spacedAccordionItems === true ? ' Accordion--spaced' : ''
    element = h('fieldset', { class: `Accordion${spaced}` }, legend, ...entries.map((entry) => entry.item))
  }
  return {
    element,
    selected: () => selected,
    collapsed: () => collapsed,
    select: (method) => {
      selected = method
      collapsed = false
      paint()
    },
    collapse: () => {
      if (single || tabs) return
      collapsed = true
      paint()
      changed()
    },
  }
}
