import type Stripe from 'stripe'
import { contradiction, newest, settle, standing, type Snapshot, type Standing } from '@/lib/inbox/core/standing'
import type { LastError, PaymentRow } from './payment'

/** The row after the snapshot, and why Stripe should be asked, if it should. */
export type Folded<Row> = { row: Row; reads: string[]; alarm?: string }

/** What a PaymentIntent that is over says; both at once cannot be. */
const terminal = new Set(['succeeded', 'canceled'])

/**
 * One PaymentIntent snapshot onto its row. `succeeded` and `canceled` absorb; the other states cycle, so the newest
 * wins and a tie asks Stripe; the state it began in loses every tie.
 */
export function foldPaymentIntent(row: PaymentRow, intent: Stripe.PaymentIntent, snapshot: Snapshot): Folded<PaymentRow> {
  const over = terminal.has(row.status)
  const incomingOver = terminal.has(intent.status)
  const stands = standingOf(row, intent, snapshot)
  const reads: string[] = []
  let alarm: string | undefined

  const pick = <T>(current: T, incoming: T): T => {
    const picked = newest(stands, current, incoming)
    if (picked.read) reads.push('tie')
    return picked.value
  }

  let status = row.status
  if (over && incomingOver && row.status !== intent.status) {
    const picked = contradiction(row, snapshot, row.status, intent.status)
    if (picked.read) reads.push('succeeded_and_canceled')
    alarm = 'succeeded_and_canceled'
    status = picked.value
  } else status = pick(row.status, intent.status)

  const next: PaymentRow = {
    ...row,
    ...settle(row, snapshot),
    status,
    currency: row.status === 'unknown' ? intent.currency : row.currency,
    amount: pick(row.amount, BigInt(intent.amount)),
    amount_capturable: incomingOver || over ? 0n : pick(row.amount_capturable, BigInt(intent.amount_capturable)),
    amount_captured: max(row.amount_captured, BigInt(intent.amount_received)),
    latest_charge_id: pick(row.latest_charge_id, idOf(intent.latest_charge)),
    description: pick(row.description, intent.description),
    metadata: pick(row.metadata, intent.metadata as Record<string, string>),
    last_error: status === 'succeeded' ? null : pick(row.last_error, errorOf(intent.last_payment_error)),
    next_action_type: incomingOver || over ? null : pick(row.next_action_type, intent.next_action?.type ?? null),
    expired: status === 'canceled' && (row.expired || (intent.status === 'canceled' && intent.cancellation_reason === 'expired')),
    created_at: new Date(intent.created * 1000),
    succeeded_at: status === 'succeeded' ? succeededAt(row, intent, snapshot) : null,
    canceled_at: status !== 'canceled' ? null : intent.canceled_at === null ? row.canceled_at : new Date(intent.canceled_at * 1000),
  }
  return { row: next, reads: [...new Set(reads)], ...(alarm && { alarm }) }
}

/**
 * A payment that is over is newer than any state it passed through, whatever the seconds say; the state it began in is
 * older than every other of the same second.
 */
function standingOf(row: PaymentRow, intent: Stripe.PaymentIntent, snapshot: Snapshot): Standing {
  const [over, incomingOver] = [terminal.has(row.status), terminal.has(intent.status)]
  if (row.status === 'unknown') return 'newer'
  if (over !== incomingOver) return incomingOver ? 'newer' : 'older'
  const stands = standing(row, snapshot)
  if (stands !== 'tie') return stands
  const incomingFirst = isFirst(intent.status, intent.latest_charge, intent.last_payment_error, intent.next_action)
  const rowFirst = isFirst(row.status, row.latest_charge_id, row.last_error, row.next_action_type)
  return incomingFirst === rowFirst ? 'tie' : rowFirst ? 'newer' : 'older'
}

/** Nothing was tried yet: the state every PaymentIntent begins in and never comes back to. */
function isFirst(status: string, charge: unknown, error: unknown, action: unknown): boolean {
  return (status === 'requires_payment_method' || status === 'requires_confirmation') && charge === null && error === null && action === null
}

/** The earliest moment at which Stripe told of success: an event's `created`; a read only says "by then". */
function succeededAt(row: PaymentRow, intent: Stripe.PaymentIntent, snapshot: Snapshot): Date | null {
  if (intent.status !== 'succeeded') return row.succeeded_at
  if (row.succeeded_at !== null && row.succeeded_at.getTime() <= snapshot.created.getTime()) return row.succeeded_at
  return snapshot.created
}

function errorOf(error: Stripe.PaymentIntent.LastPaymentError | null): LastError | null {
  return error === null ? null : { code: error.code ?? null, decline_code: error.decline_code ?? null, message: error.message ?? null }
}

export function idOf(reference: string | { id: string } | null | undefined): string | null {
  if (reference === null || reference === undefined) return null
  return typeof reference === 'string' ? reference : reference.id
}

export function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
