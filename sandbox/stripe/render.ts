import type Stripe from 'stripe'
import type { Call } from './call'
import { visible } from './call'
import { page, type Page, type Paging } from './protocol/list'
import type { BalanceTransactionRow, Owned, WireLineItem } from './tables'

/** The API object of a balance transaction: `status` is pending until `available_on`. */
export function balanceTransactionObject(call: Call, row: BalanceTransactionRow): Stripe.BalanceTransaction {
  return { ...row.object, status: row.object.available_on <= call.world.clock.now() ? 'available' : 'pending' }
}

/** The object with that id if this call may see it, or null. */
export function objectById(call: Call, id: string): object | null {
  const { tables } = call
  const own = <R extends Owned<object>>(row: R | undefined) => (visible(call, row) ? row.object : null)
  switch (id.slice(0, id.indexOf('_'))) {
    case 'ch':
    case 'py':
      return own(tables.charge.get(id))
    case 'pi':
      return own(tables.payment_intent.get(id))
    case 'pm':
      return own(tables.payment_method.get(id))
    case 'cus':
      return own(tables.customer.get(id))
    case 're':
    case 'pyr':
      return own(tables.refund.get(id))
    case 'du':
    case 'dp':
      return own(tables.dispute.get(id))
    case 'prod':
      return own(tables.product.get(id))
    case 'cs':
      return own(tables.session.get(id))
    case 'txn': {
      const row = tables.balance_transaction.get(id)
      return visible(call, row) ? balanceTransactionObject(call, row) : null
    }
    default:
      return null
  }
}

const FIRST_TEN: Paging = { limit: 10, starting_after: undefined, ending_before: undefined }

/** charge.refunds when expanded: the newest ten. */
export function refundsOf(call: Call, chargeId: string): Page<Stripe.Refund> {
  return page(call, {
    table: call.tables.refund,
    noun: 'refund',
    url: `/v1/charges/${chargeId}/refunds`,
    paging: FIRST_TEN,
    index: { name: 'charge', key: chargeId },
    render: (row) => row.object,
  })
}

/** session.line_items when expanded: the first ten, in the order they were given. */
export function lineItemsOf(call: Call, sessionId: string): Page<WireLineItem> {
  const items = call.tables.session.get(sessionId)?.line_items ?? []
  return { object: 'list', data: items.slice(0, 10), has_more: items.length > 10, url: `/v1/checkout/sessions/${sessionId}/line_items` }
}
