import type { Call } from '../call'
import { objectById, refundsOf, lineItemsOf } from '../render'
import { invalidParam } from './errors'
import { allows, permissionError } from './permissions'

interface Reference {
  /** Permission a restricted key needs to see it; null: comes with the object. */
  readonly permission: string | null
  /** A list that is only there when asked for; without it the field holds an id. */
  readonly list?: (call: Call, id: string) => object
}

const charge: Reference = { permission: 'charge_read' }
const customer: Reference = { permission: 'customer_read' }
const paymentIntent: Reference = { permission: 'payment_intent_read' }
const paymentMethod: Reference = { permission: 'payment_method_read' }
const balanceTransaction: Reference = { permission: 'balance_read' }

/** Expandable fields by `object`, as the SDK's types mark them (`string | Object`). */
const EXPANDABLE: Readonly<Record<string, Readonly<Record<string, Reference>>>> = {
  'checkout.session': { payment_intent: paymentIntent, customer, line_items: { permission: null, list: lineItemsOf } },
  payment_intent: { latest_charge: charge, customer, payment_method: paymentMethod },
  payment_method: { customer },
  charge: {
    balance_transaction: balanceTransaction,
    failure_balance_transaction: balanceTransaction,
    customer,
    payment_intent: paymentIntent,
    refunds: { permission: 'charge_read', list: refundsOf },
  },
  refund: {
    balance_transaction: balanceTransaction,
    failure_balance_transaction: balanceTransaction,
    charge,
    customer,
    payment_intent: paymentIntent,
    payment_method: paymentMethod,
  },
  dispute: { charge, payment_intent: paymentIntent },
  balance_transaction: { source: { permission: 'balance_transaction_source_read' } },
  price: { product: { permission: 'product_read' } },
}

const MAX_DEPTH = 4

/** A copy of `result` with the asked-for references replaced by their objects (docs.stripe.com/api/expanding_objects). */
export function expand(call: Call, key: string, result: object, paths: readonly string[]): object {
  if (paths.length === 0) return result
  const copy = structuredClone(result) as Record<string, unknown>
  for (const path of paths) {
    const segments = path.split('.')
    if (segments.length > MAX_DEPTH) throw invalidParam('expand', `You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`)
    if (copy['object'] === 'list' && segments[0] !== 'data') {
      throw invalidParam(
        'expand',
        `This property cannot be expanded (${segments[0] ?? ''}). You may want to try expanding 'data.${segments[0] ?? ''}' instead.`,
      )
    }
    walk(call, key, copy, segments, path)
  }
  return copy
}

function walk(call: Call, key: string, value: unknown, segments: readonly string[], path: string): void {
  const [field, ...rest] = segments
  if (field === undefined || value === null || typeof value !== 'object') return
  if (Array.isArray(value)) {
    for (const item of value) walk(call, key, item, segments, path)
    return
  }
  const holder = value as Record<string, unknown>
  const kind = typeof holder['object'] === 'string' ? holder['object'] : ''
  const reference = EXPANDABLE[kind]?.[field]
  const current = holder[field]
  if (reference === undefined) {
    if (rest.length === 0 || current === null || typeof current !== 'object') throw invalidParam('expand', `This property cannot be expanded (${path}).`)
  } else {
    if (reference.permission !== null && !allows(call.permissions, reference.permission)) {
      throw permissionError(key, call.account.id, reference.permission)
    }
    if (reference.list !== undefined) {
      if (current === undefined) holder[field] = reference.list(call, String(holder['id']))
    } else if (typeof current === 'string') {
      const found = objectById(call, current)
      // A deep copy: a later path may expand inside it.
      if (found !== null) holder[field] = structuredClone(found)
    }
  }
  walk(call, key, holder[field], rest, path)
}
