import { ability } from '@/lib/commerce/contract'
import type { StoreOrder } from '@/lib/commerce/core/order'
import type { StoreRow } from '@/lib/commerce/core/store'
import { fetchOrder, openStore, type OrderReading } from '@/lib/commerce/fetch-order'
import { workerPool } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { Fault } from '@/lib/kernel/fault'
import { publicId } from '@/lib/kernel/public-id'
import { decideMarkPaid, type MarkPaidDecision } from './core/mark-paid'
import type { HeldEffect, Hold, Outcome } from './core/outcome'
import { markPaidPayload, readPayload, type MarkPaidPayload } from './core/payload'
import { isGivenBack } from './store/given-back'

const notFollowed = 'store_not_marked_paid'

/**
 * Tells a store that an order is paid, once. A shop has no idempotency: the order is read first, written only when it
 * still waits for this money and the money is still here, and read back; the receipt holds before, request and after. A worker that died in between
 * leaves an order that names our payment, and the next one finds it so. Where nothing may be written back it is read all
 * the same: what the order is worth after the payment is what the match stands on.
 * @throws Faults of the contract and lib/outbound; `store_not_marked_paid` when the store accepted the call and did not follow.
 */
export async function markOrderPaid(effect: HeldEffect, store: StoreRow & { external_id: string }, hold: Hold): Promise<Outcome> {
  const payment = readPayload(markPaidPayload, effect.payload)
  const askedAtMs = clock.wallMs()
  const before = await fetchOrder(store, store.external_id)
  const decision = decideMarkPaid(before.order, payment, await isGivenBack(workerPool(), effect.tenant_id, payment.payment_id))
  if (decision.act === 'already') return { state: 'done', receipt: receipt(before, null, before), reading: before, exceptions: [] }
  if (decision.act === 'skip' || before.order === null) return skipped(effect, payment, before, decision)
  if (!store.write_back) return { state: 'skipped', receipt: { reason: 'write_back_off', ...receipt(before, null, before) }, reading: before, exceptions: [] }

  const { connector, access } = openStore(store)
  const write = ability(connector, 'markPaid')
  const notAfterMs = await hold(askedAtMs)
  const request = await write({ ...access, notAfterMs }, before.order, {
    reference: payment.reference,
    payment: publicId('payment', payment.payment_id),
    // Any other failure leaves the order to its shop, which then completes the payment itself: downloads, hooks of its plugins.
    insist: effect.last_code === notFollowed,
  })
  const after = await fetchOrder(store, store.external_id)
  const now = decideMarkPaid(after.order, payment, false)
  if (now.act === 'already') return { state: 'done', receipt: receipt(before, request, after), reading: after, exceptions: [] }
  if (now.act === 'skip') return skipped(effect, payment, after, now)
  throw new Fault(notFollowed, 502, 'The store accepted the payment and still shows the order as unpaid.', {
    retryable: true,
    remedy: 'Look for a plugin of the store that changes the status of its orders.',
  })
}

function skipped(effect: HeldEffect, payment: MarkPaidPayload, reading: OrderReading, decision: MarkPaidDecision): Outcome {
  const { reason, finding, detail } = decision.act === 'skip' ? decision : { reason: 'order_deleted', finding: null, detail: {} }
  const order = publicId('order', effect.order_id)
  return {
    state: 'skipped',
    receipt: { reason, ...receipt(reading, null, reading) },
    reading,
    exceptions:
      finding === null
        ? []
        : [
            {
              tenant_id: effect.tenant_id,
              mode: effect.mode,
              key: `${finding}:${order}:${payment.reference}`,
              type: finding,
              subject_kind: 'order',
              subject_id: order,
              payment_id: effect.payment_id,
              order_id: effect.order_id,
              store_id: effect.store_id,
              amount_at_risk: payment.amount,
              currency: payment.currency,
              detail: { reason, ...detail },
            },
          ],
  }
}

function receipt(before: OrderReading, request: Record<string, unknown> | null, after: OrderReading): Record<string, unknown> {
  return { before: seen(before.order), request, after: seen(after.order), read_at: after.read_at.toISOString() }
}

function seen(order: StoreOrder | null): Record<string, unknown> | null {
  return (
    order && {
      status: order.status,
      total: order.total_text,
      currency: order.currency,
      paid_at: order.paid_at?.toISOString() ?? null,
      references: order.claims.map((claim) => claim.reference),
    }
  )
}
