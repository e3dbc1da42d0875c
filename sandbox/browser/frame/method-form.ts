import type { Brand } from './format/card-number'
import type { Field } from './field'

/** The fields of one payment method. */
export type MethodForm = {
  element: HTMLElement
  /** In tab order; hidden ones left out. */
  fields: () => Field[]
  /** Flat form parameters below `payment_method_data`, e.g. `[card][number]`. */
  payload: () => Record<string, string>
  /** Brand of the card typed, for the carddetailschange event. */
  brand?: () => Brand
}

/** What a form needs to know of the session and whom it tells of changes. */
export type FormContext = {
  merchantName: string
  merchantCountry: string
  locale: string
  showTerms: boolean
  /** Sandbox time. */
  now: () => Date
  changed: () => void
}

/** A required text: complete as soon as `enough` says so. */
export function requiredText(message: string, enough: (value: string) => boolean = (value) => value !== '') {
  return (value: string) => (enough(value) ? null : { message, incomplete: true })
}
