import type { Scope } from '@/lib/db/tenant'
import { currenciesWith } from '@/lib/money/core/currency'
import type { AmountTerm, SearchTerm } from '../core/search-terms'
import type { Days, PaymentFilter } from '../core/payment-filter'

/** Puts a value into a statement, as a parameter or as a quoted literal, cast to `type`. */
export type PutValue = (value: string | number | null, type: string) => string

/** The status that is shown, of a row `p` of payment. */
export const shownStatus = `CASE
  WHEN p.status = 'succeeded' AND p.amount_disputed > 0 THEN 'disputed'
  WHEN p.status = 'succeeded' AND p.amount_refunded > 0 AND p.amount_refunded >= p.amount_captured THEN 'refunded'
  WHEN p.status = 'succeeded' AND p.amount_refunded > 0 THEN 'partly_refunded'
  WHEN p.status = 'requires_payment_method' AND p.last_error IS NOT NULL THEN 'failed'
  ELSE p.status END`

/** The word that is shown, of `p` and its reconciliation `r`: none while there is no money to explain. */
export const shownWord = `CASE WHEN p.amount_captured > 0 OR p.status = 'succeeded' THEN r.word END`

const stripeStatus: Readonly<Record<string, string>> = {
  disputed: 'succeeded',
  refunded: 'succeeded',
  partly_refunded: 'succeeded',
  failed: 'requires_payment_method',
}

/**
 * The conditions of a filter over `payment p` LEFT JOIN `reconciliation r` (needed when `needsWord` says so). Set
 * conditions travel as one JSON text.
 * `zone` is the IANA zone in which days are meant.
 */
export function conditionsOf(scope: Scope, filter: PaymentFilter, zone: string, put: PutValue): string[] {
  const where = [`p.tenant_id = ${put(scope.tenant_id, 'uuid')}`, `p.mode = ${put(scope.mode, 'text')}`]
  const oneOf = (expression: string, values: readonly string[], type = 'text') => {
    if (values.length === 1) where.push(`${expression} = ${put(values[0] ?? '', type)}`)
    else if (values.length > 1) where.push(`${expression} IN (SELECT value::${type} FROM jsonb_array_elements_text(${put(JSON.stringify(values), 'jsonb')}))`)
  }
  // The plain status first: it is what the index knows.
  oneOf('p.status', [...new Set(filter.statuses.map((status) => stripeStatus[status] ?? status))])
  oneOf(`(${shownStatus})`, filter.statuses)
  oneOf('r.word', filter.words)
  if (filter.words.length > 0) where.push(`(p.amount_captured > 0 OR p.status = 'succeeded')`)
  oneOf('p.store_id', filter.stores, 'uuid')
  oneOf('p.payment_method_type', filter.methods)
  oneOf('p.fee_state', filter.fees)
  oneOf('p.currency', filter.currencies)
  oneOf('p.id', filter.ids, 'uuid')
  if (filter.origins.length > 0) where.push(`(${filter.origins.map((origin) => originIs[origin]).join(' OR ')})`)
  where.push(...daysOf('p.created_at', filter.created, zone, put), ...daysOf('p.succeeded_at', filter.paid, zone, put))
  if (filter.search !== null) {
    // An array is found first, by its own indexes, whatever the planner thinks of how many there are.
    where.push(filter.search.length === 0 ? 'false' : `p.id = ANY (ARRAY(${filter.search.map((term) => found(scope, term, put)).join(' UNION ')}))`)
  }
  return where
}

/** Whether the filter asks for the reconciliation record too. */
export function needsWord(filter: PaymentFilter): boolean {
  return filter.words.length > 0
}

const originIs = {
  checkout: `(p.origin = 'checkout' AND p.attribution <> 'withheld')`,
  foreign: `(p.origin = 'foreign' AND p.attribution <> 'withheld')`,
  withheld: `p.attribution = 'withheld'`,
} as const

/** Whole days of a zone as an interval of instants; the day after `to` begins at its own midnight, whatever the clock did. */
function daysOf(column: string, days: Days, zone: string, put: PutValue): string[] {
  const conditions: string[] = []
  if (days.from !== null) conditions.push(`${column} >= (${put(days.from, 'date')}::timestamp AT TIME ZONE ${put(zone, 'text')})`)
  if (days.to !== null) conditions.push(`${column} < ((${put(days.to, 'date')} + 1)::timestamp AT TIME ZONE ${put(zone, 'text')})`)
  return conditions
}

/** Payment ids that one reading of the search finds, each by an index that leads with the tenant. */
function found(scope: Scope, term: SearchTerm, put: PutValue): string {
  // Put where they are used: a statement may not carry a parameter that it does not name.
  const own = (alias: string) => `${alias}.tenant_id = ${put(scope.tenant_id, 'uuid')} AND ${alias}.mode = ${put(scope.mode, 'text')}`
  const tenantOnly = (alias: string) => `${alias}.tenant_id = ${put(scope.tenant_id, 'uuid')}`
  const orders = (condition: string) =>
    `SELECT fr.payment_id FROM "order" fo JOIN reconciliation fr ON fr.tenant_id = fo.tenant_id AND fr.order_id = fo.id WHERE ${own('fo')} AND ${condition}`
  switch (term.by) {
    case 'payment':
      return `SELECT ${put(term.id, 'uuid')}`
    case 'order':
      return `SELECT fr.payment_id FROM reconciliation fr WHERE ${tenantOnly('fr')} AND fr.order_id = ${put(term.id, 'uuid')}`
    case 'attempt':
      return `SELECT fp.id FROM payment fp WHERE ${tenantOnly('fp')} AND fp.attempt_id = ${put(term.id, 'uuid')}`
    case 'stripe_id':
      return ofStripeId(term.kind, `FROM connection fk`, `WHERE ${own('fk')}`, put(term.id, 'text'))
    case 'email': {
      const email = put(term.email, 'text')
      return `SELECT fp.id FROM payment fp WHERE ${own('fp')} AND fp.search_email = ${email} UNION ${orders(`fo.search_email = ${email}`)}`
    }
    case 'order_number': {
      const [bare = '', hashed = ''] = term.numbers.map((number) => put(number, 'text'))
      return `${orders(`fo.search_number IN (${bare}, ${hashed})`)} UNION ${orders(`fo.external_id = ${bare} AND fo.store_id IN (SELECT fs.id FROM store fs WHERE ${own('fs')})`)}`
    }
    case 'card':
      return `SELECT fp.id FROM payment fp WHERE ${own('fp')} AND fp.card_last4 = ${put(term.last4, 'text')}${term.amount === null ? '' : ` AND ${amountIs(term.amount, put)}`}`
    case 'amount':
      return `SELECT fp.id FROM payment fp WHERE ${own('fp')} AND ${amountIs(term.amount, put)}`
  }
}

function amountIs(amount: AmountTerm, put: PutValue): string {
  const kinds: string[] = []
  const inSet = (decimals: 0 | 3) =>
    `fp.currency IN (${currenciesWith(decimals)
      .map((code) => `'${code}'`)
      .join(', ')})`
  if (amount.minor[0] !== undefined) kinds.push(`(fp.amount = ${put(amount.minor[0].toString(), 'bigint')} AND ${inSet(0)})`)
  if (amount.minor[3] !== undefined) kinds.push(`(fp.amount = ${put(amount.minor[3].toString(), 'bigint')} AND ${inSet(3)})`)
  if (amount.minor[2] !== undefined) kinds.push(`(fp.amount = ${put(amount.minor[2].toString(), 'bigint')} AND NOT ${inSet(0)} AND NOT ${inSet(3)})`)
  return `(${kinds.join(' OR ')})${amount.currency === null ? '' : ` AND fp.currency = ${put(amount.currency, 'text')}`}`
}

type StripeKind = Extract<SearchTerm, { by: 'stripe_id' }>['kind']

/** A Stripe id is unique per connection: ask each connection of the tenant. */
function ofStripeId(kind: StripeKind, from: string, where: string, id: string): string {
  const at = (table: string, column: string) => `JOIN ${table} fx ON fx.tenant_id = fk.tenant_id AND fx.connection_id = fk.id AND fx.${column} = ${id}`
  const child = (table: string) => `SELECT fx.payment_id ${from} ${at(table, 'stripe_id')} ${where}`
  switch (kind) {
    case 'payment_intent':
      return `SELECT fx.id ${from} ${at('payment', 'stripe_id')} ${where}`
    case 'charge':
      return `SELECT fx.id ${from} ${at('payment', 'stripe_id')} ${where} UNION ${child('charge')}`
    case 'refund':
      return child('refund')
    case 'dispute':
      return child('dispute')
    case 'checkout_session':
      return `SELECT fp.id ${from} ${at('checkout_attempt', 'session_id')} JOIN payment fp ON fp.tenant_id = fx.tenant_id AND fp.attempt_id = fx.id ${where}`
    case 'balance_transaction': {
      const source = (table: string) =>
        `SELECT fc.payment_id ${from} ${at('balance_transaction', 'stripe_id')} JOIN ${table} fc ON fc.tenant_id = fx.tenant_id AND fc.connection_id = fx.connection_id AND fc.stripe_id = fx.source_id ${where}`
      return ['charge', 'refund', 'dispute'].map(source).join(' UNION ')
    }
  }
}
