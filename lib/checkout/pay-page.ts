import { config } from '@/lib/config/config'
import { withTenant } from '@/lib/db/tenant'
import type { Mode } from '@/lib/kernel/mode'
import { payOutcome, type PayOutcome } from './core/pay-outcome'
import { payLinkUnknown } from './errors'
import { payerOf } from './pay-link'
import { selectPayRows } from './store/pay-view'
import { browserSessionOf, type BrowserSession } from './view'

/** What `/pay/<token>` shows. Amounts are minor units as decimal text. `lines` null when the order has changed since, or has none. */
export type PayPage = {
  outcome: PayOutcome
  store_name: string
  /** Where the store sees its customers; null when it did not say. */
  store_url: string | null
  order_number: string
  amount: string
  currency: string
  lines: { kind: string; name: string; quantity: string; total: string }[] | null
  /** Only while it can be paid. */
  session: (BrowserSession & { id: string }) | null
  payment_method_type: string | null
  mode: Mode
  /** Where Stripe's script comes from in sandbox mode; null means from Stripe. */
  script_url: string | null
}

/**
 * The payer's page, from stored rows alone.
 * @throws Fault `pay_link_unknown`
 */
export async function readPayPage(token: string): Promise<PayPage> {
  const { scope, attempt_id } = await payerOf(token)
  const rows = await withTenant(scope, (tx) => selectPayRows(tx, scope, attempt_id))
  if (rows === null) throw payLinkUnknown()
  const { attempt, order, store, payment, connection } = rows
  const outcome = payOutcome(attempt, order)
  const session = outcome === 'open' ? browserSessionOf(attempt, connection) : null
  const sum = order.lines.reduce((total, line) => total + (line.total ?? 0n), 0n)
  const isSame =
    order.revision === attempt.order_revision && order.lines.length > 0 && sum === attempt.amount && order.lines.every((line) => line.total !== null)
  const { sandboxUrl } = config()
  return {
    outcome,
    store_name: store.name,
    store_url: attempt.return_url,
    order_number: order.display_number,
    amount: attempt.amount.toString(),
    currency: attempt.currency,
    lines: isSame ? order.lines.map((line) => ({ ...line, total: (line.total ?? 0n).toString() })) : null,
    session: session && attempt.session_id !== null ? { ...session, id: attempt.session_id } : null,
    payment_method_type: payment?.payment_method_type ?? null,
    mode: attempt.mode,
    script_url: sandboxUrl === null ? null : `${sandboxUrl}/stripe.js`,
  }
}
