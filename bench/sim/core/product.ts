import type { AttemptRow } from '@/lib/checkout/core/attempt'
import type { StripeObject } from '@/lib/inbox/core/event'
import { contentsOf, type Resolved } from '@/lib/inbox/fold/contents'
import { foldItem } from '@/lib/inbox/fold/fold-item'
import { emptyWorkingSet, sessionKey, type WorkingSet } from '@/lib/inbox/fold/working-set'
import type { History } from './histories'
import { allAt, objectAt } from './life'
import { secondsBySeq, type Step } from './schedule'

const place = { tenant_id: '11111111-1111-7111-8111-111111111111', connection_id: '22222222-2222-7222-8222-222222222222' }
/** Seconds after the row that wants it before a read is made, by reason; the rest waits until its second is surely over. */
const patience: Record<string, number> = { dispute: 1, unknown_object: 10, asked_for_a_read: 1, other_api_release: 1 }
const tiePatience = 2
const mostRounds = 12

/** The pure fold of the product, fed by steps; wanted reads are kept and answered as `object_read` does it. */
class Product {
  readonly set: WorkingSet = emptyWorkingSet()
  private readonly wants = new Map<string, number>()
  private number = 0

  constructor(
    readonly history: History,
    private readonly alarms: string[],
  ) {
    const opened = history.versions[0]?.second ?? 0
    for (const attempt of history.attempts) {
      this.set.attempts.set(attempt.id, attemptRow(attempt.id, attempt.known ? attempt.session : null, opened))
      if (attempt.known) this.set.attemptOfSession.set(sessionKey(place, attempt.session), attempt.id)
    }
  }

  fold(kind: Resolved['kind'], type: string, second: number, body: object, objectId: string | null, apiVersion: string | null): void {
    const at = new Date(second * 1000)
    const row: Resolved = {
      ...place,
      bucket: 1,
      id: `row ${++this.number}`,
      scope: 'acct_1:live',
      event_id: `evt_${this.number}`,
      kind,
      endpoint_id: null,
      mode: 'live',
      account_id: 'acct_1',
      type,
      object_id: objectId,
      api_version: apiVersion,
      created_at: at,
      as_of: kind === 'delivery' ? null : at,
      body: bytesOf(body),
      received_at: at,
      attempts: 0,
    }
    const contents = contentsOf(row)
    const reason = contents.outcome && 'reason' in contents.outcome ? contents.outcome.reason : 'asked_for_a_read'
    for (const id of contents.wants) this.want(id, reason, second)
    for (const item of contents.items) {
      const folding = foldItem(this.set, item)
      if (folding.alarm) this.alarms.push(folding.alarm)
      for (const { object_id, reason: why } of folding.wants) this.want(object_id, why, second)
    }
  }

  /** Wants that are due at that second, with Stripe's answer of the moment; null where there is no such object. */
  take(seq: number, second: number): { id: string; object: StripeObject | null }[] {
    const due = [...this.wants].filter(([, at]) => at <= second).map(([id]) => id)
    for (const id of due) this.wants.delete(id)
    return due.sort().map((id) => ({ id, object: answer(this.history, id, seq) }))
  }

  get wanted(): string[] {
    return [...this.wants.keys()]
  }

  private want(id: string, reason: string, second: number): void {
    const due = second + (patience[reason] ?? tiePatience)
    this.wants.set(id, Math.min(due, this.wants.get(id) ?? due))
  }
}

/** What a retrieve answers: the object as it was then; a charge brings its refunds. */
function answer(history: History, id: string, seq: number): StripeObject | null {
  const object = objectAt(history.versions, id, seq)
  if (object?.object !== 'charge') return object
  const refunds = [...allAt(history.versions, seq).values()].filter((other) => other.object === 'refund' && other.charge === id)
  return { ...object, refunds: { object: 'list', data: refunds, has_more: false, url: `/v1/charges/${id}/refunds` } }
}

/** `again`: the end after everything was folded once more, newest first. */
export type Run = { end: EndState; again: string; alarms: string[] }
export type EndState = Record<string, Record<string, Record<string, unknown>>>

/**
 * Folds the steps, then answers what is wanted until nothing is, with what Stripe says by then. Everything is folded
 * once more afterwards, newest first: that changes nothing.
 * @throws Error when reads never settle
 */
export function runThrough(history: History, steps: readonly Step[]): Run {
  const alarms: string[] = []
  const product = new Product(history, alarms)
  const log: (() => void)[] = []
  const lastSeq = history.versions.at(-1)?.seq ?? 0
  const seconds = secondsBySeq(history)
  const later: { at: number; fold: () => void }[] = []
  const fold = (one: () => void) => {
    log.push(one)
    one()
  }
  const found = (as: 'read' | 'reply' | 'backfill', object: StripeObject, second: number) => () =>
    product.fold(as, `${object.object}.${as === 'reply' ? 'reply' : 'read'}`, second, object, typeof object.id === 'string' ? object.id : null, null)
  const page = (seq: number, second: number): (() => void) => {
    const data = [...allAt(history.versions, seq).values()].filter((object) => object.object === 'balance_transaction')
    return () => product.fold('backfill', 'balance_transaction.page', second, { object: 'list', data, has_more: false }, null, null)
  }

  steps.forEach((step, at) => {
    for (const due of later.filter((one) => one.at <= at)) {
      later.splice(later.indexOf(due), 1)
      fold(due.fold)
    }
    if (step.kind === 'event') {
      const told = history.told[step.index]
      if (told) fold(() => product.fold('delivery', told.type, told.second, eventOf(told), told.id, told.api_version))
    } else if (step.kind === 'read') {
      const object = answer(history, step.id, step.seq)
      if (object) later.push({ at: at + step.delay, fold: found(step.as, object, step.second) })
    } else if (step.kind === 'settle') {
      for (const { object } of product.take(step.seq, step.second)) if (object) later.push({ at: at + step.delay, fold: found('read', object, step.second) })
    } else later.push({ at: at + step.delay, fold: page(step.seq, step.second) })
    for (const due of later.filter((one) => one.at <= at)) {
      later.splice(later.indexOf(due), 1)
      fold(due.fold)
    }
  })
  for (const due of later) fold(due.fold)

  let second = Math.max(seconds.at(-1) ?? 0, ...steps.map((step) => (step.kind === 'event' ? 0 : step.second))) + 1
  const settleAll = () => {
    for (let round = 0; product.wanted.length > 0; round++) {
      if (round > mostRounds) throw new Error(`reads never settle: ${product.wanted.join(', ')}`)
      second += 12
      for (const { object } of product.take(lastSeq, second)) if (object) fold(found('read', object, second))
    }
  }
  settleAll()
  fold(page(lastSeq, ++second))
  // What no event tells of, only an audit can know.
  if (history.silent) for (const id of allAt(history.versions, lastSeq).keys()) fold(found('backfill', answer(history, id, lastSeq) as StripeObject, second))
  settleAll()

  const end = endOf(product.set, history)
  for (const one of [...log].reverse()) one()
  return { end, again: JSON.stringify(endOf(product.set, history), asText), alarms }
}

const bodies = new WeakMap<object, Buffer>()

/** A body as bytes, made once: the same event is folded several times. */
function bytesOf(body: object): Buffer {
  const known = bodies.get(body)
  if (known) return known
  const made = Buffer.from(JSON.stringify(body))
  bodies.set(body, made)
  return made
}

const events = new WeakMap<object, object>()

function eventOf(told: History['told'][number]): object {
  const known = events.get(told)
  if (known) return known
  const made = {
    id: 'evt',
    object: 'event',
    type: told.type,
    created: told.second,
    api_version: told.api_version,
    data: { object: told.object, ...(told.previous && { previous_attributes: told.previous }) },
  }
  events.set(told, made)
  return made
}

const bookkeeping = ['id', 'payment_id', 'tenant_id', 'connection_id', 'snapshot_at', 'read_as_of', 'session_as_of', 'updated_at', 'inbox_bucket', 'inbox_id']

/** Every column but bookkeeping, keyed by Stripe's ids; a child says under which payment it hangs. */
function endOf(set: WorkingSet, history: History): EndState {
  // When only a read could tell of a moment, the row says "by then", and then is when it was read.
  const moments = history.otherApi ? ['succeeded_at', 'ended_at'] : []
  const kept = (row: object) => Object.fromEntries(Object.entries(row).filter(([name]) => !bookkeeping.includes(name) && !moments.includes(name)))
  const parents = new Map([...set.payments.values()].map((payment) => [payment.id, payment.stripe_id]))
  const table = (rows: Iterable<{ stripe_id: string; payment_id?: string }>) =>
    Object.fromEntries(
      [...rows]
        .sort((a, b) => (a.stripe_id < b.stripe_id ? -1 : 1))
        .map((row) => [row.stripe_id, { ...kept(row), ...(row.payment_id !== undefined && { of: parents.get(row.payment_id) }) }]),
    )
  const transactions = new Map([...set.transactions.values()].map((row) => [row.id, row.stripe_id]))
  return {
    payments: table(set.payments.values()),
    charges: table(set.charges.values()),
    refunds: table(set.refunds.values()),
    disputes: table(set.disputes.values()),
    payouts: table(set.payouts.values()),
    transactions: table(set.transactions.values()),
    fees: Object.fromEntries(
      set.fees
        .map((fee) => [`${transactions.get(fee.balance_transaction_id)}/${fee.position}`, { type: fee.type, amount: fee.amount }] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    attempts: Object.fromEntries([...set.attempts.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map((row) => [row.id, kept(row)])),
  }
}

export function asText(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  // jsonb keeps no order of names.
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  return value
}

function attemptRow(id: string, sessionId: string | null, second: number): AttemptRow {
  const at = new Date(second * 1000)
  return {
    ...place,
    id,
    mode: 'live',
    store_id: 's',
    order_id: 'o',
    state: sessionId === null ? 'creating' : 'open',
    reason: null,
    amount: 5000n,
    currency: 'usd',
    order_revision: 1,
    generation: 1,
    session_id: sessionId,
    client_secret_sealed: null,
    session_status: sessionId === null ? null : 'open',
    session_payment_status: sessionId === null ? null : 'unpaid',
    session_expires_at: sessionId === null ? null : new Date((second + 86_400) * 1000),
    session_as_of: null,
    payment_intent_id: null,
    return_url: null,
    created_by: 'test',
    created_at: at,
    opened_at: sessionId === null ? null : at,
    ended_at: null,
  }
}
