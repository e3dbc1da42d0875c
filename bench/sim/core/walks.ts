import { publicId } from '@/lib/kernel/public-id'
import type { Life } from './life'
import { chargeOf, disputeOf, intentOf, payoutOf, refundOf, sessionOf, transactionOf } from './objects'

/** A walk through the documented life of an object: it yields wherever time may pass and others may act. */
export type Walk = Generator<void, void, undefined>

/** One payment while it lives: what the walks of its refunds, disputes and edits hang on. */
export type Payment = { intent: string | null; charge: string | null; amount: number; captured: number; refunded: number; session: string | null }

export type Attempt = { id: string; session: string; known: boolean }

const declines = ['card_declined', 'expired_card', 'processing_error', 'authentication_required'] as const
const errorOf = (code: string) => ({ code, decline_code: code === 'card_declined' ? 'generic_decline' : null, message: `Refused: ${code}.` })

export function newPayment(life: Life): Payment {
  return { intent: null, charge: null, amount: 1000 + life.random.int(9000), captured: 0, refunded: 0, session: null }
}

/** Who collects: a PaymentIntent of its own, or one that a Checkout Session makes when it is confirmed. */
function begin(life: Life, payment: Payment): string {
  const mail = life.random.chance(0.3) ? 'payer@shop.test' : null
  payment.intent = life.make(
    intentOf(life.id('pi'), life.second, {
      amount: payment.amount,
      receipt_email: mail,
      metadata: life.random.chance(0.5) ? { order: life.id('order') } : {},
      ...(life.manner.newWords && life.random.chance(0.3) && { status: 'requires_something_new' }),
    }),
  )
  if (payment.session !== null) life.change(payment.session, { payment_intent: payment.intent })
  life.tell('payment_intent.created', payment.intent)
  return payment.intent
}

/** A charge that ended in a refusal; the intent is where it began, with the error. */
function* refused(life: Life, payment: Payment, intent: string): Walk {
  const code = life.random.pick(declines)
  const charge = life.make(
    chargeOf(life.id('ch'), life.second, {
      payment_intent: intent,
      amount: payment.amount,
      status: 'failed',
      failure_code: code,
      failure_message: `Refused: ${code}.`,
      outcome: { type: 'issuer_declined', network_status: 'declined_by_network' },
    }),
  )
  life.change(intent, { status: 'requires_payment_method', last_payment_error: errorOf(code), latest_charge: charge, next_action: null })
  life.tellAll([
    ['charge.failed', charge],
    ['payment_intent.payment_failed', intent],
  ])
  yield
}

/** 3-D Secure: an action is asked for; @returns through `passed` whether the payer did it. */
function* challenged(life: Life, intent: string, passed: boolean): Walk {
  life.change(intent, { status: 'requires_action', last_payment_error: null, next_action: { type: life.random.pick(['use_stripe_sdk', 'redirect_to_url']) } })
  life.tell('payment_intent.requires_action', intent)
  yield
  if (passed) return
  life.change(intent, { status: 'requires_payment_method', next_action: null, last_payment_error: errorOf('payment_intent_authentication_failure') })
  life.tell('payment_intent.payment_failed', intent)
  yield
}

/** The tries before the one that decides. */
export function* tries(life: Life, payment: Payment, most: number, threeDSecure: number): Walk {
  const intent = payment.intent ?? begin(life, payment)
  yield
  for (let left = life.random.int(most + 1); left > 0; left--) {
    if (life.random.chance(threeDSecure)) {
      const passed = life.random.chance(0.4)
      yield* challenged(life, intent, passed)
      if (!passed) continue
    }
    if (life.random.chance(0.3)) life.change(intent, { description: `try ${left}`, metadata: { try: String(left) } })
    yield* refused(life, payment, intent)
  }
  if (life.random.chance(threeDSecure)) yield* challenged(life, intent, true)
}

/** Money: one charge that succeeds at once, with its session when there is one. */
export function* paid(life: Life, payment: Payment): Walk {
  const intent = payment.intent ?? begin(life, payment)
  const known = life.random.chance(0.2)
  payment.charge = life.make(
    chargeOf(life.id('ch'), life.second, {
      payment_intent: intent,
      amount: payment.amount,
      amount_captured: payment.amount,
      captured: true,
      billing_details: { email: life.random.chance(0.5) ? 'payer@shop.test' : null },
      ...(known && { balance_transaction: life.id('txn') }),
    }),
  )
  payment.captured = payment.amount
  life.change(intent, { status: 'succeeded', amount_received: payment.amount, latest_charge: payment.charge, next_action: null, last_payment_error: null })
  if (payment.session !== null) life.change(payment.session, { status: 'complete', payment_status: 'paid' })
  life.tellAll([
    ['charge.succeeded', payment.charge],
    ['payment_intent.succeeded', intent],
    ...(payment.session === null ? [] : [['checkout.session.completed', payment.session] as const]),
  ])
  if (known) enter(life, payment.charge, String(life.now(payment.charge).balance_transaction), payment.amount)
  yield
}

/** The balance transaction of a charge comes later, with `charge.updated` (asynchronous capture). */
export function* balanced(life: Life, payment: Payment): Walk {
  yield
  if (payment.charge === null || payment.captured === 0 || life.now(payment.charge).balance_transaction !== null) return
  const transaction = life.id('txn')
  enter(life, payment.charge, transaction, payment.captured)
  life.change(payment.charge, { balance_transaction: transaction })
  life.tell('charge.updated', payment.charge)
  yield
}

/** A row of the ledger; no event tells of it, pages of the list do. */
function enter(life: Life, source: string, id: string, amount: number, type = 'charge'): void {
  life.make(transactionOf(id, life.second, { source, amount, fee: 0, net: amount, type, reporting_category: type, fee_details: [] }))
}

export function* available(life: Life): Walk {
  for (let rounds = 0; rounds < 3; rounds++) {
    yield
    for (const { id, object } of [...life.versions])
      if (object.object === 'balance_transaction' && life.now(id).status === 'pending' && life.random.chance(0.5)) life.change(id, { status: 'available' })
  }
}

/** A delayed method: the session is complete and unpaid, the charge pending, and the bank says later how it went. */
export function* delayed(life: Life, payment: Payment, succeeds: boolean): Walk {
  const intent = payment.intent ?? begin(life, payment)
  const charge = life.make(
    chargeOf(life.id('py'), life.second, {
      payment_intent: intent,
      amount: payment.amount,
      amount_captured: payment.amount,
      captured: true,
      status: 'pending',
      outcome: life.random.chance(0.5) ? null : { type: 'authorized', network_status: 'approved_by_network' },
      payment_method_details: { type: 'sepa_debit', sepa_debit: { last4: '3201' } },
    }),
  )
  payment.charge = charge
  life.change(intent, { status: 'processing', latest_charge: charge, next_action: null, last_payment_error: null })
  if (payment.session !== null) life.change(payment.session, { status: 'complete', payment_status: 'unpaid' })
  life.tellAll([
    ['charge.pending', charge],
    ['payment_intent.processing', intent],
    ...(payment.session === null ? [] : [['checkout.session.completed', payment.session] as const]),
  ])
  yield
  if (succeeds) {
    life.change(charge, { status: 'succeeded', outcome: { type: 'authorized', network_status: 'approved_by_network' } })
    life.change(intent, { status: 'succeeded', amount_received: payment.amount })
    if (payment.session !== null) life.change(payment.session, { payment_status: 'paid' })
    payment.captured = payment.amount
  } else {
    life.change(charge, {
      status: 'failed',
      failure_code: 'insufficient_funds',
      failure_message: 'Empty.',
      outcome: { type: 'issuer_declined', network_status: 'declined_by_network' },
    })
    life.change(intent, { status: 'requires_payment_method', last_payment_error: errorOf('payment_intent_payment_attempt_failed') })
  }
  life.tellAll([
    [succeeds ? 'charge.succeeded' : 'charge.failed', charge],
    [succeeds ? 'payment_intent.succeeded' : 'payment_intent.payment_failed', intent],
    ...(payment.session === null
      ? []
      : [[succeeds ? 'checkout.session.async_payment_succeeded' : 'checkout.session.async_payment_failed', payment.session] as const]),
  ])
  yield
}

/** Authorised first. `ends`: captured once in part or whole, in several captures, or given up. */
export function* authorised(life: Life, payment: Payment, ends: 'once' | 'several' | 'expired' | 'canceled'): Walk {
  const intent = payment.intent ?? begin(life, payment)
  const charge = life.make(chargeOf(life.id('ch'), life.second, { payment_intent: intent, amount: payment.amount }))
  payment.charge = charge
  life.change(intent, { status: 'requires_capture', amount_capturable: payment.amount, latest_charge: charge, next_action: null, last_payment_error: null })
  if (payment.session !== null) life.change(payment.session, { status: 'complete', payment_status: 'unpaid' })
  life.tellAll([
    ['charge.succeeded', charge],
    ['payment_intent.amount_capturable_updated', intent],
    ...(payment.session === null ? [] : [['checkout.session.completed', payment.session] as const]),
  ])
  yield
  if (ends === 'expired' || ends === 'canceled') {
    life.change(charge, { amount_refunded: payment.amount })
    life.change(intent, {
      status: 'canceled',
      amount_capturable: 0,
      canceled_at: life.second,
      cancellation_reason: ends === 'expired' ? 'expired' : 'requested_by_customer',
    })
    life.tellAll([
      [ends === 'expired' ? 'charge.expired' : 'charge.refunded', charge],
      ['payment_intent.canceled', intent],
    ])
    return
  }
  const captures = ends === 'once' ? 1 : 2 + life.random.int(2)
  for (let number = 1; number <= captures; number++) {
    const left = payment.amount - payment.captured
    const part = number === captures && life.random.chance(0.5) ? left : 1 + life.random.int(Math.max(1, Math.floor(left / 2)))
    payment.captured += part
    const final = number === captures
    const transaction = life.id('txn')
    enter(life, charge, transaction, part)
    // Integrations of older API versions report what was not captured as refunded; ours do not (docs.stripe.com/changelog/basil).
    const oldWay = life.random.chance(0.3)
    life.change(charge, {
      captured: true,
      amount_captured: payment.captured,
      ...(final && oldWay && { amount_refunded: payment.amount - payment.captured }),
      ...((number === 1 || life.random.chance(0.5)) && { balance_transaction: transaction }),
    })
    life.change(intent, {
      amount_received: payment.captured,
      amount_capturable: final ? 0 : payment.amount - payment.captured,
      ...(final && { status: 'succeeded' }),
    })
    life.tellAll([
      ['charge.captured', charge],
      [final ? 'payment_intent.succeeded' : 'payment_intent.amount_capturable_updated', intent],
      ...(final && oldWay && payment.captured < payment.amount ? [['charge.refunded', charge] as const] : []),
    ])
    yield
  }
}

/** One refund from its creation to its end; it may fail after it succeeded. */
export function* refunded(life: Life, payment: Payment, ends: 'succeeded' | 'failed' | 'failed late' | 'canceled' | 'open'): Walk {
  yield
  const charge = payment.charge
  const left = payment.captured - payment.refunded
  if (charge === null || left <= 0) return
  const amount = life.random.chance(0.3) ? left : 1 + life.random.int(left)
  payment.refunded += amount
  const reported = (by: number) => ({ amount_refunded: Number(life.now(charge).amount_refunded) + by })
  const id = life.id('re')
  const first = life.random.pick(ends === 'failed late' || ends === 'succeeded' ? ['succeeded', 'pending', 'requires_action'] : ['pending', 'requires_action'])
  const pending = () => (life.now(id).status === 'pending' ? life.random.pick(['processing', 'charge_pending', 'insufficient_funds']) : undefined)
  life.make(
    refundOf(id, life.second, {
      charge,
      payment_intent: payment.intent,
      amount,
      status: first,
      reason: life.random.pick([null, 'requested_by_customer', 'duplicate']),
      ...(first === 'pending' && { pending_reason: life.random.pick(['processing', 'charge_pending']) }),
      metadata: life.random.chance(0.4) ? { ticket: life.id('t') } : {},
    }),
  )
  if (first === 'succeeded') settle()
  life.change(charge, reported(amount))
  life.tellAll([
    ['refund.created', id],
    ['charge.refunded', charge],
  ])
  yield
  for (let turns = life.random.int(3); turns > 0; turns--) {
    if (first === 'succeeded') life.change(id, { metadata: { turn: String(life.random.int(3)) } })
    else {
      life.change(id, {
        status: life.manner.newWords && life.random.chance(0.4) ? 'awaiting_bank' : life.random.pick(['pending', 'requires_action']),
        pending_reason: undefined,
      })
      if (life.now(id).status === 'pending') life.change(id, { pending_reason: pending() })
    }
    life.tell(life.random.chance(0.2) ? 'charge.refund.updated' : 'refund.updated', id)
    yield
  }
  if (ends === 'open') return
  if (first !== 'succeeded' && (ends === 'succeeded' || ends === 'failed late')) {
    life.change(id, { status: 'succeeded', pending_reason: undefined })
    settle()
    life.tell('refund.updated', id)
    yield
  }
  if (ends === 'succeeded') return
  if (ends === 'failed late') yield
  const back = life.id('txn')
  payment.refunded -= amount
  life.change(id, {
    status: ends === 'canceled' ? 'canceled' : 'failed',
    pending_reason: undefined,
    ...(ends !== 'canceled' && { failure_reason: 'expired_or_canceled_card', failure_balance_transaction: back }),
  })
  if (ends !== 'canceled') enter(life, id, back, amount, 'refund_failure')
  life.change(charge, reported(-amount))
  life.tellAll([
    [ends === 'canceled' ? 'refund.updated' : 'refund.failed', id],
    ['charge.updated', charge],
    ...(life.random.chance(0.4) ? [['charge.refund.updated', id] as const] : []),
  ])
  yield

  function settle(): void {
    const transaction = life.id('txn')
    life.change(id, { balance_transaction: transaction })
    enter(life, id, transaction, -amount, 'refund')
  }
}

/** A dispute along any of its edges: inquiry, escalation, evidence, verdict, appeal, reinstatement. */
export function* disputed(life: Life, payment: Payment): Walk {
  yield
  if (payment.charge === null || payment.captured === 0) return
  const inquiry = life.random.chance(0.3)
  const id = life.make(
    disputeOf(life.id('dp'), life.second, {
      charge: payment.charge,
      payment_intent: payment.intent,
      amount: life.random.chance(0.7) ? payment.captured : 1 + life.random.int(payment.captured),
      status: inquiry ? 'warning_needs_response' : 'needs_response',
      reason: life.random.pick(['fraudulent', 'product_not_received', 'duplicate']),
    }),
  )
  const amount = Number(life.now(id).amount)
  const legs: { id: string; amount: number; net: number }[] = []
  const leg = (sign: number) => {
    const transaction = life.id('txn')
    enter(life, id, transaction, sign * amount, 'adjustment')
    legs.push({ id: transaction, amount: sign * amount, net: sign * amount })
    life.change(id, { balance_transactions: [...legs] })
  }
  const evidence = (over: Record<string, unknown>) => ({ evidence_details: { ...(life.now(id).evidence_details as object), ...over } })
  if (!inquiry) leg(-1)
  life.tellAll([['charge.dispute.created', id], ...(inquiry ? [] : [['charge.dispute.funds_withdrawn', id] as const])])
  yield
  let submitted = 0
  for (let steps = 1 + life.random.int(5); steps > 0; steps--) {
    const status = String(life.now(id).status)
    if (status === 'warning_needs_response') {
      const next = life.random.pick(['warning_under_review', 'warning_closed', 'needs_response'])
      life.change(id, { status: next })
      if (next === 'needs_response') leg(-1)
      life.tellAll([
        [next === 'warning_closed' ? 'charge.dispute.closed' : 'charge.dispute.updated', id],
        ...(next === 'needs_response' ? [['charge.dispute.funds_withdrawn', id] as const] : []),
      ])
      if (next === 'warning_closed') return
    } else if (status === 'warning_under_review') {
      const next = life.random.pick(['warning_closed', 'needs_response'])
      life.change(id, { status: next })
      if (next === 'needs_response') leg(-1)
      life.tell(next === 'warning_closed' ? 'charge.dispute.closed' : 'charge.dispute.updated', id)
      if (next === 'warning_closed') return
    } else if (status === 'needs_response' || status === 'appeal_needs_response') {
      if (life.random.chance(0.4)) {
        life.change(id, evidence({ has_evidence: true }))
        life.tell('charge.dispute.updated', id)
      } else {
        life.change(id, {
          status: status === 'needs_response' ? 'under_review' : 'appeal_under_review',
          ...evidence({ has_evidence: true, submission_count: ++submitted, due_by: null }),
        })
        life.tell('charge.dispute.updated', id)
      }
    } else if (status === 'under_review' || status === 'appeal_under_review') {
      const won = life.random.chance(0.5)
      life.change(id, { status: won ? 'won' : 'lost' })
      if (won) leg(1)
      life.tellAll([['charge.dispute.closed', id], ...(won ? [['charge.dispute.funds_reinstated', id] as const] : [])])
      if (won) return
    } else if (status === 'lost') {
      life.change(id, { status: 'appeal_needs_response', ...evidence({ due_by: life.second + 500_000 }) })
      life.tell('charge.dispute.updated', id)
    }
    if (life.manner.newWords && life.random.chance(0.2)) {
      life.change(id, { reason: 'a_reason_from_tomorrow' })
      life.tell('charge.dispute.updated', id)
    }
    yield
  }
}

/** Edits that events tell of, often several in one second and back again. */
export function* edited(life: Life, payment: Payment): Walk {
  for (let turns = 1 + life.random.int(4); turns > 0; turns--) {
    yield
    if (payment.charge === null) continue
    life.change(
      payment.charge,
      life.random.pick([
        { metadata: { note: String(life.random.int(3)) } },
        { receipt_email: life.random.pick(['a@shop.test', 'b@shop.test', null]) },
        { description: life.random.pick(['one', 'two', null]) },
      ]),
    )
    life.tell('charge.updated', payment.charge)
  }
}

/** Edits of an intent, of which no event tells until its next one. */
export function* editedSilently(life: Life, payment: Payment): Walk {
  for (let turns = 1 + life.random.int(3); turns > 0; turns--) {
    yield
    if (payment.intent === null) continue
    life.silent = true
    life.change(
      payment.intent,
      life.random.pick([
        { metadata: { note: String(life.random.int(3)) } },
        { description: life.random.pick(['one', 'two', null]) },
        { receipt_email: life.random.pick(['a@shop.test', 'b@shop.test', null]) },
      ]),
    )
  }
}

/** Something is told to be over in a way that it is not, in the same second or later: only a read can know. */
export function* contradicted(life: Life, payment: Payment): Walk {
  for (let turns = 0; turns < 8; turns++) {
    yield
    for (const { id, object } of [...life.versions]) {
      const status = String(life.now(id).status)
      if (!life.random.chance(0.5) || (status !== 'succeeded' && status !== 'failed' && status !== 'canceled')) continue
      if (object.object === 'payment_intent' && id === payment.intent)
        life.tellFalsely('payment_intent.canceled', id, { status: 'canceled', canceled_at: life.second, cancellation_reason: 'abandoned' })
      else if (object.object === 'refund' && status !== 'succeeded')
        life.tellFalsely('refund.updated', id, { status: status === 'failed' ? 'canceled' : 'failed' })
      else if (object.object === 'payout') life.tellFalsely('payout.updated', id, { status: status === 'failed' ? 'canceled' : 'failed' })
      else continue
      return
    }
  }
}

/** A charge without a PaymentIntent is itself the payment. */
export function* lone(life: Life, payment: Payment): Walk {
  const outcome = life.random.pick(['paid', 'authorised', 'refused', 'pending'] as const)
  const charge = life.make(
    chargeOf(life.id('ch'), life.second, {
      amount: payment.amount,
      status: outcome === 'refused' ? 'failed' : outcome === 'pending' ? 'pending' : 'succeeded',
      captured: outcome === 'paid' || outcome === 'pending',
      amount_captured: outcome === 'paid' || outcome === 'pending' ? payment.amount : 0,
      ...(outcome === 'refused' && { failure_code: 'card_declined', failure_message: 'No.' }),
    }),
  )
  if (outcome !== 'refused') payment.charge = charge
  if (outcome === 'paid') payment.captured = payment.amount
  life.tell(outcome === 'refused' ? 'charge.failed' : outcome === 'pending' ? 'charge.pending' : 'charge.succeeded', charge)
  yield
  if (outcome === 'pending') {
    const succeeds = life.random.chance(0.5)
    life.change(charge, succeeds ? { status: 'succeeded' } : { status: 'failed', failure_code: 'insufficient_funds', failure_message: 'Empty.' })
    if (succeeds) payment.captured = payment.amount
    life.tell(succeeds ? 'charge.succeeded' : 'charge.failed', charge)
  }
  if (outcome === 'authorised') {
    if (life.random.chance(0.5)) {
      payment.captured = 1 + life.random.int(payment.amount)
      life.change(charge, { captured: true, amount_captured: payment.captured })
      life.tell('charge.captured', charge)
    } else {
      life.change(charge, { amount_refunded: payment.amount })
      life.tell('charge.expired', charge)
    }
  }
  yield
}

/** A Checkout Session that answers one of our attempts. `ends` as Stripe's word. */
export function* checkout(life: Life, payment: Payment, attempt: Attempt, ends: 'paid' | 'succeeded' | 'failed' | 'expired' | 'both'): Walk {
  payment.session = life.make(sessionOf(attempt.session, life.second, { client_reference_id: publicId('attempt', attempt.id), amount_total: payment.amount }))
  yield
  const tried = ends === 'paid' || ends === 'succeeded' || ends === 'failed' || life.random.chance(0.3)
  if (tried) yield* tries(life, payment, 2, 0.3)
  if (ends === 'paid') yield* paid(life, payment)
  if (ends === 'succeeded') yield* delayed(life, payment, true)
  if (ends === 'failed') yield* delayed(life, payment, false)
  if (ends === 'expired' || ends === 'both') {
    life.change(payment.session, { status: 'expired' })
    life.tell('checkout.session.expired', payment.session)
    yield
  }
  // What cannot be, but must end the same wherever it is told: expired and complete.
  if (ends === 'both') yield* life.random.chance(0.5) ? paid(life, payment) : delayed(life, payment, life.random.chance(0.5))
}

/** A payout to the bank: it may fail after it was paid, and becomes explainable in between. */
export function* payout(life: Life): Walk {
  const automatic = life.random.chance(0.8)
  const id = life.make(
    payoutOf(life.id('po'), life.second, {
      automatic,
      amount: 100 + life.random.int(90_000),
      reconciliation_status: automatic ? 'in_progress' : 'not_applicable',
      ...(life.random.chance(0.7) && { balance_transaction: life.id('txn') }),
      ...(life.random.chance(0.5) && { trace_id: { status: 'pending', value: null } }),
    }),
  )
  life.tell('payout.created', id)
  yield
  const steps: (() => void)[] = []
  const ends = life.random.pick(['paid', 'paid', 'failed', 'failed late', 'canceled', 'open'] as const)
  if (ends === 'canceled') steps.push(() => end('canceled'))
  else {
    steps.push(() => updated({ status: 'in_transit', ...(life.now(id).balance_transaction === null && { balance_transaction: life.id('txn') }) }))
    if (ends === 'failed') steps.push(() => end('failed'))
    if (ends === 'paid' || ends === 'failed late')
      steps.push(() => {
        life.change(id, { status: 'paid' })
        life.tell('payout.paid', id)
      })
    if (ends === 'failed late') steps.push(() => end('failed'))
  }
  const beside: (() => void)[] = [
    () => updated({ metadata: { run: String(life.random.int(3)) } }),
    () => updated({ arrival_date: Number(life.now(id).arrival_date) + 86_400 }),
    () =>
      updated({
        trace_id: life.random.chance(0.5) ? { status: 'supported', value: `TR${life.random.int(999)}` } : { status: 'unsupported', value: null },
      }),
  ]
  if (automatic)
    beside.push(() => {
      life.change(id, { reconciliation_status: 'completed' })
      life.tell('payout.reconciliation_completed', id)
    })
  const left = life.random.shuffle(beside).slice(0, 1 + life.random.int(beside.length))
  while (steps.length + left.length > 0) {
    const step = left.length === 0 || (steps.length > 0 && life.random.chance(0.5)) ? steps.shift() : left.shift()
    step?.()
    yield
  }

  function updated(over: Record<string, unknown>): void {
    life.change(id, over)
    life.tell('payout.updated', id)
  }
  function end(status: 'failed' | 'canceled'): void {
    life.change(id, {
      status,
      failure_balance_transaction: life.id('txn'),
      ...(status === 'failed' && { failure_code: 'account_closed', failure_message: 'The bank account has been closed.' }),
    })
    life.tellAll([[`payout.${status}`, id], ...(life.random.chance(0.3) ? [['payout.updated', id] as const] : [])])
  }
}
