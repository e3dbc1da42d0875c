/**
 * The model: a ledger of what people and banks did, kept beside the Stripe stand-in and knowing nothing of its objects
 * but their ids. It predicts what the product's books must say when all is heard. Amounts in minor units.
 */

/** A movement of money on an account's balance, in the currency that it settles in. `fee` is positive. */
export type Movement = { source: string; kind: MovementKind; amount: number; fee: number; currency: string }
export type MovementKind = 'charge' | 'refund' | 'refund_failure' | 'dispute' | 'dispute_reversal' | 'payout' | 'payout_reversal'

/** `left`: its money left the balance once; when it failed afterwards, it came back. */
export type RefundFact = { id: string; amount: number; state: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled'; left: boolean }
export type DisputeFact = { id: string; amount: number; status: string; held: boolean }
export type TryFact = { id: string; state: 'failed' | 'pending' | 'succeeded'; captured: number }

/** What one payer's payment came to. `id`: the PaymentIntent, or the charge where there is none. */
export type PaymentFact = {
  tenant: string
  id: string
  currency: string
  asked: number
  state: 'waiting' | 'proving' | 'pending' | 'authorised' | 'paid' | 'called_off'
  lapsed: boolean
  tries: Map<string, TryFact>
  refunds: Map<string, RefundFact>
  disputes: Map<string, DisputeFact>
  /** The order whose checkout it answers; null when something else took the money. */
  order: OrderFact | null
  session: string | null
  /** It carries labels of ours that are not its own. */
  mislabelled: boolean
}

export type SessionFact = {
  tenant: string
  id: string
  order: OrderFact | null
  amount: number
  currency: string
  state: 'open' | 'complete' | 'expired'
  delayed: 'no' | 'waiting' | 'failed' | 'paid'
}

/** An order as its shop knows it. `totals`: every total it ever had. */
export type OrderFact = {
  tenant: string
  store: string
  number: string
  currency: string
  total: number
  totals: Set<number>
  /** The shop ended it, or marked it paid by other means, before our money came. */
  spoiled: null | 'cancelled' | 'paid_elsewhere' | 'deleted'
  /** The shop called it off after it had been told of our money. */
  called_off: boolean
  sessions: SessionFact[]
  payments: PaymentFact[]
  /** A payment that our checkout did not make, which the shop itself names for this order. */
  claimed_by: PaymentFact | null
}

export type PayoutFact = {
  tenant: string
  id: string
  amount: number
  currency: string
  automatic: boolean
  state: 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled'
  itemised: boolean
}

export type Fault = { invariant: string; tenant: string; subject: string; expected: string; found: string }

export type Books = {
  payments: Map<string, PaymentFact>
  orders: Map<string, OrderFact>
  sessions: Map<string, SessionFact>
  payouts: Map<string, PayoutFact>
  movements: Map<string, Movement[]>
  /** What was seen to go wrong at the moment when it did (two open sessions, a session that no order asks for). */
  seen: Fault[]

  order(fact: Pick<OrderFact, 'tenant' | 'store' | 'number' | 'currency' | 'total'>): OrderFact
  changeTotal(order: OrderFact, total: number): void
  /** A session was made at Stripe for so much: which order asks for that? */
  session(tenant: string, id: string, amount: number, currency: string): SessionFact
  payment(fact: Pick<PaymentFact, 'tenant' | 'id' | 'currency' | 'asked' | 'order' | 'session' | 'mislabelled'>): PaymentFact
  /** One try; a later word about the same try replaces the former one. `captured`: what was taken of it. */
  try(payment: PaymentFact, id: string, state: TryFact['state'], captured: number): void
  state(payment: PaymentFact, state: PaymentFact['state']): void
  move(tenant: string, movement: Movement): void
}

export function openBooks(): Books {
  const books: Books = {
    payments: new Map(),
    orders: new Map(),
    sessions: new Map(),
    payouts: new Map(),
    movements: new Map(),
    seen: [],
    order(fact) {
      const order: OrderFact = { ...fact, totals: new Set([fact.total]), spoiled: null, called_off: false, sessions: [], payments: [], claimed_by: null }
      books.orders.set(orderKey(order), order)
      return order
    },
    changeTotal(order, total) {
      order.total = total
      order.totals.add(total)
    },
    session(tenant, id, amount, currency) {
      // Each total is given to one order only, so the amount alone says whose it is: no label is believed.
      const order =
        [...books.orders.values()].find((candidate) => candidate.tenant === tenant && candidate.currency === currency && candidate.totals.has(amount)) ?? null
      const session: SessionFact = { tenant, id, order, amount, currency, state: 'open', delayed: 'no' }
      const wrong = (expected: string, found: string) => books.seen.push({ invariant: 'E2', tenant, subject: id, expected, found })
      if (order === null) wrong('a session over the total of an order', `${amount} ${currency}`)
      const open = order?.sessions.filter((other) => other.state === 'open') ?? []
      if (open.length > 0) wrong('at most one open session per order', `${open.length + 1} for ${order?.number}`)
      if (order?.payments.some((payment) => payment.state === 'pending')) wrong('no session while a payment is under way', `one for ${order.number}`)
      if (order?.payments.some((payment) => payment.state === 'paid' && refundedOf(payment) < capturedOf(payment)))
        wrong('no session for a paid order', `one for ${order.number}`)
      order?.sessions.push(session)
      books.sessions.set(id, session)
      return session
    },
    payment(fact) {
      const payment: PaymentFact = { ...fact, state: 'waiting', lapsed: false, tries: new Map(), refunds: new Map(), disputes: new Map() }
      books.payments.set(payment.id, payment)
      payment.order?.payments.push(payment)
      return payment
    },
    try: (payment, id, state, captured) => void payment.tries.set(id, { id, state, captured }),
    state(payment, state) {
      payment.state = state
      const others = payment.order?.payments.filter((other) => other !== payment && other.state === 'paid' && everRefundedOf(other) < capturedOf(other)) ?? []
      if (state === 'paid' && others.length > 0)
        books.seen.push({
          invariant: 'E2',
          tenant: payment.tenant,
          subject: payment.id,
          expected: 'one successful payment per order',
          found: `also ${others[0]?.id}`,
        })
    },
    move(tenant, movement) {
      const list = books.movements.get(tenant)
      if (list) list.push(movement)
      else books.movements.set(tenant, [movement])
    },
  }
  return books
}

export function orderKey(order: Pick<OrderFact, 'tenant' | 'store' | 'number'>): string {
  return `${order.tenant}/${order.store}/${order.number}`
}

const words: Record<PaymentFact['state'], string> = {
  waiting: 'requires_payment_method',
  proving: 'requires_action',
  pending: 'processing',
  authorised: 'requires_capture',
  paid: 'succeeded',
  called_off: 'canceled',
}

/** What the product must say of one payment. `null` where it must say that it does not know, or that there is none. */
export type Prediction = {
  status: string
  amount: number
  captured: number
  refunded: number
  disputed: number
  fee_state: 'known' | 'not_applicable' | 'pending'
  fee: number | null
  net: number | null
  settlement_currency: string | null
  origin: 'checkout' | 'foreign'
  /** The order that it must be linked to; null for none. */
  order: OrderFact | null
  order_hop: string
  store_hop: string
  balance_hop: string
  /** Exceptions that must be open; each an alternative list of types. */
  exceptions: string[][]
}

/** `named`: the payment that the shop names for the order in the end, for which it may be too late to be another. */
export function predict(books: Books, payment: PaymentFact, named = ''): Prediction {
  const tries = [...payment.tries.values()]
  const charges = tries.filter((one) => one.state === 'succeeded' && one.captured > 0)
  const captured = capturedOf(payment)
  const paid = payment.state === 'paid'
  const movements = (books.movements.get(payment.tenant) ?? []).filter(
    (movement) => movement.kind === 'charge' && charges.some((charge) => charge.id === movement.source),
  )
  const booked = charges.length > 0 && movements.length === charges.length
  const order = payment.mislabelled ? null : (payment.order ?? claimOf(books, payment))
  const ours = payment.order !== null && !payment.mislabelled
  const agrees = order !== null && order.total === captured && order.currency === payment.currency
  const exceptions: string[][] = []
  if (payment.mislabelled) exceptions.push(['wrong_store'])
  if (paid && ours && !agrees) exceptions.push(['amount_differs', 'order_total_differs'])
  const back = paid && keptOf(payment) === 0
  // What was called off or paid by other means stands in nobody's way once the money went back.
  const others = ours ? (order?.payments ?? []).filter((other) => other !== payment && other.state === 'paid' && !other.mislabelled) : []
  const elsewhere = order?.spoiled === 'paid_elsewhere' || (order?.spoiled === null && others.some((other) => other.id === named))
  const calledOff = order !== null && (order.called_off || order.spoiled === 'cancelled' || order.spoiled === 'deleted')
  if (paid && ours && !back) {
    if (calledOff && keptOf(payment) > heldOf(payment)) exceptions.push(['paid_but_order_cancelled'])
    if (!calledOff && agrees && elsewhere) exceptions.push(['order_paid_elsewhere'])
    if (agrees && others.some((other) => keptOf(other) > 0) && sum([payment, ...others].map(keptOf)) > order.total) exceptions.push(['order_paid_twice'])
  }
  const told = !ours || (agrees && (back ? named === payment.id : order.spoiled === null && !elsewhere))
  const over = payment.state === 'called_off'
  return {
    status: words[payment.state],
    amount: payment.asked,
    captured,
    refunded: refundedOf(payment),
    disputed: heldOf(payment),
    fee_state: booked ? 'known' : paid || payment.state === 'pending' ? 'pending' : 'not_applicable',
    fee: booked ? sum(movements.map((movement) => movement.fee)) : null,
    net: booked ? sum(movements.map((movement) => movement.amount - movement.fee)) : null,
    settlement_currency: booked ? (movements[0]?.currency ?? null) : null,
    origin: ours ? 'checkout' : 'foreign',
    order,
    order_hop: order === null ? (paid ? 'missing' : 'not_due') : !paid ? 'not_due' : agrees ? 'proven' : 'inferred',
    store_hop: !paid ? (over ? 'not_applicable' : 'not_due') : order === null || !told ? 'missing' : 'proven',
    balance_hop: !paid ? (over ? 'not_applicable' : 'not_due') : booked ? 'proven' : 'not_due',
    exceptions,
  }
}

function claimOf(books: Books, payment: PaymentFact): OrderFact | null {
  return [...books.orders.values()].find((order) => order.claimed_by === payment) ?? null
}

export function capturedOf(payment: PaymentFact): number {
  return sum([...payment.tries.values()].map((one) => (one.state === 'succeeded' ? one.captured : 0)))
}

/** What is left of what was taken. */
export function keptOf(payment: PaymentFact): number {
  return capturedOf(payment) - refundedOf(payment)
}

/** Only what succeeded and did not fail afterwards. */
export function refundedOf(payment: PaymentFact): number {
  return sum([...payment.refunds.values()].map((refund) => (refund.state === 'succeeded' ? refund.amount : 0)))
}

/** What was ever paid back, also what failed afterwards: nobody can have heard of more. */
export function everRefundedOf(payment: PaymentFact): number {
  return sum([...payment.refunds.values()].map((refund) => (refund.left ? refund.amount : 0)))
}

export function heldOf(payment: PaymentFact): number {
  return sum([...payment.disputes.values()].map((dispute) => (dispute.held ? dispute.amount : 0)))
}

/** What the balance of a tenant's account moved by, per currency. */
export function balanceOf(books: Books, tenant: string): Map<string, { count: number; amount: number; fee: number; net: number }> {
  const totals = new Map<string, { count: number; amount: number; fee: number; net: number }>()
  for (const { amount, fee, currency } of books.movements.get(tenant) ?? []) {
    const total = totals.get(currency) ?? { count: 0, amount: 0, fee: 0, net: 0 }
    totals.set(currency, { count: total.count + 1, amount: total.amount + amount, fee: total.fee + fee, net: total.net + amount - fee })
  }
  return totals
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
