import type { Random } from '../contract'
import type { History } from './histories'

/**
 * What reaches the product, in order. `event`: a delivery (again, when it was there before). `read`: Stripe is asked
 * unasked for one object, when everything up to `seq` had happened and its clock showed `second`; the answer is folded
 * `delay` steps later. `settle`: the wanted reads that are due are answered. `page`: a page of the ledger.
 */
export type Step =
  | { kind: 'event'; index: number }
  | { kind: 'read'; id: string; as: 'read' | 'reply' | 'backfill'; seq: number; second: number; delay: number }
  | { kind: 'settle'; seq: number; second: number; delay: number }
  | { kind: 'page'; seq: number; second: number; delay: number }

/** In the order in which it happened, each event once, nothing asked in between. */
export function inOrder(history: History): Step[] {
  return history.told.map((_, index) => ({ kind: 'event', index }))
}

/** Any order, any repetition, and reads in the middle that say what was so at their moment. */
export function anyOrder(history: History, random: Random): Step[] {
  const indexes = history.told.map((_, index) => index)
  const order = withRepeats(orderOf(indexes, random), random)
  const steps: Step[] = []
  const lastSeq = history.versions.at(-1)?.seq ?? 0
  const seconds = secondsBySeq(history)
  const asks = random.pick([0, 0, 0.1, 0.3, 0.8])
  const ids = [...new Set(history.versions.map((version) => version.id))]
  let happened = 0
  let second = 0
  for (const index of order) {
    steps.push({ kind: 'event', index })
    happened = Math.max(happened, history.told[index]?.seq ?? 0)
    if (!random.chance(asks)) continue
    // Stripe's present: not before what it has told, not before the read before.
    happened += random.chance(0.5) ? 0 : random.int(Math.max(1, lastSeq + 1 - happened))
    const from = Math.max(second, seconds[happened] ?? 0)
    const to = Math.max(from, seconds[happened + 1] ?? from + 5)
    second = from + (random.chance(0.5) ? 0 : random.int(to - from + 1))
    const delay = random.chance(0.6) ? 0 : random.int(4)
    const kind = random.pick(['read', 'read', 'settle', 'settle', 'page'] as const)
    if (kind === 'read') steps.push({ kind, id: random.pick(ids), as: random.pick(['read', 'reply', 'backfill']), seq: happened, second, delay })
    else steps.push({ kind, seq: happened, second, delay })
  }
  return steps
}

/** Stripe's clock after each moment. */
export function secondsBySeq(history: History): number[] {
  const seconds: number[] = []
  for (const { seq, second } of [...history.versions, ...history.told]) seconds[seq] = second
  return seconds
}

function orderOf(indexes: number[], random: Random): number[] {
  const how = random.pick(['any', 'any', 'any', 'backwards', 'nearly', 'one late', 'one early'] as const)
  if (how === 'any') return random.shuffle(indexes)
  if (how === 'backwards') return [...indexes].reverse()
  const order = [...indexes]
  if (order.length < 2) return order
  if (how === 'nearly') {
    for (let swaps = 1 + random.int(order.length); swaps > 0; swaps--) {
      const at = random.int(order.length - 1)
      ;[order[at], order[at + 1]] = [order[at + 1] as number, order[at] as number]
    }
    return order
  }
  const moved = order.splice(random.int(order.length), 1)
  return how === 'one late' ? [...order, ...moved] : [...moved, ...order]
}

function withRepeats(order: number[], random: Random): number[] {
  const all = [...order]
  for (let repeats = random.chance(0.4) ? 0 : random.int(6); repeats > 0 && order.length > 0; repeats--)
    all.splice(random.int(all.length + 1), 0, random.pick(order))
  return all
}
