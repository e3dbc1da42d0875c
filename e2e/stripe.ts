import { publicId } from '@/lib/kernel/public-id'
import type { SandboxAccount } from '../scripts/seed/world'
import { worldAt } from '../scripts/seed/world'
import { product } from './product'
import type { Order } from './shop'

/** The control API of the sandbox. */
export const sandbox = worldAt(product.sandboxUrl)

/** Ten minutes from a payment to its balance transaction: a fee stays pending until `feesArrive`. */
const captureSeconds = 600
export const day = 86_400

type Charge = {
  charge: string
  payment_intent: string | null
  account: string
  livemode: boolean
  amount: number
  amount_refunded: number
  currency: string
  status: string
  description: string | null
  balance_transaction: string | null
}
type Session = { id: string; status: string; payment_status: string; metadata: Record<string, string> }

/** Takes back every fault, misdelivery and setting that a test has made. */
export async function calmSandbox(): Promise<void> {
  await sandbox.post('/_sandbox/reset', { what: 'rules' })
  await sandbox.post('/_sandbox/webhooks/release', {})
  await sandbox.post('/_sandbox/settings', { latencyMs: 0, asyncCaptureSeconds: captureSeconds, delayedMethodSeconds: 4 * day })
}

/** Moves the sandbox's time on, and with it the product's. */
export async function passTime(seconds: number): Promise<void> {
  await sandbox.post('/_sandbox/clock/advance', { by_seconds: seconds })
}

/** Lets the balance transactions of the payments so far come. */
export async function feesArrive(): Promise<void> {
  await passTime(captureSeconds + 1)
}

/** Every try to charge an order at Stripe, newest first; declined ones too. */
export async function chargesOf(order: Order): Promise<Charge[]> {
  const charges = await chargesAt(order.store.account)
  return charges.filter((charge) => charge.description === `${order.store.name}: order ${order.number}`)
}

/** The latest tries to charge on an account, newest first. */
export async function chargesAt(account: string): Promise<Charge[]> {
  const { payments } = await sandbox.ask<{ payments: Charge[] }>('GET', `/_sandbox/payments?account=${account}&limit=500`)
  return payments
}

/** The Checkout Sessions that were made for an order, asked of Stripe's API with the account's own key. */
export async function sessionsOf(order: Order, orderId: string): Promise<Session[]> {
  const account = await sandbox.ask<SandboxAccount>('GET', `/_sandbox/accounts/${order.store.account}`)
  const answer = await fetch(`${product.sandboxUrl}/v1/checkout/sessions?limit=100`, {
    headers: { authorization: `Bearer ${account.keys[order.store.mode].secret}` },
  })
  const { data } = (await answer.json()) as { data: Session[] }
  return data.filter((session) => session.metadata.mb_order === publicId('order', orderId))
}

/** How Stripe signs a delivery: docs.stripe.com/webhooks#verify-manually. */
export async function signed(body: string, secret: string, at = Math.floor(Date.now() / 1000)): Promise<string> {
  const { createHmac } = await import('node:crypto')
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
}
