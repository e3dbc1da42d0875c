import { same } from '../../core/standing'

/** What a replay changes (or, as a dry run, would change). Lists are cut at `mostListed`; the counts are exact. */
export type Difference = {
  payments: PaymentDifference[]
  /** Inbox rows with another outcome than before. */
  events: { id: string; event_id: string; type: string; from: string; to: string }[]
  counts: DifferenceCounts
}

/** `fields`: table.column, or table.stripe_id.column -> [before, after], amounts in minor units as text, times ISO. */
export type PaymentDifference = {
  payment_id: string
  stripe_id: string
  is_new: boolean
  fields: Record<string, [unknown, unknown]>
  effects: { kind: string; key: string }[]
  exceptions_opened: { type: string; key: string }[]
  exceptions_closed: { type: string; key: string }[]
}

export type DifferenceCounts = {
  payments: number
  /** Rows of the mirror that are not a payment's: payouts, balance transactions, sessions without a payment, accounts. */
  others: number
  events: number
  effects: number
  exceptions_opened: number
  exceptions_closed: number
}

export const mostListed = 200

export function noDifference(): Difference {
  return { payments: [], events: [], counts: { payments: 0, others: 0, events: 0, effects: 0, exceptions_opened: 0, exceptions_closed: 0 } }
}

export type StoredRow = Record<string, unknown>
/** Everything stored about some payments: one list of rows per table, each row with the payment it belongs to. */
export type StoredState = { table: string; payment_id: string; key: string; row: StoredRow }[]

/** Columns that say when or in which run something was written, not what is so. */
const bookkeeping = new Set(['tenant_id', 'id', 'payment_id', 'updated_at', 'opened_at', 'closed_at', 'close_reason'])

/** What differs between two states of the same payments. */
export function differenceBetween(before: StoredState, after: StoredState): PaymentDifference[] {
  const found = new Map<string, PaymentDifference>()
  const of = (payment_id: string) => {
    const known = found.get(payment_id)
    if (known) return known
    const stripe = [...after, ...before].find((entry) => entry.table === 'payment' && entry.payment_id === payment_id)?.row.stripe_id
    const made: PaymentDifference = {
      payment_id,
      stripe_id: String(stripe ?? ''),
      is_new: !before.some((entry) => entry.table === 'payment' && entry.payment_id === payment_id),
      fields: {},
      effects: [],
      exceptions_opened: [],
      exceptions_closed: [],
    }
    found.set(payment_id, made)
    return made
  }
  // Two payments may be matched with one order: a row is told from another's by its payment, too.
  const old = new Map(before.map((entry) => [`${entry.table}/${entry.payment_id}/${entry.key}`, entry]))
  for (const { table, payment_id, key, row } of after) {
    const was = old.get(`${table}/${payment_id}/${key}`)?.row ?? null
    const put = (name: string, from: unknown, to: unknown) => {
      if (!same(from ?? null, to ?? null)) of(payment_id).fields[name] = [plain(from), plain(to)]
    }
    if (table === 'effect') {
      if (was === null) of(payment_id).effects.push({ kind: String(row.kind), key: String(row.key) })
      continue
    }
    if (table === 'exception') {
      const name = { type: String(row.type), key: String(row.key) }
      if (row.state === 'open' && was?.state !== 'open') of(payment_id).exceptions_opened.push(name)
      if (row.state === 'closed' && was?.state === 'open') of(payment_id).exceptions_closed.push(name)
      if (row.state === 'open' && was?.state === 'open')
        for (const column of ['amount_at_risk', 'order_id', 'store_id', 'detail']) put(`exception.${name.type}.${column}`, said(was[column]), said(row[column]))
      continue
    }
    for (const [column, value] of Object.entries(row)) if (!bookkeeping.has(column)) put(`${nameOf(table, row)}.${column}`, was?.[column], value)
  }
  return [...found.values()]
}

/** What an exception says; when its order was read last is none of it. */
function said(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { order_read_at: _at, ...rest } = value as Record<string, unknown>
  return rest
}

function nameOf(table: string, row: StoredRow): string {
  return table === 'payment' || row.stripe_id === undefined ? table : `${table}.${String(row.stripe_id)}`
}

function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Date ? value.toISOString() : value
}

/** Adds what one batch changed to what is known; a payment that two batches touch is one difference. */
export function addDifference(known: Difference, more: { payments: PaymentDifference[]; events: Difference['events']; others: number }): Difference {
  const payments = [...known.payments]
  let repeated = 0
  for (const next of more.payments) {
    const index = payments.findIndex((each) => each.payment_id === next.payment_id)
    const before = payments[index]
    if (!before) payments.push(next)
    else {
      repeated += 1
      payments[index] = {
        ...next,
        is_new: before.is_new,
        fields: {
          ...next.fields,
          ...Object.fromEntries(Object.entries(before.fields).map(([name, [from, to]]) => [name, [from, next.fields[name]?.[1] ?? to]])),
        },
        effects: [...before.effects, ...next.effects],
        exceptions_opened: [...before.exceptions_opened, ...next.exceptions_opened],
        exceptions_closed: [...before.exceptions_closed, ...next.exceptions_closed],
      }
    }
  }
  const sum = (pick: (each: PaymentDifference) => unknown[]) => more.payments.reduce((total, each) => total + pick(each).length, 0)
  return {
    payments: payments.slice(0, mostListed),
    events: [...known.events, ...more.events].slice(0, mostListed),
    counts: {
      payments: known.counts.payments + more.payments.length - repeated,
      others: known.counts.others + more.others,
      events: known.counts.events + more.events.length,
      effects: known.counts.effects + sum((each) => each.effects),
      exceptions_opened: known.counts.exceptions_opened + sum((each) => each.exceptions_opened),
      exceptions_closed: known.counts.exceptions_closed + sum((each) => each.exceptions_closed),
    },
  }
}
