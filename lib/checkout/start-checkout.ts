import { config } from '@/lib/config/config'
import { readOrder } from '@/lib/commerce/read-order'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { newId } from '@/lib/kernel/id'
import type { AttemptRow } from './core/attempt'
import { refusalOf, type OrderToCharge } from './core/order-to-charge'
import { judgeReturnUrl } from './core/return-url'
import { endSession, lookAtSession } from './end-session'
import {
  checkoutInProgress,
  modesDiffer,
  orderPaid,
  orderProcessing,
  orderRefused,
  orderUnknown,
  publishableKeyMissing,
  returnUrlRefused,
  storeClosed,
  storeUnknown,
} from './errors'
import { hashOf, makeSession } from './make-session'
import { payTokenHashOf, refreshPayLink } from './pay-link'
import { insertAttempt, selectLiveAttempt, selectPaidAttempts } from './store/attempts'
import { selectOrderKey, selectPlace, type Place } from './store/places'
import { noteSending } from './store/requests'
import { viewOf, type CheckoutView } from './view'

/** Ids are uuids. `order`: as its store names it, or by our own id. `created_by`: `api_key:<id>`, `user:<id>`, `payer:<attempt>`. */
export type CheckoutAsk = { store_id: string; order: { external_id: string } | { order_id: string }; return_url?: string; created_by: string }

/** A session that ends sooner is replaced: the payer needs time. */
const leastLeftMs = 10 * 60_000
/** Claim, make, perhaps end and claim again; more is somebody else's work at the same moment. */
const mostRounds = 6

/**
 * Makes the checkout of an order, or finds the one that is open. Reads the order from its store first; amount and
 * currency come from there alone. At most one attempt of an order can take money, whoever asks, however often, at the
 * same moment or after a crash.
 * @throws Fault `store_not_found`, `mode_mismatch`, `store_not_active`, `return_url_refused`, `order_not_found`,
 *   `order_deleted`, `order_cancelled`, `order_paid`, `order_processing`, `order_unreadable`, `nothing_to_pay`,
 *   `amount_not_chargeable`, `checkout_in_progress`, `publishable_key_missing`, those of the store and of Stripe
 */
export async function startCheckout(scope: Scope, ask: CheckoutAsk): Promise<CheckoutView> {
  const place = await placeOf(scope, ask.store_id)
  const returnUrl = ask.return_url === undefined ? null : allowedUrl(ask.return_url, place.store.hosts)
  const order: OrderToCharge = await readOrder(scope, place.store.id, await externalIdOf(scope, place, ask.order), 'checkout')
  const refusal = refusalOf(order)
  if (refusal) throw orderRefused(refusal)

  for (let round = 0, made: string | null = null; round < mostRounds; round++) {
    const { attempt, isOurs } = await claim(scope, place, order, { return_url: returnUrl, created_by: ask.created_by })
    if (attempt.state === 'processing') throw orderProcessing()
    if (attempt.state === 'creating') {
      if (isOurs) made = attempt.id
      await makeSession(scope, attempt, order, place.store.name, isOurs)
      continue
    }
    const ended = await keepOrEnd(scope, attempt, order, place)
    if (ended === 'keep') {
      if (attempt.id !== made) await refreshPayLink(scope, attempt)
      return viewOf(attempt, place.connection)
    }
    if (ended === 'paid') throw orderPaid()
    if (ended === 'processing') throw orderProcessing()
  }
  throw checkoutInProgress()
}

/** Does the open session still ask for what the order says, with time left? Else it is ended at Stripe first. */
async function keepOrEnd(scope: Scope, attempt: AttemptRow, order: OrderToCharge, place: Place): Promise<'keep' | 'expired' | 'paid' | 'processing'> {
  if (attempt.session_id === null) throw checkoutInProgress()
  const open = { ...attempt, session_id: attempt.session_id }
  const same =
    attempt.order_revision === order.revision &&
    attempt.amount === order.total &&
    attempt.currency === order.currency &&
    attempt.connection_id === place.connection.id
  const left = (attempt.session_expires_at?.getTime() ?? 0) - clock.nowMs()
  if (!same) return endSession(scope, open, 'order_changed')
  if (left >= leastLeftMs) return 'keep'
  const present = await lookAtSession(scope, open)
  return present === 'open' ? endSession(scope, open, 'nearly_expired') : present
}

/** The order's live attempt, or a new one with its request noted: the database lets one of two win. */
async function claim(
  scope: Scope,
  place: Place,
  order: OrderToCharge,
  more: { return_url: string | null; created_by: string },
): Promise<{ attempt: AttemptRow; isOurs: boolean }> {
  return withTenant(scope, async (tx) => {
    const live = await selectLiveAttempt(tx, scope, order.id)
    if (live) return { attempt: live, isOurs: false }
    // Paid, and the order's own state has not caught up. After a refund the order may be paid again, once.
    const paid = await selectPaidAttempts(tx, scope, order.id)
    if (paid.some((attempt) => order.payment_state !== 'refunded' || !attempt.is_refunded)) throw orderPaid()
    const attempt = newAttempt(scope, place, order, more)
    if (await insertAttempt(tx, { ...attempt, pay_token_hash: payTokenHashOf(attempt) })) {
      await noteSending(tx, attempt, 'create_session', hashOf(attempt, order, place.store.name), attempt.created_at)
      return { attempt, isOurs: true }
    }
    const winner = await selectLiveAttempt(tx, scope, order.id)
    if (winner === null) throw checkoutInProgress()
    return { attempt: winner, isOurs: false }
  })
}

function newAttempt(scope: Scope, place: Place, order: OrderToCharge, more: { return_url: string | null; created_by: string }): AttemptRow {
  return {
    tenant_id: scope.tenant_id,
    id: newId(),
    mode: scope.mode,
    store_id: place.store.id,
    order_id: order.id,
    connection_id: place.connection.id,
    state: 'creating',
    reason: null,
    amount: order.total ?? 0n,
    currency: order.currency,
    order_revision: order.revision,
    generation: 1,
    session_id: null,
    client_secret_sealed: null,
    session_status: null,
    session_payment_status: null,
    session_expires_at: null,
    session_as_of: null,
    payment_intent_id: null,
    ...more,
    created_at: clock.now(),
    opened_at: null,
    ended_at: null,
  }
}

async function placeOf(scope: Scope, storeId: string): Promise<Place> {
  const place = await withTenant(scope, (tx) => selectPlace(tx, scope, storeId))
  if (place === null) throw storeUnknown()
  if (place.store.mode !== scope.mode) throw modesDiffer(place.store.mode, scope.mode)
  if (place.store.state !== 'active') throw storeClosed()
  const key = place.connection.kind === 'connect' ? config().stripe[scope.mode].publishable : place.connection.publishable_key
  if (!key) throw publishableKeyMissing(scope.mode)
  return place
}

async function externalIdOf(scope: Scope, place: Place, order: CheckoutAsk['order']): Promise<string> {
  if ('external_id' in order) return order.external_id
  const key = await withTenant(scope, (tx) => selectOrderKey(tx, scope, order.order_id))
  if (key === null || key.store_id !== place.store.id) throw orderUnknown()
  return key.external_id
}

function allowedUrl(returnUrl: string, hosts: readonly string[]): string {
  const verdict = judgeReturnUrl(returnUrl, hosts)
  if (verdict.ok) return verdict.url
  if (verdict.why === 'malformed') throw returnUrlRefused('is not a web address', 'Send a full address, such as https://shop.example/thanks.')
  if (verdict.why === 'not_https') throw returnUrlRefused('must begin with https://', 'Use the https address of the store.')
  throw returnUrlRefused('leads to a host that this store is not known under', `Add the host to the store, or use one of: ${hosts.join(', ') || 'none yet'}.`)
}
