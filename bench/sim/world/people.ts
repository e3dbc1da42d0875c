import type { Random } from '../contract'
import type { Account, Thing } from './account'
import type { Aftermath } from './aftermath'
import { keptOf, type OrderFact, type PaymentFact } from './books'
import * as acts from './payment-acts'
import { editOrder, needsMoney, type ShopOrder } from './shop'
import { hour, minute, plan, type Act, type Town } from './town'

/** One order with what is going to happen to it. */
export type Customer = { account: Account; order: OrderFact; at_shop: ShopOrder; journeys: Journey[]; asked: number; trouble: Trouble }
export type Journey = 'card' | 'declined' | 'proof' | 'proof_failed' | 'debit' | 'debit_fails' | 'leaves'
export type Trouble = null | 'cancelled' | 'total_changes' | 'paid_elsewhere' | 'deleted'

/** Payers and their banks, at the checkouts that the product made. */
export type People = {
  arrive(customer: Customer, atMs: number): void
  /** The customer of an order has a session before him. */
  handed(customer: Customer, session: Thing, nowMs: number): void
}

const codes = ['generic_decline', 'insufficient_funds', 'lost_card', 'expired_card', 'incorrect_cvc'] as const

export function createPeople(town: Town, aftermath: Aftermath): People {
  const { random, books, dice, dayMs } = town
  const served = new Set<string>()
  const returns = random.fork('returns')
  const soon = (nowMs: number, most: number) => nowMs + (random.chance(0.25) ? random.int(900) : 1_000 + random.int(most))
  const people = (at: number, name: string, run: Act['run']) => plan(town, at, name, run)

  /** Asks for a checkout, and again until the order is settled one way or another; now and then also when it is. */
  function ask(customer: Customer, at: number): void {
    people(at, 'checkout', (nowMs) => {
      const { order } = customer
      customer.asked += 1
      const settled = order.payments.some((payment) => payment.state === 'paid') || order.spoiled !== null
      if (settled && !random.chance(0.2)) return
      if (!settled && customer.asked < 5) ask(customer, nowMs + Math.min(2 * dayMs, 2 * minute * 4 ** customer.asked) + random.int(minute))
      return { kind: 'checkout', tenant: order.tenant, store: order.store, order: order.number }
    })
  }

  /** Who was given all of it back may want the order after all. Drawn apart, so that what others do is as it was. */
  function perhapsComeBack(customer: Customer, from: number): void {
    for (let times = 4; times > 0; times--)
      plan({ ...town, random: returns }, from + returns.int(3 * dayMs), 'comes_back', () => {
        const { order } = customer
        if (order.spoiled !== null || order.payments.some((payment) => payment.state === 'paid' && keptOf(payment) > 0)) return
        dice.count('payer.comes_back')
        return { kind: 'checkout', tenant: order.tenant, store: order.store, order: order.number }
      })
  }

  function paying(customer: Customer, session: Thing, nowMs: number): acts.Paying & { payment: PaymentFact } {
    const { account, order } = customer
    const existing = account.things.get(String(session.payment_intent ?? ''))
    if (existing) return { account, intent: existing, session, nowMs, payment: books.payments.get(existing.id) as PaymentFact }
    const data = account.intentData.get(session.id) ?? { metadata: {}, description: null }
    const amount = Number(session.amount_total)
    const currency = String(session.currency)
    const params = { ...data, amount, currency, capture_method: 'automatic_async' as const, types: ['card', 'sepa_debit'], receipt_email: null }
    const intent = acts.begin(account, session, params, nowMs)
    const payment = books.payment({ tenant: order.tenant, id: intent.id, currency, asked: amount, order, session: session.id, mislabelled: false })
    return { account, intent, session, nowMs, payment }
  }

  /** The session may have ended while the payer was looking for a card. */
  const step = (customer: Customer, session: Thing, at: number, name: string, run: (with_: ReturnType<typeof paying>) => void) =>
    people(at, name, (nowMs) => {
      if (session.status !== 'open') return
      dice.count(`payer.${name}`)
      run(paying(customer, session, nowMs))
    })

  function succeed(customer: Customer, session: Thing, at: number): void {
    step(customer, session, at, 'pays', (with_) => {
      const charge = acts.succeed(with_, String(1000 + random.int(9000)))
      complete(session.id, 'no')
      took(with_.payment, charge)
      book(with_, charge, with_.nowMs)
      look(customer, session, with_.nowMs)
      perhapsComeBack(customer, with_.nowMs)
      if (random.chance(0.2)) people(with_.nowMs + random.int(dayMs), 'order_shipped', (at) => ship(customer, at))
    })
  }

  /** The payer comes back to the shop's page, where the product may ask Stripe how it stands. */
  function look(customer: Customer, session: Thing, from: number): void {
    for (let times = random.int(3), at = from; times > 0; times--) {
      at += random.int(8_000)
      people(at, 'look', () => ({ kind: 'look', tenant: customer.order.tenant, session: session.id }))
    }
  }

  /** The shop keeper goes on with an order that is paid, or calls it off after all. */
  function ship({ order, at_shop }: Customer, nowMs: number): void {
    if (at_shop.status !== 'processing' || at_shop.transaction_id.startsWith('bank')) return
    if (returns.chance(0.4)) {
      dice.count('shop.order_called_off')
      order.called_off = true
      return editOrder(at_shop, { status: 'cancelled' }, nowMs)
    }
    dice.count('shop.order_shipped')
    editOrder(at_shop, { status: 'completed' }, nowMs)
  }

  function complete(sessionId: string, delayed: 'no' | 'waiting'): void {
    const fact = books.sessions.get(sessionId)
    if (fact) Object.assign(fact, { state: 'complete', delayed })
  }

  function took(payment: PaymentFact, charge: Thing): void {
    books.try(payment, charge.id, 'succeeded', Number(charge.amount_captured))
    books.state(payment, 'paid')
  }

  function book({ account, payment }: { account: Account; payment: PaymentFact }, charge: Thing, nowMs: number): void {
    aftermath.captured(account, payment, charge, nowMs)
  }

  function travel(customer: Customer, session: Thing, journey: Journey, nowMs: number): void {
    const first = soon(nowMs, 90_000)
    switch (journey) {
      case 'leaves':
        dice.count('payer.leaves')
        if (random.chance(0.4)) refuse(customer, session, first)
        return
      case 'card':
        return succeed(customer, session, first)
      case 'declined': {
        let at = first
        for (let tries = 1 + random.int(3); tries > 0; tries--) {
          refuse(customer, session, at)
          at = soon(at, 60_000)
        }
        return succeed(customer, session, at)
      }
      case 'proof':
      case 'proof_failed': {
        step(customer, session, first, 'is_asked_for_proof', (with_) => {
          acts.askForProof(with_)
          books.state(with_.payment, 'proving')
        })
        const then = soon(first, 120_000)
        if (journey === 'proof_failed') {
          step(customer, session, then, 'fails_proof', (with_) => {
            acts.failProof(with_)
            books.state(with_.payment, 'waiting')
          })
          if (random.chance(0.6)) succeed(customer, session, soon(then, 60_000))
        } else succeed(customer, session, then)
        return
      }
      case 'debit':
      case 'debit_fails':
        return step(customer, session, first, 'orders_debit', (with_) => {
          const charge = acts.startDebit(with_)
          books.try(with_.payment, charge.id, 'pending', 0)
          books.state(with_.payment, 'pending')
          complete(session.id, 'waiting')
          look(customer, session, with_.nowMs)
          people(with_.nowMs + dayMs / 24 + random.int(4 * dayMs), journey === 'debit' ? 'debit_succeeds' : 'debit_fails', (at) => {
            const later = { ...with_, nowMs: at }
            dice.count(`bank.${journey}`)
            if (journey === 'debit') {
              acts.debitSucceeds(later, charge)
              Object.assign(books.sessions.get(session.id) ?? {}, { delayed: 'paid' })
              took(with_.payment, charge)
              book(with_, charge, at)
            } else {
              acts.debitFails(later, charge)
              Object.assign(books.sessions.get(session.id) ?? {}, { delayed: 'failed' })
              books.try(with_.payment, charge.id, 'failed', 0)
              books.state(with_.payment, 'waiting')
              ask(customer, at + minute + random.int(hour))
            }
          })
        })
    }
  }

  function refuse(customer: Customer, session: Thing, at: number): void {
    step(customer, session, at, 'is_declined', (with_) => {
      const charge = acts.decline(with_, random.pick(codes), String(1000 + random.int(9000)))
      books.try(with_.payment, charge.id, 'failed', 0)
      books.state(with_.payment, 'waiting')
    })
  }

  /** Something happens in the shop between the checkout and the money. */
  function disturb(customer: Customer, nowMs: number): void {
    const { order, at_shop, trouble } = customer
    if (trouble === null) return
    people(nowMs + 500 + random.int(40_000), trouble, (at) => {
      customer.trouble = null
      if (!needsMoney(at_shop)) return
      // A total that changes once the money is there would be read before or after by chance: no book could predict it.
      if (trouble === 'total_changes' && order.payments.some((payment) => payment.state === 'paid')) return
      dice.count(`shop.order_${trouble}`)
      if (trouble === 'total_changes') {
        const more = freshTotal(order, random)
        books.changeTotal(order, more)
        editOrder(at_shop, { total: more }, at)
        if (random.chance(0.6)) ask(customer, at + random.int(20_000))
        return
      }
      order.spoiled = trouble
      if (trouble === 'paid_elsewhere') editOrder(at_shop, { status: 'processing', transaction_id: `bank-${order.number}`, paid_ms: at }, at)
      else editOrder(at_shop, { status: trouble === 'deleted' ? 'trash' : 'cancelled' }, at)
    })
  }

  /** Totals are told apart by one digit, so that an amount alone says whose it is. */
  function freshTotal(order: OrderFact, dice: Random): number {
    for (;;) {
      const total = order.total + (1 + dice.int(400)) * (order.currency === 'kwd' ? 10 : 1)
      const taken = [...books.orders.values()].some((other) => other.tenant === order.tenant && other.currency === order.currency && other.totals.has(total))
      if (!taken) return total
    }
  }

  return {
    arrive: ask,
    handed(customer, session, nowMs) {
      if (served.has(session.id)) return
      served.add(session.id)
      disturb(customer, nowMs)
      travel(customer, session, customer.journeys.shift() ?? 'card', nowMs)
    },
  }
}
