import type Stripe from 'stripe'
import { find, type Call } from '../call'
import { scopeOf } from '../events'
import { endpoint, type AnyEndpoint } from '../protocol/endpoint'
import { page, paging } from '../protocol/list'
import { currency, text, timeRange } from '../protocol/params'
import { balanceTransactionObject } from '../render'

interface Sums {
  available: number
  pending: number
}

/** Sums per currency: what is available by now, and what is not yet. */
function sums(call: Call): Map<string, Sums> {
  const now = call.world.clock.now()
  const result = new Map<string, Sums>([[call.account.default_currency, { available: 0, pending: 0 }]])
  for (const { row } of call.tables.balance_transaction.list('scope', scopeOf(call.account.id, call.livemode))) {
    const { currency: code, net, available_on } = row.object
    let sum = result.get(code)
    if (sum === undefined) result.set(code, (sum = { available: 0, pending: 0 }))
    if (available_on <= now) sum.available += net
    else sum.pending += net
  }
  return result
}

export const balanceEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'GET',
    path: '/v1/balance',
    permission: 'balance_read',
    spec: {},
    run: (call) => {
      const all = [...sums(call)]
      return {
        object: 'balance',
        available: all.map(([code, sum]) => ({ amount: sum.available, currency: code, source_types: { card: sum.available } })),
        livemode: call.livemode,
        pending: all.map(([code, sum]) => ({ amount: sum.pending, currency: code, source_types: { card: sum.pending } })),
        refund_and_dispute_prefunding: { available: [], pending: [] },
      } satisfies Stripe.Balance
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/balance_transactions',
    permission: 'balance_read',
    spec: { ...paging, created: timeRange, currency, payout: text(), source: text(), type: text() },
    run: (call, params) =>
      page(call, {
        table: call.tables.balance_transaction,
        noun: 'balance_transaction',
        url: '/v1/balance_transactions',
        paging: params,
        created: params.created,
        ...(params.source !== undefined
          ? { index: { name: 'source', key: params.source } }
          : params.payout !== undefined
            ? { index: { name: 'payout', key: params.payout } }
            : params.type !== undefined
              ? { index: { name: 'type', key: `${scopeOf(call.account.id, call.livemode)}:${params.type}` } }
              : {}),
        where: (row) =>
          (params.currency === undefined || row.object.currency === params.currency) &&
          (params.type === undefined || row.object.type === params.type) &&
          (params.payout === undefined || row.payout === params.payout),
        render: (row) => balanceTransactionObject(call, row),
      }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/balance_transactions/:id',
    permission: 'balance_read',
    spec: {},
    run: (call, _params, id) => balanceTransactionObject(call, find(call, call.tables.balance_transaction, 'balance_transaction', id)),
  }),
]
