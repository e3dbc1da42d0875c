import { emit, find } from '../call'
import { endpoint, type AnyEndpoint } from '../protocol/endpoint'
import { invalidParam, refused } from '../protocol/errors'
import { page, paging } from '../protocol/list'
import { applyMetadata, ignored, integer, metadata, oneOf, text, timeRange } from '../protocol/params'
import { createRefund } from './refund'

/** Refunds need the `charge` permission of a restricted key. */
export const refundEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'POST',
    path: '/v1/refunds',
    permission: 'charge_write',
    spec: {
      amount: integer(1),
      charge: text(),
      payment_intent: text(),
      reason: oneOf(['duplicate', 'fraudulent', 'requested_by_customer']),
      metadata,
      instructions_email: ignored,
      refund_application_fee: ignored,
      reverse_transfer: ignored,
    },
    run: (call, params) => {
      if (params.charge !== undefined && params.payment_intent !== undefined) {
        throw invalidParam('charge', 'You may only specify one of these parameters: charge, payment_intent.')
      }
      return createRefund(call, {
        amount: params.amount,
        charge: params.charge,
        payment_intent: params.payment_intent,
        reason: params.reason,
        metadata: applyMetadata({}, params.metadata),
      }).object
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/refunds',
    permission: 'charge_read',
    spec: { ...paging, charge: text(), payment_intent: text(), created: timeRange },
    run: (call, params) =>
      page(call, {
        table: call.tables.refund,
        noun: 'refund',
        url: '/v1/refunds',
        paging: params,
        created: params.created,
        ...(params.charge !== undefined
          ? { index: { name: 'charge', key: params.charge } }
          : params.payment_intent !== undefined
            ? { index: { name: 'payment_intent', key: params.payment_intent } }
            : {}),
        render: (row) => row.object,
      }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/refunds/:id',
    permission: 'charge_read',
    spec: {},
    run: (call, _params, id) => find(call, call.tables.refund, 'refund', id).object,
  }),
  endpoint({
    method: 'POST',
    path: '/v1/refunds/:id',
    permission: 'charge_write',
    spec: { metadata },
    run: (call, params, id) => {
      const row = find(call, call.tables.refund, 'refund', id)
      const before = row.object.metadata ?? {}
      const updated = call.tables.refund.put({ ...row, object: { ...row.object, metadata: applyMetadata(before, params.metadata) } })
      if (params.metadata !== undefined) emit(call, 'refund.updated', updated.object, { metadata: before })
      return updated.object
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/refunds/:id/cancel',
    permission: 'charge_write',
    spec: {},
    run: (call, _params, id) => {
      const row = find(call, call.tables.refund, 'refund', id)
      throw refused(
        `You cannot cancel this refund because it has a status of ${row.object.status ?? 'unknown'}. Only a refund with status requires_action may be canceled.`,
      )
    },
  }),
]
