import { emit, find } from '../call'
import { endpoint, type AnyEndpoint } from '../protocol/endpoint'
import { page, paging } from '../protocol/list'
import { applyMetadata, clearable, ignored, metadata, text, timeRange } from '../protocol/params'

export const chargeEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'GET',
    path: '/v1/charges',
    permission: 'charge_read',
    spec: { ...paging, created: timeRange, customer: text(), payment_intent: text(), transfer_group: text() },
    run: (call, params) =>
      page(call, {
        table: call.tables.charge,
        noun: 'charge',
        url: '/v1/charges',
        paging: params,
        created: params.created,
        ...(params.payment_intent !== undefined
          ? { index: { name: 'payment_intent', key: params.payment_intent } }
          : params.customer !== undefined
            ? { index: { name: 'customer', key: params.customer } }
            : {}),
        where: (row) =>
          (params.customer === undefined || row.object.customer === params.customer) &&
          (params.transfer_group === undefined || row.object.transfer_group === params.transfer_group),
        render: (row) => row.object,
      }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/charges/:id',
    permission: 'charge_read',
    spec: {},
    run: (call, _params, id) => find(call, call.tables.charge, 'charge', id).object,
  }),
  endpoint({
    method: 'POST',
    path: '/v1/charges/:id',
    permission: 'charge_write',
    spec: {
      customer: ignored,
      description: clearable(text()),
      fraud_details: ignored,
      metadata,
      receipt_email: clearable(text()),
      shipping: ignored,
      transfer_group: ignored,
    },
    run: (call, params, id) => {
      const row = find(call, call.tables.charge, 'charge', id)
      const { description, metadata: labels, receipt_email } = row.object
      const updated = call.tables.charge.put({
        ...row,
        object: {
          ...row.object,
          description: params.description === undefined ? description : params.description,
          metadata: applyMetadata(labels, params.metadata),
          receipt_email: params.receipt_email === undefined ? receipt_email : params.receipt_email,
        },
      })
      emit(call, 'charge.updated', updated.object, {
        ...(params.description === undefined ? {} : { description }),
        ...(params.metadata === undefined ? {} : { metadata: labels }),
        ...(params.receipt_email === undefined ? {} : { receipt_email }),
      })
      return updated.object
    },
  }),
]
