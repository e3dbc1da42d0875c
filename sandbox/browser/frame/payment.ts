import type { ElementState, FrameConfig, FrameReply, FromPaymentFrame, MethodType, ToPaymentFrame } from '../shared/messages'
import { applyAppearance } from './appearance'
import { sepaForm, usBankForm } from './bank-forms'
import { cardForm } from './card-form'
import { h } from './dom'
import type { FormContext, MethodForm } from './method-form'
import { methodPicker, type MethodPicker } from './method-picker'
import { parentLink } from './parent-link'
import { sendConfirm } from './send-confirm'
import { testStrip } from './test-details'

const FORMS: Record<MethodType, (context: FormContext) => MethodForm> = {
  card: cardForm,
  us_bank_account: usBankForm,
  sepa_debit: sepaForm,
}

const root = document.getElementById('element') ?? document.body
// Sandbox time: what the server said when it made this page, plus the time since.
const servedAt = Number(document.documentElement.dataset.now)
const now = () => new Date(servedAt + performance.now())

let config: FrameConfig | null = null
let forms = new Map<MethodType, MethodForm>()
let picker: MethodPicker | null = null
let strip: ReturnType<typeof testStrip> | null = null
let lastState = ''
let lastBrand = ''

const form = () => (picker ? forms.get(picker.selected()) : undefined)
const fields = () => form()?.fields() ?? []

function currentState(): ElementState {
  const all = fields()
  return {
    empty: all.every((field) => field.empty()),
    complete: all.length > 0 && picker?.collapsed() === false && all.every((field) => field.problem() === null),
    collapsed: picker?.collapsed() ?? false,
    method: picker?.selected() ?? 'card',
  }
}

/** Tells the page of changes, and only of changes. */
function changed(): void {
  if (!picker) return
  strip?.offer(picker.selected())
  const state = currentState()
  const key = JSON.stringify(state)
  if (key !== lastState) {
    lastState = key
    link.send({ type: 'change', state })
  }
  const brand = form()?.brand?.() ?? 'unknown'
  if (brand !== lastBrand) {
    lastBrand = brand
    link.send({ type: 'carddetails', brand })
  }
}

/** The first problem in tab order, shown and focused; the others are shown too. */
function check(): FrameReply {
  if (picker?.collapsed()) return { kind: 'invalid', message: 'Please select a payment method.' }
  const bad = fields().filter((field) => field.problem() !== null)
  for (const field of bad) field.reveal()
  const problem = bad[0]?.problem()
  if (!problem) return { kind: 'valid' }
  bad[0]?.control.focus()
  return { kind: 'invalid', message: problem.message }
}

function setUsable(): void {
  const usable = config?.status === 'open' && !config.readOnly
  for (const control of root.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')) control.disabled = !usable
  root.toggleAttribute('data-off', !usable)
}

function draw(next: FrameConfig): void {
  const context: FormContext = {
    merchantName: next.merchant.name,
    merchantCountry: next.merchant.country,
    locale: next.locale,
    showTerms: next.showTerms,
    now,
    changed,
  }
  forms = new Map(next.methods.map((method) => [method, FORMS[method](context)]))
  picker = methodPicker(next.layout, [...forms], changed)
  strip = testStrip(next.livemode, () => now().getUTCFullYear() + 4, fields)
  lastState = ''
  root.replaceChildren(h('form', { novalidate: true, 'aria-label': 'Payment details' }, picker.element), strip.element)
  root.removeAttribute('aria-busy')
  strip.offer(picker.selected())
}

/** Whether two configurations need other fields; anything else is changed in place, so that typed details stay. */
function sameFields(a: FrameConfig, b: FrameConfig): boolean {
  const shape = (c: FrameConfig) => JSON.stringify([c.methods, c.merchant, c.layout, c.locale, c.livemode, c.showTerms])
  return shape(a) === shape(b)
}

function configure(next: FrameConfig): void {
  const before = config
  config = next
  applyAppearance(next.appearance)
  if (!before || !sameFields(before, next)) draw(next)
  setUsable()
  if (!before) link.send({ type: 'ready' })
  changed()
}

function clear(): void {
  for (const each of forms.values()) for (const field of each.fields()) if (!field.empty()) field.fill('')
}

async function confirm(message: Extract<ToPaymentFrame, { type: 'confirm' }>): Promise<void> {
  const checked = check()
  const payload = form()?.payload() ?? {}
  const reply = checked.kind === 'valid' ? await sendConfirm(message.order, payload) : checked
  link.send({ type: 'reply', call: message.call, reply })
}

const link = parentLink<FromPaymentFrame, ToPaymentFrame>((message) => {
  switch (message.type) {
    case 'init':
    case 'update':
      return configure(message.config)
    case 'focus':
      return (fields().find((field) => field.problem() !== null) ?? fields()[0])?.control.focus()
    case 'blur':
      return document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined
    case 'clear':
      return clear()
    case 'collapse':
      return picker?.collapse()
    case 'validate':
      return link.send({ type: 'reply', call: message.call, reply: check() })
    case 'confirm':
      return void confirm(message)
  }
})

let focused = false
document.addEventListener('focusin', () => {
  if (!focused) link.send({ type: 'focus' })
  focused = true
})
window.addEventListener('blur', () => {
  if (focused) link.send({ type: 'blur' })
  focused = false
})
document.addEventListener('submit', (event) => event.preventDefault())
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') link.send({ type: 'escape' })
})
new ResizeObserver(() => link.send({ type: 'resize', height: Math.ceil(root.getBoundingClientRect().height) })).observe(root)
link.send({ type: 'hello' })
