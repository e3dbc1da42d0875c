import type { Executor } from '@/lib/db/executor'
import type { Scope } from '@/lib/db/tenant'
import { lineColumns, lineJoins, type PaymentLineRow } from './payment-pages'

/** Everything stored about one payment beyond its line in a list. Amounts are text of minor units, times Date. */
export type PaymentHead = PaymentLineRow & {
  connection_id: string
  account_id: string
  connection_kind: string
  amount_capturable: string
  amount_disputed: string
  description: string | null
  last_error: { code: string | null; decline_code: string | null; message: string | null } | null
  succeeded_at: Date | null
  canceled_at: Date | null
  order_rule: string | null
  order_evidence: Record<string, unknown> | null
  order_hop_at: Date | null
  store_rule: string | null
  store_evidence: Record<string, unknown> | null
  store_hop_at: Date | null
  balance_rule: string | null
  balance_evidence: Record<string, unknown> | null
  balance_hop_at: Date | null
  payout_rule: string | null
  payout_evidence: Record<string, unknown> | null
  payout_hop_at: Date | null
  first_webhook_at: Date | null
  reconciled_at: Date | null
  stripe_ids: Record<string, unknown> | null
  attempt_order_id: string | null
  attempt_state: string | null
  attempt_amount: string | null
  attempt_currency: string | null
  attempt_created_at: Date | null
  attempt_opened_at: Date | null
  attempt_ended_at: Date | null
  session_status: string | null
  session_payment_status: string | null
}

export async function findPaymentHead(db: Executor, scope: Scope, id: string): Promise<PaymentHead | null> {
  const [row] = await db.query<PaymentHead>(
    `SELECT ${lineColumns}, p.connection_id, k.account_id, k.kind AS connection_kind, p.amount_capturable::text AS amount_capturable, p.amount_disputed::text AS amount_disputed, p.description,
            p.last_error, p.succeeded_at, p.canceled_at, r.order_evidence, r.order_hop_at, r.store_rule, r.store_evidence, r.store_hop_at, r.balance_rule, r.balance_evidence, r.balance_hop_at,
            r.payout_rule, r.payout_evidence, r.payout_hop_at, r.first_webhook_at, r.reconciled_at, r.stripe_ids, a.order_id AS attempt_order_id, a.state AS attempt_state, a.amount::text AS attempt_amount,
            a.currency AS attempt_currency, a.created_at AS attempt_created_at, a.opened_at AS attempt_opened_at, a.ended_at AS attempt_ended_at, a.session_status, a.session_payment_status
       FROM payment p ${lineJoins} JOIN connection k ON k.tenant_id = p.tenant_id AND k.id = p.connection_id
      WHERE p.tenant_id = $1::uuid AND p.mode = $2::text AND p.id = $3::uuid`,
    [scope.tenant_id, scope.mode, id],
  )
  return row ?? null
}

export type ChargeLine = {
  stripe_id: string
  status: string
  amount: string
  amount_captured: string
  currency: string
  captured: boolean
  failure_code: string | null
  failure_message: string | null
  outcome: Record<string, unknown> | null
  payment_method_type: string | null
  card_brand: string | null
  card_last4: string | null
  balance_transaction_id: string | null
  created_at: Date
}
export type RefundLine = {
  stripe_id: string
  status: string
  amount: string
  currency: string
  reason: string | null
  failure_reason: string | null
  balance_transaction_id: string | null
  created_at: Date
}
export type DisputeLine = {
  stripe_id: string
  status: string
  amount: string
  currency: string
  reason: string | null
  due_by: Date | null
  legs: string[]
  funds_withdrawn: boolean
  funds_reinstated: boolean
  created_at: Date
}
export type LedgerLine = {
  stripe_id: string
  type: string
  reporting_category: string
  amount: string
  fee: string
  net: string
  currency: string
  exchange_rate: string | null
  source_id: string | null
  status: string
  available_on: Date
  created_at: Date
}
export type TransitionLine = {
  id: string
  event_id: string
  kind: string
  type: string
  object_id: string
  changes: Record<string, [unknown, unknown]>
  at: Date
  received_at: Date
}
export type ExceptionLine = {
  id: string
  type: string
  amount_at_risk: string | null
  currency: string | null
  detail: Record<string, unknown>
  opened_at: Date
}

/**
 * What hangs on a payment, each list oldest first; of tries in one second the one that succeeded is the last, as nothing is
 * tried after it. Transitions stop at 500: no payment of a person has more.
 */
export async function findPaymentParts(db: Executor, scope: Scope, head: Pick<PaymentHead, 'id' | 'connection_id'>) {
  const of = [scope.tenant_id, head.id]
  const charges = await db.query<ChargeLine>(
    `SELECT stripe_id, status, amount::text AS amount, amount_captured::text AS amount_captured, currency, captured, failure_code, failure_message, outcome, payment_method_type, card_brand, card_last4, balance_transaction_id, created_at
       FROM charge WHERE tenant_id = $1::uuid AND payment_id = $2::uuid ORDER BY created_at, status = 'succeeded', stripe_id`,
    of,
  )
  const refunds = await db.query<RefundLine>(
    `SELECT stripe_id, status, amount::text AS amount, currency, reason, failure_reason, balance_transaction_id, created_at FROM refund WHERE tenant_id = $1::uuid AND payment_id = $2::uuid ORDER BY created_at, stripe_id`,
    of,
  )
  const disputes = await db.query<DisputeLine>(
    `SELECT stripe_id, status, amount::text AS amount, currency, reason, due_by, legs, funds_withdrawn, funds_reinstated, created_at FROM dispute WHERE tenant_id = $1::uuid AND payment_id = $2::uuid ORDER BY created_at, stripe_id`,
    of,
  )
  const sources = [...charges, ...refunds, ...disputes].map((object) => object.stripe_id)
  const ledger = await db.query<LedgerLine>(
    `SELECT stripe_id, type, reporting_category, amount::text AS amount, fee::text AS fee, net::text AS net, currency, exchange_rate, source_id, status, available_on, created_at FROM balance_transaction
      WHERE tenant_id = $1::uuid AND connection_id = $2::uuid AND source_id IN (SELECT jsonb_array_elements_text($3::jsonb)) ORDER BY created_at, stripe_id`,
    [scope.tenant_id, head.connection_id, JSON.stringify(sources)],
  )
  const transitions = await db.query<TransitionLine>(
    `SELECT id, event_id, kind, type, object_id, changes, at, received_at FROM payment_transition WHERE tenant_id = $1::uuid AND payment_id = $2::uuid ORDER BY at, received_at, id LIMIT 500`,
    of,
  )
  const exceptions = await db.query<ExceptionLine>(
    `SELECT id, type, amount_at_risk::text AS amount_at_risk, currency, detail, opened_at FROM exception WHERE tenant_id = $1::uuid AND mode = $3::text AND payment_id = $2::uuid AND state = 'open' ORDER BY opened_at, id`,
    [...of, scope.mode],
  )
  return { charges, refunds, disputes, ledger, transitions, exceptions }
}
export type PaymentParts = Awaited<ReturnType<typeof findPaymentParts>>
