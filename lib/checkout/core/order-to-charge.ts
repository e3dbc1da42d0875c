import { isCalledOff } from '@/lib/commerce/core/called-off'
import { chargeStepOf } from '@/lib/money/core/currency'
import { formatMinor } from '@/lib/money/core/decimal'

/** An order as it was just read from its store. Amounts in minor units; null when the store's figure could not be taken exactly. */
export type OrderToCharge = {
  id: string
  external_id: string
  display_number: string
  status: string
  currency: string
  total: bigint | null
  total_text: string
  problem: string | null
  customer_email: string | null
  paid_at: Date | null
  deleted_at: Date | null
  payment_state: string
  revision: number
  lines: OrderLineToCharge[]
}

export type OrderLineToCharge = { kind: string; name: string; quantity: string; total: bigint | null }

export type Refusal = {
  code: 'order_deleted' | 'order_cancelled' | 'order_paid' | 'order_processing' | 'order_unreadable' | 'nothing_to_pay' | 'amount_not_chargeable'
  message: string
  remedy: string
}

/** WooCommerce's words for an order whose money has been taken; other shops say it with `paid_at`. */
const settled = new Set(['processing', 'completed'])
/** Stripe takes at most eight digits (docs.stripe.com/currencies, minimum and maximum amounts). */
const largest = 99_999_999n

/** Why no money may be asked for this order, or null. */
export function refusalOf(order: OrderToCharge): Refusal | null {
  const name = `Order ${order.display_number}`
  if (order.deleted_at !== null) return { code: 'order_deleted', message: `${name} no longer exists in the store.`, remedy: 'Check the order number.' }
  if (order.payment_state === 'processing')
    return { code: 'order_processing', message: `A payment of ${name} is on its way.`, remedy: 'Wait until it is confirmed or has failed.' }
  if (order.paid_at !== null || ['paid', 'overpaid', 'disputed', 'partly_refunded', 'underpaid'].includes(order.payment_state))
    return { code: 'order_paid', message: `${name} is already paid.`, remedy: 'Nothing is to be done.' }
  if (isCalledOff(order))
    return { code: 'order_cancelled', message: `${name} is ${order.status} in the store.`, remedy: 'Reopen the order in the store, or make a new one.' }
  if (settled.has(order.status.toLowerCase()))
    return { code: 'order_paid', message: `${name} is ${order.status} in the store.`, remedy: 'Nothing is to be done.' }
  if (order.total === null || order.problem !== null) {
    return {
      code: 'order_unreadable',
      message: `The total of ${name}, ${order.total_text} ${order.currency.toUpperCase()}, cannot be taken exactly${reason(order.problem)}.`,
      remedy: 'Correct the amounts of the order in the store.',
    }
  }
  if (order.total <= 0n) return { code: 'nothing_to_pay', message: `${name} has nothing to pay.`, remedy: 'Nothing is to be done.' }
  if (order.total > largest)
    return {
      code: 'amount_not_chargeable',
      message: `${formatMinor(order.total, order.currency)} is more than one payment can take.`,
      remedy: 'Split the order in the store.',
    }
  const step = chargeStepOf(order.currency)
  if (order.total % step !== 0n)
    return {
      code: 'amount_not_chargeable',
      message: `${formatMinor(order.total, order.currency)} cannot be charged: amounts in this currency are multiples of ${formatMinor(step, order.currency)}.`,
      remedy: 'Round the total of the order in the store.',
    }
  return null
}

function reason(problem: string | null): string {
  if (problem === 'too_many_decimals') return ': it has more decimals than the currency'
  return ''
}
