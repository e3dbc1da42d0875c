import type Stripe from 'stripe'
import type { AccountRow } from './accounts'
import type { Call } from './call'
import { endpoint, type AnyEndpoint } from './protocol/endpoint'
import { ApiError, missing } from './protocol/errors'
import { paging } from './protocol/list'

function accountObject(account: AccountRow): Stripe.Account {
  return {
    id: account.id,
    object: 'account',
    business_profile: {
      annual_revenue: null,
      estimated_worker_count: null,
      mcc: null,
      minority_owned_business_designation: null,
      name: account.name,
      product_description: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: null,
    } as Stripe.Account.BusinessProfile,
    business_type: 'company',
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country: account.country,
    created: account.created,
    default_currency: account.default_currency,
    details_submitted: true,
    email: null,
    metadata: {},
    payouts_enabled: true,
    type: account.kind === 'connected' ? 'none' : 'standard',
  }
}

/** An account this call may look at: its own, or one connected to it. */
function readableAccount(call: Call, id: string): AccountRow {
  const account = call.world.accounts.get(id)
  if (account !== undefined && (account.id === call.account.id || account.platform === call.account.id)) return account
  if (account === undefined) throw missing('account', id)
  throw new ApiError(
    403,
    {
      type: 'invalid_request_error',
      code: 'account_invalid',
      message: `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
    },
    false,
  )
}

export const accountEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'GET',
    path: '/v1/account',
    permission: 'connected_account_read',
    spec: {},
    run: (call) => accountObject(call.account),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/accounts',
    permission: 'connected_account_read',
    spec: paging,
    run: (call, params) => {
      const connected = call.world.accounts
        .all()
        .filter((account) => account.platform === call.account.id)
        .reverse()
      const start = params.starting_after === undefined ? 0 : connected.findIndex((account) => account.id === params.starting_after) + 1
      const limit = params.limit ?? 10
      return { object: 'list', data: connected.slice(start, start + limit).map(accountObject), has_more: connected.length > start + limit, url: '/v1/accounts' }
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/accounts/:id',
    permission: 'connected_account_read',
    spec: {},
    run: (call, _params, id) => accountObject(readableAccount(call, id)),
  }),
]
