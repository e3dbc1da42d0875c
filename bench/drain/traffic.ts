import Stripe from 'stripe'
import { publicId } from '@/lib/kernel/public-id'
import { bucketOf, scopeOf } from '@/lib/inbox/core/scope'
import { charge, dispute, paymentIntent, refund, session } from './objects'
import { seeded, uuidAt, type Random } from './random'

export type Tenant = { id: string; connection: string; account: string; endpoint: string; stores: string[]; scope: string; bucket: number }

/** One delivery as `receive` would have stored it. Times in milliseconds, UTC. */
export type StoredEvent = {
  tenant: Tenant
  id: string
  event_id: string
  type: string
  object_id: string
  created_ms: number
  received_ms: number
  body: string
}
export type StoredOrder = {
  tenant_id: string
  id: string
  store_id: string
  external_id: string
  total: number
  read_ms: number
  paid_ms: number | null
  claim: string | null
}
export type StoredAttempt = {
  tenant_id: string
  id: string
  store_id: string
  order_id: string
  connection_id: string
  amount: number
  session_id: string
  created_ms: number
}
export type Traffic = { payments: number; events: StoredEvent[]; orders: StoredOrder[]; attempts: StoredAttempt[] }

export function makeTenants(count: number, seed = 1): Tenant[] {
  const random = seeded(seed)
  const born = Date.UTC(2026, 0, 1)
  return Array.from({ length: count }, (_, index) => {
    const account = `acct_bench${index.toString().padStart(4, '0')}`
    const scope = scopeOf(account, 'test')
    return {
      id: uuidAt(random, born, index),
      connection: uuidAt(random, born, index),
      account,
      endpoint: `whe_bench${index.toString().padStart(4, '0')}`,
      stores: [uuidAt(random, born, index), uuidAt(random, born, index)],
      scope,
      bucket: bucketOf(scope),
    }
  })
}

export type TrafficOptions = {
  payments: number
  seed: number
  /** When the first payment begins, and how many begin per second over all tenants. */
  from_ms: number
  per_second: number
  /** A tenant that gets every payment; otherwise the first tenants get more than the last. */
  only?: Tenant
  /** Each payment is ours, paid at the first try, and its order was read again since: as soon as it is folded it is matched. */
  plain?: boolean
}

/**
 * What a platform of shops hears: 80 of 100 payments are made through our checkout, 14 of 100 have a declined try
 * first, 5 are given up, 8 are refunded, 2 disputed. Events come in the order in which Stripe would send them, those
 * of many payments mixed; a third of the orders were read again after they were paid, so that matching proves them.
 */
export function makeTraffic(tenants: Tenant[], options: TrafficOptions): Traffic {
  const random = seeded(options.seed)
  const weights = tenants.map((_, index) => 1 / (index + 5) ** 0.7)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const pick = () => {
    let left = random.next() * total
    return tenants[weights.findIndex((weight) => (left -= weight) < 0)] ?? (tenants[0] as Tenant)
  }
  const traffic: Traffic = { payments: options.payments, events: [], orders: [], attempts: [] }
  for (let index = 0; index < options.payments; index++)
    onePayment(traffic, random, options.only ?? pick(), options.from_ms + Math.floor((index * 1000) / options.per_second), options.plain ?? false)
  traffic.events.sort((a, b) => a.received_ms - b.received_ms || (a.event_id < b.event_id ? -1 : 1))
  traffic.events.forEach((event, place) => (event.id = uuidAt(random, event.received_ms, place)))
  return traffic
}

function onePayment(traffic: Traffic, random: Random, tenant: Tenant, startMs: number, plain: boolean): void {
  const id = {
    pi: `pi_3${random.text(23)}`,
    ch: `ch_3${random.text(23)}`,
    failed: `ch_3${random.text(23)}`,
    cs: `cs_test_${random.text(40)}`,
    txn: `txn_3${random.text(23)}`,
  }
  const ours = plain || random.chance(0.8)
  const declinedFirst = !plain && random.chance(0.14)
  const givenUp = !plain && ours && random.chance(0.06)
  const amount = 500 + random.int(20_000)
  const store = tenant.stores[random.int(tenant.stores.length)] ?? ''
  const order = uuidAt(random, startMs)
  const attempt = uuidAt(random, startMs)
  const paidMs = startMs + 15_000 + random.int(45_000)
  const known = ours || random.chance(0.5)
  const readSince = !givenUp && known && (plain || !ours || random.chance(0.33))
  const labels = ours
    ? { mb_attempt: publicId('attempt', attempt), mb_store: publicId('store', store), mb_order: publicId('order', order), mb_env: 'bench' }
    : {}
  if (known)
    traffic.orders.push({
      tenant_id: tenant.id,
      id: order,
      store_id: store,
      external_id: order.slice(-10),
      total: amount,
      read_ms: readSince ? paidMs + 5_000 : startMs - 1_000,
      paid_ms: readSince ? paidMs : null,
      claim: readSince ? id.pi : null,
    })
  if (ours)
    traffic.attempts.push({
      tenant_id: tenant.id,
      id: attempt,
      store_id: store,
      order_id: order,
      connection_id: tenant.connection,
      amount,
      session_id: id.cs,
      created_ms: startMs - 500,
    })

  const say = (type: string, atMs: number, object: Record<string, unknown>, previous?: Record<string, unknown>) => {
    const event = {
      id: `evt_3${random.text(23)}`,
      object: 'event',
      account: tenant.account,
      api_version: Stripe.API_VERSION,
      created: Math.floor(atMs / 1000),
      data: { object, ...(previous && { previous_attributes: previous }) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: `req_${random.text(14)}`, idempotency_key: null },
      type,
    }
    traffic.events.push({
      tenant,
      id: '',
      event_id: event.id,
      type,
      object_id: String(object.id),
      created_ms: event.created * 1000,
      received_ms: atMs + 200 + random.int(900),
      // Stripe sends its bodies indented.
      body: JSON.stringify(event, null, 2),
    })
  }
  const seconds = (ms: number) => Math.floor(ms / 1000)
  const intent = { id: id.pi, amount, created: seconds(startMs), metadata: labels, receipt_email: ours ? null : 'ann@example.com' }
  const tried = {
    payment_intent: id.pi,
    amount,
    metadata: labels,
    billing_details: { email: 'ann@example.com', address: null, name: 'Ann Example', phone: null, tax_id: null },
  }
  say('payment_intent.created', startMs, paymentIntent(intent))
  const declined = {
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: 'Your card was declined.',
    type: 'card_error',
    doc_url: 'https://stripe.com/docs/error-codes/card-declined',
  }
  if (declinedFirst || givenUp) {
    const at = startMs + 8_000
    say(
      'charge.failed',
      at,
      charge({
        ...tried,
        id: id.failed,
        created: seconds(at),
        status: 'failed',
        paid: false,
        captured: false,
        failure_code: 'card_declined',
        failure_message: 'Your card was declined.',
      }),
    )
    say('payment_intent.payment_failed', at, paymentIntent({ ...intent, latest_charge: id.failed, last_payment_error: declined }))
  }
  const checkout = {
    id: id.cs,
    amount_subtotal: amount,
    amount_total: amount,
    client_reference_id: labels.mb_attempt ?? null,
    created: seconds(startMs),
    expires_at: seconds(startMs) + 1_800,
    metadata: labels,
    payment_intent: id.pi,
  }
  if (givenUp) {
    say('checkout.session.expired', startMs + 1_800_000, session({ ...checkout, status: 'expired' }))
    return
  }
  const paid = { ...tried, id: id.ch, amount_captured: amount, created: seconds(paidMs) }
  say('charge.succeeded', paidMs, charge(paid))
  say('payment_intent.succeeded', paidMs, paymentIntent({ ...intent, status: 'succeeded', amount_received: amount, latest_charge: id.ch }))
  if (ours) say('checkout.session.completed', paidMs, session({ ...checkout, status: 'complete', payment_status: 'paid' }))
  const booked = { ...paid, balance_transaction: id.txn }
  say('charge.updated', paidMs + 2_000, charge(booked), { balance_transaction: null })
  if (!plain && random.chance(0.08)) {
    const at = paidMs + 120_000
    const part = random.chance(0.5) ? amount : Math.floor(amount / 3)
    const back = {
      id: `re_3${random.text(23)}`,
      amount: part,
      charge: id.ch,
      payment_intent: id.pi,
      created: seconds(at),
      balance_transaction: `txn_3${random.text(23)}`,
    }
    say('refund.created', at, refund(back))
    say('charge.refunded', at, charge({ ...booked, amount_refunded: part, refunded: part === amount }), { amount_refunded: 0 })
    say(
      'refund.updated',
      at + 5_000,
      refund({ ...back, destination_details: { card: { reference: random.text(16), reference_status: 'available', type: 'refund' }, type: 'card' } }),
    )
  }
  if (!plain && random.chance(0.02)) {
    const at = paidMs + 240_000
    const claim = { id: `dp_1${random.text(23)}`, amount, charge: id.ch, payment_intent: id.pi, created: seconds(at) }
    const due = { due_by: seconds(at) + 864_000, enhanced_eligibility: {}, has_evidence: false, past_due: false, submission_count: 0 }
    say('charge.dispute.created', at, dispute({ ...claim, evidence_details: due }))
    say(
      'charge.dispute.funds_withdrawn',
      at + 1_000,
      dispute({ ...claim, evidence_details: due, balance_transactions: [{ id: `txn_1${random.text(23)}`, object: 'balance_transaction' }] }),
    )
  }
}

/** The types that the peer mirrors: everything but sessions, which it asks Stripe about. */
export function peersOwn(traffic: Traffic): Traffic {
  return { ...traffic, events: traffic.events.filter((event) => !event.type.startsWith('checkout.')) }
}
