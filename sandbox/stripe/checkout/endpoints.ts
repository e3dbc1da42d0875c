import { find } from '../call'
import { scopeOf } from '../events'
import { endpoint, type AnyEndpoint } from '../protocol/endpoint'
import { invalidParam, missing, refused } from '../protocol/errors'
import { page, paging } from '../protocol/list'
import { applyMetadata, ignored, metadata, oneOf, shape, text, timeRange } from '../protocol/params'
import { changeSession } from './complete'
import { createSession } from './create'
import { expireSession } from './expire'
import { createSpec } from './params'

export const sessionEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'POST',
    path: '/v1/checkout/sessions',
    permission: 'checkout_session_write',
    spec: { ...createSpec, payment_method_types: ignored },
    run: (call, params) => {
      if (params.payment_method_types !== undefined) {
        throw invalidParam(
          'payment_method_types',
          'The `payment_method_types` parameter is no longer supported. Use `allowed_payment_method_types` or `excluded_payment_method_types` instead.',
          'payment_method_types_no_longer_supported',
        )
      }
      return createSession(call, params).object
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/checkout/sessions',
    permission: 'checkout_session_read',
    spec: {
      ...paging,
      created: timeRange,
      customer: text(),
      customer_account: text(),
      customer_details: shape({ email: text() }),
      payment_intent: text(),
      payment_link: text(),
      status: oneOf(['complete', 'expired', 'open']),
      subscription: text(),
    },
    run: (call, params) =>
      page(call, {
        table: call.tables.session,
        noun: 'checkout.session',
        url: '/v1/checkout/sessions',
        paging: params,
        created: params.created,
        ...(params.payment_intent !== undefined
          ? { index: { name: 'payment_intent', key: params.payment_intent } }
          : params.customer !== undefined
            ? { index: { name: 'customer', key: params.customer } }
            : params.status !== undefined
              ? { index: { name: 'status', key: `${scopeOf(call.account.id, call.livemode)}:${params.status}` } }
              : {}),
        where: (row) =>
          (params.status === undefined || row.object.status === params.status) &&
          (params.customer === undefined || row.object.customer === params.customer) &&
          (params.customer_details?.email === undefined || row.object.customer_details?.email === params.customer_details.email) &&
          params.customer_account === undefined &&
          params.payment_link === undefined &&
          params.subscription === undefined,
        render: (row) => row.object,
      }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/checkout/sessions/:id',
    permission: 'checkout_session_read',
    spec: {},
    run: (call, _params, id) => find(call, call.tables.session, 'checkout.session', id).object,
  }),
  endpoint({
    method: 'POST',
    path: '/v1/checkout/sessions/:id',
    permission: 'checkout_session_write',
    spec: { metadata },
    run: (call, params, id) => {
      const row = find(call, call.tables.session, 'checkout.session', id)
      return changeSession(call, row, { metadata: applyMetadata(row.object.metadata ?? {}, params.metadata) }).object
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/checkout/sessions/:id/expire',
    permission: 'checkout_session_write',
    spec: {},
    run: (call, _params, id) => {
      const row = find(call, call.tables.session, 'checkout.session', id)
      if (row.object.status !== 'open') {
        throw refused(
          `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${row.object.status ?? 'unknown'}.`,
        )
      }
      return expireSession(call, row).object
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/checkout/sessions/:id/line_items',
    permission: 'checkout_session_read',
    spec: paging,
    run: (call, params, id) => {
      const items = find(call, call.tables.session, 'checkout.session', id).line_items
      // Lines are listed in the order they were given.
      const position = (cursor: string, param: string) => {
        const at = items.findIndex((item) => item.id === cursor)
        if (at < 0) throw missing('item', cursor, param)
        return at
      }
      const limit = params.limit ?? 10
      const url = `/v1/checkout/sessions/${id}/line_items`
      if (params.ending_before !== undefined) {
        const end = position(params.ending_before, 'ending_before')
        return { object: 'list', data: items.slice(Math.max(0, end - limit), end), has_more: end > limit, url }
      }
      const start = params.starting_after === undefined ? 0 : position(params.starting_after, 'starting_after') + 1
      return { object: 'list', data: items.slice(start, start + limit), has_more: items.length > start + limit, url }
    },
  }),
]
