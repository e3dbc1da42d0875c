import type { Action, Random } from '../contract'
import type { Account, Thing } from './account'
import type { Agenda } from './agenda'
import { convert, settleCharge, settleDispute } from './bank'
import type { Books, MovementKind, OrderFact, PaymentFact } from './books'
import type { Dice } from './faults'
import * as back from './money-back-acts'
import * as acts from './payment-acts'
import { editOrder, type ShopOrder } from './shop'
import type { Settled } from './stripe-things'

export type Act = { name: string; run: (nowMs: number) => Action | void }

/** One order with what is going to happen to it. */
export type Customer = { account: Account; order: OrderFact; at_shop: ShopOrder; journeys: Journey[]; asked: number; trouble: Trouble }
export type Journey = 'card' | 'declined' | 'proof' | 'proof_failed' | 'debit' | 'debit_fails' | 'leaves'
export type Trouble = null | 'cancelled' | 'total_changes' | 'paid_elsewhere' | 'deleted'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export type Town = { random: Random; agenda: Agenda<Act>; books: Books; dice: Dice }

/** Payers and their banks, at the checkouts that the product made. */
export type People = {
  arrive(customer: Customer, atMs: number): void
  /** The customer of an order has a session before him. */
  handed(customer: Customer, session: Thing, nowMs: number): void
}

const codes = ['generic_decline', 'insufficient_funds', 'lost_card', 'expired_card', 'incorrect_cvc'] as const

export function createPeople(town: Town, aftermath: Aftermath): People {
  const { random, agenda, books, dice } = town
  const served = new Set<string>()
  const soon = (nowMs: number, most: number) => nowMs + (random.chance(0.25) ? random.int(900) : 1_000 + random.int(most))
  const people = (at: number, name: string, run: Act['run']) => agenda.add({ at, who: 'people', item: { name, run } })

  /** Asks for a checkout, and again until the order is settled one way or another; now and then also when it is. */
  function ask(customer: Customer, at: number): void {
    people(at, 'checkout', (nowMs) => {
      const { order } = customer
      customer.asked += 1
      const settled = order.payments.some((payment) => payment.state === 'paid') || order.spoiled !== null
      if (settled && !random.chance(0.2)) return
      if (!settled && customer.asked < 12) ask(customer, nowMs + Math.min(day, 2 * minute * 2 ** customer.asked) + random.int(minute))
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
    })
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
          people(with_.nowMs + hour + random.int(4 * day), journey === 'debit' ? 'debit_succeeds' : 'debit_fails', (at) => {
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
              ask(customer, at + 10 * minute + random.int(hour))
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
      if (at_shop.status !== 'pending') return
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

/** What becomes of money that was taken: it is booked; later some of it goes back. */
export type Aftermath = { captured(account: Account, payment: PaymentFact, charge: Thing, nowMs: number): void }

export function createAftermath({ random, agenda, books, dice }: Town): Aftermath {
  const own = (at: number, name: string, run: Act['run']) => agenda.add({ at, who: 'own', item: { name, run } })
  const people = (at: number, name: string, run: Act['run']) => agenda.add({ at, who: 'people', item: { name, run } })

  function move(account: Account, payment: PaymentFact, kind: MovementKind, source: string, settled: Settled): Settled {
    books.move(payment.tenant, { source, kind, amount: settled.amount, fee: settled.fee, currency: settled.currency })
    return settled
  }

  function refunds(account: Account, payment: PaymentFact, charge: Thing, from: number): void {
    let left = Number(charge.amount_captured)
    const step = payment.currency === 'kwd' ? 10 : 1
    for (let count = random.chance(0.5) ? 1 : 1 + random.int(3), at = from; count > 0 && left > step; count--) {
      const amount = random.chance(0.4) ? left : Math.max(step, Math.floor((left * random.next()) / step) * step)
      left -= amount
      at += random.chance(0.2) ? random.int(800) : random.int(2 * day)
      refundOne(account, payment, charge, amount, at)
    }
  }

  /** The five ways of a refund (docs.stripe.com/refunds): at once, later, with the payer's help, and two that fail. */
  function refundOne(account: Account, payment: PaymentFact, charge: Thing, amount: number, at: number): void {
    const { currency } = payment
    const out = () => convert(account.currency, -amount, currency)
    const inwards = () => convert(account.currency, amount, currency)
    const way = random.pick(['at_once', 'at_once', 'later', 'with_help', 'fails_after_success', 'fails_before_success', 'canceled'] as const)
    people(at, 'refund', (nowMs) => {
      dice.count(`refund.${way}`)
      const immediate = way === 'at_once' || way === 'fails_after_success'
      const status = immediate ? 'succeeded' : way === 'with_help' || way === 'canceled' ? 'requires_action' : 'pending'
      const settled = immediate ? out() : null
      const made = back.refund(account, charge, amount, status, settled, nowMs)
      const fact = { id: made.id, amount, state: status as 'succeeded' | 'pending' | 'requires_action' }
      payment.refunds.set(made.id, fact)
      if (settled) move(account, payment, 'refund', made.id, settled)
      if (way === 'at_once') return
      people(nowMs + (random.chance(0.2) ? random.int(900) : random.int(3 * day)), `refund_${way}`, (then) => {
        const after = payment.refunds.get(made.id) as { state: string }
        if (way === 'later' || way === 'with_help') {
          back.refundSucceeds(account, charge, made, move(account, payment, 'refund', made.id, out()), then)
          after.state = 'succeeded'
        } else if (way === 'canceled') {
          back.refundCanceled(account, charge, made, then)
          after.state = 'canceled'
        } else {
          back.refundFails(account, charge, made, way === 'fails_after_success' ? move(account, payment, 'refund_failure', made.id, inwards()) : null, then)
          after.state = 'failed'
        }
      })
    })
  }

  /** Every way through a dispute (docs.stripe.com/disputes/how-disputes-work), as statuses in order. */
  const ways = [
    ['needs_response', 'under_review', 'won'],
    ['needs_response', 'under_review', 'lost'],
    ['needs_response', 'lost'],
    ['needs_response', 'under_review', 'lost', 'appeal_needs_response', 'appeal_under_review', 'won'],
    ['needs_response', 'lost', 'appeal_needs_response', 'appeal_under_review', 'lost'],
    ['warning_needs_response', 'warning_under_review', 'warning_closed'],
    ['warning_needs_response', 'needs_response', 'under_review', 'won'],
    ['warning_needs_response', 'needs_response', 'lost'],
    ['prevented'],
  ] as const

  function dispute(account: Account, payment: PaymentFact, charge: Thing, at: number): void {
    const way = random.pick(ways)
    const captured = Number(charge.amount_captured)
    const part = payment.currency === 'kwd' ? Math.max(10, Math.floor(captured / 20) * 10) : Math.max(1, Math.floor(captured / 2))
    const amount = random.chance(0.7) ? captured : part
    const id = { made: null as Thing | null }
    const go = (index: number, when: number) =>
      people(when, `dispute_${way[index]}`, (nowMs) => {
        const status = way[index] as string
        dice.count(`dispute.${status}`)
        const fact = id.made && payment.disputes.get(id.made.id)
        const takes = status === 'needs_response' && !fact?.held
        const taken = takes ? settleDispute(account.currency, amount, payment.currency) : null
        if (id.made === null) {
          id.made = back.openDispute(account, charge, amount, status, taken, nowMs)
          payment.disputes.set(id.made.id, { id: id.made.id, amount, status, held: takes })
        } else {
          const closes = status === 'won' || status === 'lost' || status === 'warning_closed'
          const returned = status === 'won' ? convert(account.currency, amount, payment.currency) : null
          if (closes) back.closeDispute(account, charge, id.made, status, returned, nowMs)
          else back.moveDispute(account, charge, id.made, status, taken, nowMs)
          if (returned) move(account, payment, 'dispute_reversal', id.made.id, returned)
          const open = payment.disputes.get(id.made.id)
          if (open) Object.assign(open, { status, held: takes ? true : returned ? false : open.held })
        }
        if (taken) move(account, payment, 'dispute', id.made.id, taken)
        if (index + 1 < way.length) go(index + 1, nowMs + (random.chance(0.2) ? random.int(900) : random.int(5 * day)))
      })
    go(0, at)
  }

  return {
    captured(account, payment, charge, nowMs) {
      const settled = settleCharge(account.currency, Number(charge.amount_captured), payment.currency)
      own(nowMs + (random.chance(0.2) ? random.int(900) : random.int(20 * minute)), 'booked', (at) => {
        acts.book(account, charge, move(account, payment, 'charge', charge.id, settled), at)
      })
      if (random.chance(0.35)) refunds(account, payment, charge, nowMs + (random.chance(0.1) ? random.int(2_000) : random.int(3 * day)))
      if (charge.id.startsWith('ch') && random.chance(0.15)) dispute(account, payment, charge, nowMs + hour + random.int(6 * day))
    },
  }
}
