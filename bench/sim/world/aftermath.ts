import type { Account, Thing } from './account'
import { convert, settleCharge, settleDispute } from './bank'
import type { MovementKind, PaymentFact, RefundFact } from './books'
import * as back from './money-back-acts'
import { book } from './payment-acts'
import type { Settled } from './stripe-things'
import { follow, minute, plan, type Act, type Town } from './town'

/** What becomes of money that was taken: it is booked; later some of it goes back. */
export type Aftermath = { captured(account: Account, payment: PaymentFact, charge: Thing, nowMs: number): void }

export function createAftermath(town: Town): Aftermath {
  const { random, books, dice, dayMs } = town
  const people = (at: number, name: string, run: Act['run']) => plan(town, at, name, run)

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
      at += random.chance(0.2) ? random.int(800) : random.int(2 * dayMs)
      refundOne(account, payment, charge, amount, at)
    }
  }

  /** The ways of a refund (docs.stripe.com/refunds): at once, later, with the payer's help, called off, two that fail, and one that nobody helps along. */
  function refundOne(account: Account, payment: PaymentFact, charge: Thing, amount: number, at: number): void {
    const { currency } = payment
    const out = () => convert(account.currency, -amount, currency)
    const inwards = () => convert(account.currency, amount, currency)
    const way = random.pick(['at_once', 'at_once', 'later', 'with_help', 'fails_after_success', 'fails_before_success', 'canceled', 'waits'] as const)
    people(at, 'refund', (nowMs) => {
      dice.count(`refund.${way}`)
      const immediate = way === 'at_once' || way === 'fails_after_success'
      const status = immediate ? 'succeeded' : way === 'with_help' || way === 'canceled' || way === 'waits' ? 'requires_action' : 'pending'
      const settled = immediate ? out() : null
      const made = back.refund(account, charge, amount, status, settled, nowMs)
      payment.refunds.set(made.id, { id: made.id, amount, state: status, left: immediate })
      if (settled) move(account, payment, 'refund', made.id, settled)
      if (way === 'at_once' || way === 'waits') return
      people(nowMs + (random.chance(0.2) ? random.int(900) : random.int(3 * dayMs)), `refund_${way}`, (then) => {
        const after = payment.refunds.get(made.id) as RefundFact
        if (way === 'later' || way === 'with_help') {
          back.refundSucceeds(account, charge, made, move(account, payment, 'refund', made.id, out()), then)
          Object.assign(after, { state: 'succeeded', left: true })
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
        if (index + 1 < way.length) go(index + 1, nowMs + (random.chance(0.2) ? random.int(900) : random.int(5 * dayMs)))
      })
    go(0, at)
  }

  return {
    captured(account, payment, charge, nowMs) {
      const settled = settleCharge(account.currency, Number(charge.amount_captured), payment.currency)
      follow(town, nowMs + (random.chance(0.2) ? random.int(900) : random.int(20 * minute)), 'booked', (at) => {
        book(account, charge, move(account, payment, 'charge', charge.id, settled), at)
      })
      if (random.chance(0.35)) refunds(account, payment, charge, nowMs + (random.chance(0.1) ? random.int(2_000) : random.int(3 * dayMs)))
      if (charge.id.startsWith('ch') && random.chance(0.15)) dispute(account, payment, charge, nowMs + dayMs / 24 + random.int(6 * dayMs))
    },
  }
}
