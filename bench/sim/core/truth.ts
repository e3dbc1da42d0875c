import type { StripeObject } from '@/lib/inbox/core/event'
import type { History } from './histories'
import { allAt } from './life'
import type { EndState } from './product'

const rank = (words: readonly string[], word: string) => words.indexOf(word)

/**
 * What the rows must say in the end, told by Stripe's last word and nothing of the product's: the fold could also end
 * the same in every order and be wrong. Objects whose last version nobody was told of are left out.
 */
export function untruths(history: History, end: EndState): string[] {
  const last = allAt(history.versions, Number.MAX_SAFE_INTEGER)
  const said = new Map<string, StripeObject>()
  for (const told of history.told) said.set(told.id, told.object)
  const lies: string[] = []
  const expect = (table: string, id: string, wanted: Record<string, unknown>) => {
    const row = end[table]?.[id]
    if (!row) lies.push(`${table} ${id}: no row`)
    else
      for (const [name, value] of Object.entries(wanted))
        if (text(row[name]) !== text(value)) lies.push(`${table} ${id} ${name}: ${text(row[name])}, Stripe says ${text(value)}`)
  }
  for (const [id, object] of last) {
    if (object.object !== 'balance_transaction' && !history.silent && JSON.stringify(said.get(id)) !== JSON.stringify(object)) continue
    switch (object.object) {
      case 'payment_intent':
        expect('payments', id, {
          status: object.status,
          amount: minor(object.amount),
          amount_captured: minor(object.amount_received),
          amount_capturable: minor(object.amount_capturable),
          latest_charge_id: object.latest_charge,
          description: object.description,
          metadata: object.metadata,
          canceled_at: moment(object.canceled_at),
          expired: object.cancellation_reason === 'expired',
        })
        break
      case 'charge':
        expect('charges', id, {
          of: object.payment_intent ?? id,
          status: object.status,
          amount: minor(object.amount),
          captured: object.captured === true && object.status === 'succeeded',
          amount_captured: object.status === 'succeeded' ? minor(object.amount_captured) : 0n,
          amount_refunded_reported: minor(object.amount_refunded),
          balance_transaction_id: object.balance_transaction,
          failure_code: object.failure_code,
          outcome: object.outcome,
        })
        break
      case 'refund':
        expect('refunds', id, {
          of: object.payment_intent ?? object.charge,
          status: object.status,
          amount: minor(object.amount),
          balance_transaction_id: object.balance_transaction,
          failure_balance_transaction_id: object.failure_balance_transaction ?? null,
          failure_reason: object.failure_reason ?? null,
          pending_reason: object.pending_reason ?? null,
          metadata: object.metadata,
        })
        break
      case 'dispute':
        expect('disputes', id, {
          of: object.payment_intent ?? object.charge,
          status: object.status,
          amount: minor(object.amount),
          reason: object.reason,
          legs: (object.balance_transactions as { id: string }[]).map((leg) => leg.id).sort(),
          funds_withdrawn: (object.balance_transactions as unknown[]).length > 0,
          funds_reinstated: (object.balance_transactions as unknown[]).length > 1,
          submission_count: (object.evidence_details as { submission_count: number }).submission_count,
        })
        break
      case 'payout':
        expect('payouts', id, {
          status: object.status,
          amount: minor(object.amount),
          reconciliation_status: object.reconciliation_status,
          balance_transaction_id: object.balance_transaction,
          failure_balance_transaction_id: object.failure_balance_transaction,
          failure_code: object.failure_code,
          arrival_date: moment(object.arrival_date),
          trace_id_status: (object.trace_id as { status: string } | null)?.status ?? null,
          metadata: object.metadata,
        })
        break
      case 'balance_transaction':
        expect('transactions', id, { net: minor(object.net), status: object.status })
        break
    }
  }
  for (const attempt of history.attempts) {
    const words = ['none', 'processing', 'expired', 'failed', 'paid']
    let word = 'none'
    for (const { id, type, object } of history.told) {
      if (id !== attempt.session) continue
      const says =
        object.payment_status === 'paid'
          ? 'paid'
          : type === 'checkout.session.async_payment_failed'
            ? 'failed'
            : type === 'checkout.session.expired'
              ? 'expired'
              : object.status === 'complete'
                ? 'processing'
                : 'none'
      if (rank(words, says) > rank(words, word)) word = says
    }
    if (!history.otherApi && word !== 'none') expect('attempts', attempt.id, { state: word, session_id: attempt.session })
  }
  return lies
}

function minor(amount: unknown): bigint {
  return BigInt(Number(amount))
}

function moment(second: unknown): string | null {
  return typeof second === 'number' ? new Date(second * 1000).toISOString() : null
}

function text(value: unknown): string {
  if (typeof value === 'bigint') return `${value}`
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
