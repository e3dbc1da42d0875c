import { onTenant } from '@/lib/db/executor'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { byTime, readPage, type Page, type PageAsk } from '@/lib/kernel/page'
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

const places = byTime<PaymentLineRow>((row) => row.created_at)

/**
 * Payments of the scope's tenant and mode, newest first (or oldest first), a page.
 * @param ask.zone IANA zone in which the filter's days are meant
 */
export async function listPayments(
  scope: Scope,
  ask: { filter?: PaymentFilter; zone: string; oldestFirst?: boolean } & PageAsk,
): Promise<Page<PaymentLineRow>> {
  const { filter = noFilter, zone, oldestFirst = false } = ask
  return withTenant(scope, (tx) => readPage(ask, places, (part) => findPaymentPage(onTenant(tx), scope, filter, zone, { ...part, oldestFirst })))
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
