import type { TenantPlan } from '../contract'
import type { Account, Thing } from './account'
import type { Aftermath } from './aftermath'
import { orderKey, type OrderFact, type PaymentFact } from './books'
import * as back from './money-back-acts'
import * as acts from './payment-acts'
import { editOrder, type ShopOrder } from './shop'
import { accountThing } from './stripe-things'
import { plan, type Town } from './town'

/** A merchant's account with what else goes on there. */
export type Premises = { tenant: TenantPlan; account: Account; currencies: string[] }

/** What an order of the shop's own gateway looks like: nobody asked us for a checkout. */
export type OwnOrder = { order: OrderFact; at_shop: ShopOrder }

const kinds = ['card', 'card', 'captured_in_part', 'lapses', 'alone', 'mislabelled', 'mislabelled', 'declined', 'debit'] as const

/**
 * What happens on the same Stripe account without us: other programs take money, some with labels that they copied from
 * ours; the bank is paid out to; Stripe tells of the account itself.
 */
export function createElsewhere(town: Town, aftermath: Aftermath, all: readonly Premises[]) {
  const { random, books, dice, dayMs } = town

  function begin(
    at: Premises,
    amount: number,
    currency: string,
    more: { manual?: boolean; metadata?: Record<string, string>; mislabelled?: boolean },
    nowMs: number,
  ) {
    const params = {
      amount,
      currency,
      metadata: more.metadata ?? { source: 'another program' },
      description: 'Sold elsewhere',
      capture_method: more.manual ? ('manual' as const) : ('automatic_async' as const),
      types: ['card'],
      receipt_email: null,
    }
    const intent = acts.begin(at.account, null, params, nowMs)
    const payment = books.payment({
      tenant: at.tenant.key,
      id: intent.id,
      currency,
      asked: amount,
      order: null,
      session: null,
      mislabelled: more.mislabelled ?? false,
    })
    return { paying: { account: at.account, intent, session: null, nowMs }, payment }
  }

  function paid(at: Premises, payment: PaymentFact, charge: Thing, nowMs: number): void {
    books.try(payment, charge.id, 'succeeded', Number(charge.amount_captured))
    books.state(payment, 'paid')
    aftermath.captured(at.account, payment, charge, nowMs)
  }

  /** Labels of ours that are not its own: of another tenant's attempt, or of one of this tenant that another payment answers. */
  function copiedLabels(at: Premises): Record<string, string> | null {
    const used = [...books.sessions.values()].filter(
      (session) => session.tenant !== at.tenant.key || books.payments.get(paymentOf(session.tenant, session.id))?.state === 'paid',
    )
    if (used.length === 0) return null
    const session = random.pick(used)
    return all.find(({ tenant }) => tenant.key === session.tenant)?.account.intentData.get(session.id)?.metadata ?? null
  }

  function paymentOf(tenant: string, session: string): string {
    return String(all.find((one) => one.tenant.key === tenant)?.account.things.get(session)?.payment_intent ?? '')
  }

  function sell(at: Premises, kind: (typeof kinds)[number], nowMs: number): void {
    const currency = random.pick(at.currencies)
    const amount = (currency === 'kwd' ? 10 : 1) * (50 + random.int(20_000))
    const last4 = String(1000 + random.int(9000))
    dice.count(`elsewhere.${kind}`)
    switch (kind) {
      case 'card':
      case 'mislabelled': {
        const labels = kind === 'mislabelled' ? copiedLabels(at) : null
        const { paying, payment } = begin(at, amount, currency, labels ? { metadata: labels, mislabelled: true } : {}, nowMs)
        return paid(at, payment, acts.succeed(paying, last4), nowMs)
      }
      case 'declined': {
        const { paying, payment } = begin(at, amount, currency, {}, nowMs)
        for (let tries = 1 + random.int(2); tries > 0; tries--) books.try(payment, acts.decline(paying, 'generic_decline', last4).id, 'failed', 0)
        return
      }
      case 'alone': {
        const charge = acts.chargeAlone(at.account, amount, currency, last4, nowMs)
        const payment = books.payment({ tenant: at.tenant.key, id: charge.id, currency, asked: amount, order: null, session: null, mislabelled: false })
        return paid(at, payment, charge, nowMs)
      }
      case 'debit': {
        const { paying, payment } = begin(at, amount, currency, {}, nowMs)
        const charge = acts.startDebit(paying)
        books.try(payment, charge.id, 'pending', 0)
        books.state(payment, 'pending')
        return plan(town, nowMs + random.int(4 * dayMs), 'debit_decided', (then) => {
          const later = { ...paying, nowMs: then }
          if (random.chance(0.6)) {
            acts.debitSucceeds(later, charge)
            return paid(at, payment, charge, then)
          }
          acts.debitFails(later, charge)
          books.try(payment, charge.id, 'failed', 0)
          books.state(payment, 'waiting')
        })
      }
      case 'captured_in_part':
      case 'lapses': {
        const { paying, payment } = begin(at, amount, currency, { manual: true }, nowMs)
        const charge = acts.authorise(paying, last4)
        books.try(payment, charge.id, 'succeeded', 0)
        books.state(payment, 'authorised')
        return plan(town, nowMs + (random.chance(0.2) ? random.int(900) : random.int(3 * dayMs)), kind, (then) => {
          const later = { ...paying, nowMs: then }
          if (kind === 'lapses') {
            acts.lapse(later, charge)
            books.state(payment, 'called_off')
            return
          }
          const step = currency === 'kwd' ? 10 : 1
          acts.capture(later, charge, random.chance(0.3) ? amount : Math.max(step, Math.floor((amount * random.next()) / step) * step))
          paid(at, payment, charge, then)
        })
      }
    }
  }

  /** The shop's own gateway takes the money of one of its orders, and the shop says so itself. */
  function sellInShop(at: Premises, { order, at_shop }: OwnOrder, nowMs: number): void {
    const { paying, payment } = begin(at, order.total, order.currency, { metadata: { order_id: order.number } }, nowMs)
    const charge = acts.succeed(paying, '4242')
    order.claimed_by = payment
    dice.count('elsewhere.in_shop')
    paid(at, payment, charge, nowMs)
    const meta = [{ key: '_stripe_intent_id', value: payment.id }]
    editOrder(at_shop, { status: 'processing', transaction_id: charge.id, paid_ms: nowMs, meta }, nowMs)
  }

  /** Everything that the balance holds in one currency goes to the bank; banks send some of it back. */
  function payOut(at: Premises, nowMs: number): void {
    const currency = at.account.currency
    const before = new Set([...at.account.payoutMembers.values()].flatMap((members) => [...members]))
    const parts = (at.account.lists.get('balance_transaction') ?? []).filter((row) => row.currency === currency && !before.has(row.id))
    const amount = parts.reduce((sum, row) => sum + Number(row.net), 0)
    if (amount <= 0) return
    const way = random.pick(['paid', 'paid', 'failed', 'failed_after_paid', 'manual', 'canceled'] as const)
    const automatic = way !== 'manual' && way !== 'canceled'
    const payout = back.payOut(at.account, amount, currency, automatic, nowMs)
    const fact = {
      tenant: at.tenant.key,
      id: payout.id,
      amount,
      currency,
      automatic,
      state: 'pending' as 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled',
      itemised: false,
    }
    books.payouts.set(payout.id, fact)
    books.move(at.tenant.key, { source: payout.id, kind: 'payout', amount: -amount, fee: 0, currency })
    at.account.payoutMembers.set(payout.id, new Set([...parts.map((row) => row.id), String(payout.balance_transaction)]))
    dice.count(`payout.${way}`)
    const returned = (state: 'failed' | 'canceled', then: number) => {
      back.payoutReturns(at.account, payout, state, then)
      fact.state = state
      books.move(at.tenant.key, { source: payout.id, kind: 'payout_reversal', amount, fee: 0, currency })
    }
    if (way === 'canceled') return plan(town, nowMs + random.int(dayMs), 'payout_canceled', (then) => returned('canceled', then))
    plan(town, nowMs + random.int(dayMs), 'payout_in_transit', (moving) => {
      back.payoutMoves(at.account, payout, 'in_transit', moving)
      fact.state = 'in_transit'
      plan(town, moving + random.int(2 * dayMs), `payout_${way}`, (then) => {
        if (way === 'failed') return returned('failed', then)
        back.payoutMoves(at.account, payout, 'paid', then)
        fact.state = 'paid'
        if (automatic) {
          back.payoutItemised(at.account, payout, then)
          fact.itemised = true
        }
        if (way === 'failed_after_paid') plan(town, then + random.int(2 * dayMs), 'payout_failed', (late) => returned('failed', late))
      })
    })
  }

  /** Stripe tells of the account itself: never folded, read instead. */
  function tellOfAccount(at: Premises, nowMs: number): void {
    const thing = accountThing(at.account)
    const kind = random.pick(['account.updated', 'capability.updated', 'balance.available', 'account.external_account.updated'] as const)
    dice.count(`stripe.${kind}`)
    if (kind === 'account.updated') at.account.emit(kind, thing, nowMs, { payouts_enabled: false })
    else if (kind === 'capability.updated')
      at.account.emit(kind, { id: 'card_payments', object: 'capability', created: thing.created, account: at.account.id, status: 'active' }, nowMs)
    else if (kind === 'balance.available')
      at.account.emit(kind, { id: at.account.id, object: 'balance', created: thing.created, available: [], pending: [], livemode: false }, nowMs)
    else at.account.emit(kind, { id: 'ba_1SimBank', object: 'bank_account', created: thing.created, account: at.account.id, last4: '6789' }, nowMs)
  }

  return {
    begin(orders: number, ownOrders: readonly OwnOrder[], fromMs: number): void {
      for (let i = 0; i < orders; i++) {
        const kind = random.pick(kinds)
        const at = random.pick(all)
        plan(town, fromMs + random.int(dayMs), `elsewhere_${kind}`, (nowMs) => sell(at, kind, nowMs))
      }
      for (const own of ownOrders) {
        const at = all.find(({ tenant }) => tenant.key === own.order.tenant)
        if (at) plan(town, fromMs + random.int(dayMs), `in_shop ${orderKey(own.order)}`, (nowMs) => sellInShop(at, own, nowMs))
      }
      for (const at of all) {
        for (let times = 1 + random.int(2); times > 0; times--) plan(town, fromMs + random.int(4 * dayMs), 'payout', (nowMs) => payOut(at, nowMs))
        if (random.chance(0.5)) plan(town, fromMs + random.int(dayMs), 'account', (nowMs) => tellOfAccount(at, nowMs))
      }
    },
  }
}
