import type Stripe from 'stripe'
import { publicId } from '@/lib/kernel/public-id'
import { chargeStepOf } from '@/lib/money/core/currency'
import type { OrderToCharge } from './order-to-charge'

export type SessionParamsInput = {
  attempt: { tenant_id: string; id: string; store_id: string; order_id: string; amount: bigint; currency: string }
  order: OrderToCharge
  store_name: string
  /** Which installation made it, for whoever looks at the metadata: sandbox, test or live. */
  env: string
  return_url: string
}

/**
 * What is asked of Stripe for an attempt. A function of stored rows alone, so that the same attempt asks the same again
 * and its idempotency key holds. What would change the total behind our back is switched off by name.
 */
export function sessionParams({ attempt, order, store_name, env, return_url }: SessionParamsInput): Stripe.Checkout.SessionCreateParams {
  const metadata = {
    mb_tenant: publicId('tenant', attempt.tenant_id),
    mb_store: publicId('store', attempt.store_id),
    mb_order: publicId('order', attempt.order_id),
    mb_attempt: publicId('attempt', attempt.id),
    mb_env: env,
  }
  return {
    ui_mode: 'elements',
    mode: 'payment',
    client_reference_id: metadata.mb_attempt,
    line_items: lineItems(attempt, order),
    metadata,
    // A session's metadata does not reach its PaymentIntent by itself.
    payment_intent_data: { metadata, description: clip(`${store_name}: order ${order.display_number}`, 500) },
    return_url,
    adaptive_pricing: { enabled: false },
    allow_promotion_codes: false,
    automatic_tax: { enabled: false },
    ...(order.customer_email !== null && isMailLike(order.customer_email) && { customer_email: order.customer_email }),
  }
}

type Item = Stripe.Checkout.SessionCreateParams.LineItem

/** The order's lines where they are exactly its total and Stripe can take them, else one line with the order's number. */
function lineItems(attempt: { amount: bigint; currency: string }, order: OrderToCharge): Item[] {
  const step = chargeStepOf(attempt.currency)
  const sum = order.lines.reduce((total, line) => total + (line.total ?? 0n), 0n)
  const usable =
    order.lines.length > 0 &&
    order.lines.length <= 100 &&
    sum === attempt.amount &&
    order.lines.every((line) => line.total !== null && line.total >= 0n && line.total % step === 0n)
  if (!usable) return [item(attempt.currency, `Order ${order.display_number}`, attempt.amount, 1)]
  return order.lines.map((line) => {
    const total = line.total ?? 0n
    const quantity = /^[1-9]\d{0,5}$/.test(line.quantity) ? Number(line.quantity) : null
    const unit = quantity === null ? null : total / BigInt(quantity)
    if (quantity !== null && unit !== null && unit * BigInt(quantity) === total && unit % step === 0n) return item(attempt.currency, line.name, unit, quantity)
    return item(attempt.currency, line.quantity === '1' ? line.name : `${line.name} × ${line.quantity}`, total, 1)
  })
}

function item(currency: string, name: string, unit: bigint, quantity: number): Item {
  return { quantity, price_data: { currency, unit_amount: Number(unit), product_data: { name: clip(name.trim() || 'Item', 250) } } }
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

/** Stripe refuses a whole session for a malformed address; the payer is asked for it instead. */
function isMailLike(text: string): boolean {
  return /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(text) && text.length <= 254
}
