import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { readCursor, writeCursor, type PageAsk, type PageLinks } from './core/page-cursor'
import { noFilter, type PaymentFilter } from './core/payment-filter'
import { readSearch } from './core/search-terms'
import { conditionsOf, shownStatus, shownWord, type PutValue } from './store/conditions'
import { findMoneyNow, type MoneyNowRow } from './store/money-now'
import { findPaymentHead, findPaymentParts, type PaymentHead, type PaymentParts } from './store/payment-file'
import { findChoices, findPaymentPage, type PaymentLineRow } from './store/payment-pages'

export type { MoneyNowRow } from './store/money-now'
export type { ChargeLine, ExceptionLine, LedgerLine, PaymentHead, PaymentParts, TransitionLine } from './store/payment-file'
export type { PaymentLineRow } from './store/payment-pages'
export type { PutValue } from './store/conditions'

/** A page of payments with the cursors of its neighbours. */
export type PaymentPage = { rows: PaymentLineRow[] } & PageLinks

const pageSize = 50

/**
 * Payments of the scope's tenant and mode, newest first (or oldest first), 50 a page by keyset on (created_at, id):
 * what arrives meanwhile moves nothing. A page towards newer that is not full is the first page. A cursor that we never
 * made is the first page too, so that an old link still opens.
 * @param zone IANA zone in which the filter's days are meant
 */
export async function listPayments(
  scope: Scope,
  ask: { filter?: PaymentFilter; zone: string; oldestFirst?: boolean; size?: number } & PageAsk,
): Promise<PaymentPage> {
  const { filter = noFilter, zone, oldestFirst = false, size = pageSize } = ask
  const newer = ask.newer ? readCursor(ask.newer) : null
  const older = ask.older ? readCursor(ask.older) : null
  return withTenant(scope, async (tx) => {
    const read = (towards: 'older' | 'newer', from: typeof older) =>
      findPaymentPage(onTenant(tx), scope, filter, zone, { towards, from, limit: size + 1, oldestFirst })
    if (newer !== null) {
      const rows = await read('newer', newer)
      if (rows.length > size) return linked(rows.slice(0, size).reverse(), { newer: true, older: true })
    }
    const from = newer === null ? older : null
    const rows = await read('older', from)
    return linked(rows.slice(0, size), { newer: from !== null, older: rows.length > size })
  })
}

function linked(rows: PaymentLineRow[], has: { newer: boolean; older: boolean }): PaymentPage {
  const [first, last] = [rows[0], rows.at(-1)]
  const at = (row: PaymentLineRow) => writeCursor({ at: row.created_at, id: row.id })
  return { rows, newer: has.newer && first ? at(first) : null, older: has.older && last ? at(last) : null }
}

/** The methods and currencies that payments of this tenant and mode have, for the choices of a filter. */
export async function paymentChoices(scope: Scope): Promise<{ methods: string[]; currencies: string[] }> {
  return withTenant(scope, (tx) => findChoices(onTenant(tx), scope))
}

/** The newest payments that a search finds; few, for a palette. */
export async function searchPayments(scope: Scope, text: string, limit = 8): Promise<PaymentLineRow[]> {
  const search = readSearch(text)
  if (search.length === 0) return []
  return (await listPayments(scope, { filter: { ...noFilter, search }, zone: 'UTC', size: limit })).rows
}

/** One payment as its line says, with its hops and their evidence, its attempt and its connection; null when there is none in this mode. */
export async function paymentHead(scope: Scope, id: string): Promise<PaymentHead | null> {
  return withTenant(scope, (tx) => findPaymentHead(onTenant(tx), scope, id))
}

/** Charges, refunds, disputes, balance transactions, transitions and open exceptions of a payment, each oldest first. */
export async function paymentParts(scope: Scope, head: Pick<PaymentHead, 'id' | 'connection_id'>): Promise<PaymentParts> {
  return withTenant(scope, (tx) => findPaymentParts(onTenant(tx), scope, head))
}

/** What the first screen adds up, per figure and currency; `now` is business time, the day is that of `zone`. */
export async function moneyNow(scope: Scope, zone: string, now: Date): Promise<MoneyNowRow[]> {
  return withTenant(scope, (tx) => findMoneyNow(onTenant(tx), scope, zone, now))
}

/**
 * The same filter for a statement of another slice that lists payments (`payment p` LEFT JOIN `reconciliation r`), and
 * how it says a payment's status and word: so that a file holds what the screen shows.
 */
export function paymentConditions(scope: Scope, filter: PaymentFilter, zone: string, put: PutValue): { where: string; status: string; word: string } {
  return { where: conditionsOf(scope, filter, zone, put).join(' AND '), status: shownStatus, word: shownWord }
}
