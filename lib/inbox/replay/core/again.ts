import { stubDispute, type DisputeRow } from '@/lib/disputes/core/dispute'
import { derivedPaymentColumns } from '@/lib/payments/core/derived'
import { stubCharge } from '@/lib/payments/core/fold-charge'
import { stubPayment, type ChargeRow, type PaymentRow } from '@/lib/payments/core/payment'
import { stubPayout, type PayoutRow } from '@/lib/payouts/core/payout'
import { stubRefund, type RefundRow } from '@/lib/refunds/core/refund'
import type { Outcome } from '../../core/event'
import { same } from '../../core/standing'
import type { Item } from '../../fold/contents'
import type { Again, Plan } from '../../fold/fold-batch'
import type { WorkingSet } from '../../fold/working-set'

/** What became of a row the first time. */
export type Former = { state: string; reason: string | null }

/** Reasons of rows that were folded and changed nothing; other reasons say that a row was not folded at all. */
const foldedReasons = new Set(['nothing_new', 'foreign_session', 'other_session'])

type Mirrors = { payments: PaymentRow; charges: ChargeRow; refunds: RefundRow; disputes: DisputeRow; payouts: PayoutRow }
type Mirror = keyof Mirrors
type Row = Mirrors[Mirror]
type Forgotten = { mirror: Mirror; key: string; before: Row; stub: Row }

const mirrorOf: Record<string, Mirror> = { payment_intent: 'payments', charge: 'charges', refund: 'refunds', dispute: 'disputes', payout: 'payouts' }

/**
 * How rows that were folded before are folded again: every mirror row of which the batch holds all inbox rows is
 * forgotten (its ids and what is derived stay) and told anew from the beginning; what comes out as it was is not written.
 * So a replay of healthy books changes nothing, whatever the order in which their events once arrived, and a row that a
 * fault bent is made straight again, also where a value would never go back by itself.
 *
 * A question to Stripe that the first folding asked was answered, and the answer is one of the rows, or still waits: it
 * is not asked again, unless something came out differently and no later read settled it. A row keeps its outcome and
 * its transitions, unless it was never folded or what it tells came out differently.
 * @param isComplete does the batch hold every inbox row of this Stripe object?
 */
export function foldAgain(former: ReadonlyMap<string, Former>, isComplete: (objectId: string) => boolean): Again {
  const forgotten: Forgotten[] = []
  return {
    begin(set, items) {
      for (const { mirror, id, key } of told(items)) {
        const map = rowsOf(set, mirror)
        const before = map.get(key)
        if (before === undefined || !isComplete(id)) continue
        const stub = forget[mirror](before as never)
        map.set(key, stub)
        forgotten.push({ mirror, key, before, stub })
      }
    },
    end(set, plan) {
      for (const { mirror, key, before, stub } of forgotten) {
        const map = rowsOf(set, mirror)
        const told = map.get(key) ?? stub
        const after = mirror === 'payments' ? withCaptures(set, told as PaymentRow) : told
        const keeps = told === stub || same(facts(before), facts(after))
        set.changed.delete(told)
        map.set(key, keeps ? before : after)
        if (!keeps) set.changed.add(after)
      }
      settle(set, plan, former)
    },
  }
}

function rowsOf(set: WorkingSet, mirror: Mirror): Map<string, Row> {
  return set[mirror] as Map<string, Row>
}

/** The mirror rows that the items tell of, once each. A charge without PaymentIntent is its own payment. */
function told(items: Item[]): { mirror: Mirror; id: string; key: string }[] {
  const found = new Map<string, { mirror: Mirror; id: string; key: string }>()
  for (const { row, object } of items) {
    const mirror = mirrorOf[object.object]
    if (!mirror) continue
    const id = String(object.id)
    const key = `${row.connection_id}/${id}`
    found.set(`${mirror}/${key}`, { mirror, id, key })
    if (mirror === 'charges' && (object.payment_intent ?? null) === null) found.set(`payments/${key}`, { mirror: 'payments', id, key })
  }
  return [...found.values()]
}

const forget: { [M in Mirror]: (row: Mirrors[M]) => Mirrors[M] } = {
  payments: (row) => ({
    ...stubPayment(row, row.currency, row.created_at),
    ...Object.fromEntries(derivedPaymentColumns.map((name) => [name, row[name]])),
    updated_at: row.updated_at,
  }),
  charges: (row) => stubCharge(row, row.currency, row.created_at),
  refunds: (row) => stubRefund(row, row.currency, row.created_at),
  disputes: (row) => stubDispute(row, row.currency, row.created_at),
  payouts: (row) => stubPayout(row, row.currency, row.created_at),
}

/** What a row says of Stripe's object; not which inbox row said it last. */
function facts(row: Row): object {
  return { ...row, inbox_bucket: null, inbox_id: null }
}

/** The captured amount is told by the PaymentIntent and derived from its charges, whichever is more. */
function withCaptures(set: WorkingSet, payment: PaymentRow): PaymentRow {
  let captured = 0n
  for (const charge of set.charges.values())
    if (charge.payment_id === payment.id && charge.captured && charge.status === 'succeeded') captured += charge.amount_captured
  return captured > payment.amount_captured ? { ...payment, amount_captured: captured } : payment
}

/** Takes from the plan what was done when its row was folded first. */
function settle(set: WorkingSet, plan: Plan, former: ReadonlyMap<string, Former>): void {
  const changed = new Set<string>()
  for (const row of set.changed) if ('stripe_id' in row) changed.add(`${row.connection_id}/${row.stripe_id}`)
  for (const attempt of set.attempts.values())
    if (set.changed.has(attempt) && attempt.session_id !== null) changed.add(`${attempt.connection_id}/${attempt.session_id}`)
  const settledAt = new Map<string, Date | null>()
  for (const mirror of ['payments', 'charges', 'refunds', 'disputes', 'payouts'] as const)
    for (const [key, row] of rowsOf(set, mirror)) settledAt.set(key, row.read_as_of)

  const tellsNew = new Set(plan.items.filter(({ row, object }) => changed.has(`${row.connection_id}/${String(object.id)}`)).map(({ row }) => row.id))
  const isNew = (rowId: string, outcome: Outcome): boolean => {
    const was = former.get(rowId)
    if (was === undefined) return true
    if (was.state === outcome.state && was.reason === ('reason' in outcome ? outcome.reason : null)) return false
    if (was.state === 'applied') return false
    return was.state === 'quarantined' || !foldedReasons.has(was.reason ?? '') || tellsNew.has(rowId)
  }
  plan.verdicts = plan.verdicts.filter(({ row, outcome }) => isNew(row.id, outcome))
  const counts = new Set([...tellsNew, ...plan.verdicts.map(({ row }) => row.id)])
  plan.transitions = plan.transitions.filter((transition) => counts.has(transition.inbox_id))
  const createdAt = new Map(plan.items.map(({ row, snapshot }) => [row.id, snapshot.created.getTime()]))
  plan.wants = plan.wants.filter((want) => {
    const read = settledAt.get(`${want.connection_id}/${want.object_id}`) ?? null
    const told = createdAt.get(want.row_id)
    return counts.has(want.row_id) && !(read !== null && told !== undefined && read.getTime() > told)
  })
}
