import type Stripe from 'stripe'
import { parsePublicId } from '@/lib/kernel/public-id'
import { idIn } from '@/lib/stripe/core/ids'
import type { InboxRow, Outcome, StripeObject } from '../core/event'
import type { Snapshot } from '../core/standing'

/** One Stripe object that an inbox row carries, with what its snapshot may settle. */
export type Item = { row: Resolved; snapshot: Snapshot; object: StripeObject }

/** An inbox row whose tenant and connection are known. */
export type Resolved = InboxRow & { tenant_id: string; connection_id: string }

/** `ledger`: the account's balance moved, so its list of balance transactions is looked at. */
export type Contents = { items: Item[]; wants: string[]; outcome: Outcome | null; ledger?: true }

/** The API release train that our folds are written for: within one, fields are only added. */
const ourTrain = 'endive'

/**
 * No read says what these types say: the session of a delayed payment that failed, and a charge whose authorisation
 * expired, look as they did while they were waited for.
 */
const toldByType = new Set(['checkout.session.async_payment_failed', 'charge.expired'])

/** Objects that are never folded from an event: one coalesced read of the account says what is so. */
const readOnly = new Set(['account', 'capability', 'person', 'external_account', 'bank_account'])

/**
 * Opens one row: the objects to fold, the reads to ask for, and the outcome when there is nothing to fold. A row
 * whose body cannot be read is quarantined; nothing ends without a reason.
 */
export function contentsOf(row: Resolved): Contents {
  const body = parse(row.body)
  if (body === null) return { items: [], wants: [], outcome: { state: 'quarantined', reason: 'body_unreadable' } }
  if (body.object === 'v2.core.event')
    return row.object_id?.startsWith('acct_')
      ? { items: [], wants: [row.object_id], outcome: { state: 'ignored', reason: 'asked_for_a_read' } }
      : ignored('thin_event_not_followed')
  if (body.object !== 'event') {
    const snapshot: Snapshot = { kind: row.kind, type: row.type, created: row.created_at, as_of: row.as_of, previous: null }
    const objects = body.object === 'list' ? listed(body) : [body, ...(body.object === 'charge' ? listed(body.refunds) : [])]
    return {
      items: objects.filter((object) => folded.has(object.object)).map((object) => ({ row, snapshot, object })),
      wants: [],
      outcome: objects.some((object) => folded.has(object.object)) ? null : { state: 'ignored', reason: 'object_not_followed' },
    }
  }
  const data = body.data as { object: StripeObject; previous_attributes?: Record<string, unknown> }
  const object = data.object
  if (row.type.startsWith('account.') || readOnly.has(object.object))
    return row.account_id.startsWith('acct_')
      ? { items: [], wants: [row.account_id], outcome: { state: 'ignored', reason: 'asked_for_a_read' } }
      : ignored('object_not_followed')
  if (object.object === 'balance') return { items: [], wants: [], outcome: { state: 'ignored', reason: 'asked_for_a_read' }, ledger: true }
  if (!folded.has(object.object)) return ignored('object_not_followed')
  const snapshot: Snapshot = { kind: row.kind, type: row.type, created: row.created_at, as_of: null, previous: data.previous_attributes ?? null }
  if (row.api_version !== null && !row.api_version.endsWith(`.${ourTrain}`))
    return typeof object.id === 'string'
      ? { items: toldByType.has(row.type) ? [{ row, snapshot, object }] : [], wants: [object.id], outcome: { state: 'ignored', reason: 'other_api_release' } }
      : ignored('other_api_release')
  return { items: [{ row, snapshot, object }], wants: [], outcome: null }
}

/** What a list carries; the read of a charge brings its refunds as one. */
function listed(list: unknown): StripeObject[] {
  const data = (list as { data?: unknown } | null | undefined)?.data
  return Array.isArray(data) ? (data as StripeObject[]) : []
}

function ignored(reason: string): Contents {
  return { items: [], wants: [], outcome: { state: 'ignored', reason } }
}

/** The objects that have a fold. */
export const folded = new Set(['payment_intent', 'charge', 'refund', 'dispute', 'checkout.session', 'payout', 'balance_transaction', 'account'])

/** The rows that one object speaks of, by Stripe's ids. */
export type Mentions = {
  payment: string | null
  charge: string | null
  refund: string | null
  dispute: string | null
  payout: string | null
  transaction: string | null
  session: { id: string; attempt_id: string | null } | null
  source: string | null
}

export function mentionsOf({ object }: Item): Mentions {
  const nothing: Mentions = { payment: null, charge: null, refund: null, dispute: null, payout: null, transaction: null, session: null, source: null }
  const id = String(object.id)
  switch (object.object) {
    case 'payment_intent':
      return { ...nothing, payment: id }
    case 'charge':
      return { ...nothing, charge: id, payment: idIn(object.payment_intent) ?? id }
    case 'refund':
      return { ...nothing, refund: id, charge: idIn(object.charge), payment: idIn(object.payment_intent) ?? idIn(object.charge) }
    case 'dispute':
      return { ...nothing, dispute: id, charge: idIn(object.charge), payment: idIn(object.payment_intent) ?? idIn(object.charge) }
    case 'checkout.session': {
      const session = object as unknown as Stripe.Checkout.Session
      return { ...nothing, session: { id, attempt_id: parsePublicId('attempt', session.client_reference_id ?? '') }, payment: idIn(session.payment_intent) }
    }
    case 'payout':
      return { ...nothing, payout: id }
    case 'balance_transaction':
      return { ...nothing, transaction: id, source: idIn(object.source) }
    default:
      return nothing
  }
}

function parse(body: Buffer | string): StripeObject | null {
  try {
    const value = JSON.parse(typeof body === 'string' ? body : body.toString('utf8')) as unknown
    return typeof value === 'object' && value !== null && typeof (value as StripeObject).object === 'string' ? (value as StripeObject) : null
  } catch {
    return null
  }
}
