import { find } from '../call'
import { endpoint, type AnyEndpoint } from '../protocol/endpoint'
import { invalidParam } from '../protocol/errors'
import { page, paging } from '../protocol/list'
import { oneOf, text } from '../protocol/params'
import { createMethod, methodById } from './build'
import { methodSpec } from './params'

export const paymentMethodEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'POST',
    path: '/v1/payment_methods',
    permission: 'payment_method_write',
    publishable: true,
    spec: methodSpec,
    run: (call, params) => createMethod(call, params).object,
  }),
  endpoint({
    method: 'GET',
    path: '/v1/payment_methods',
    permission: 'payment_method_read',
    spec: { ...paging, customer: text(), customer_account: text(), allow_redisplay: text(), type: oneOf(['card', 'us_bank_account', 'sepa_debit']) },
    run: (call, params) =>
      page(call, {
        table: call.tables.payment_method,
        noun: 'PaymentMethod',
        url: '/v1/payment_methods',
        paging: params,
        ...(params.customer === undefined ? {} : { index: { name: 'customer', key: params.customer } }),
        where: (row) => params.type === undefined || row.object.type === params.type,
        render: (row) => row.object,
      }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/payment_methods/:id',
    permission: 'payment_method_read',
    spec: {},
    run: (call, _params, id) => find(call, call.tables.payment_method, 'PaymentMethod', id).object,
  }),
  endpoint({
    method: 'POST',
    path: '/v1/payment_methods/:id/attach',
    permission: 'payment_method_write',
    spec: { customer: text(), customer_account: text() },
    run: (call, params, id) => {
      if (params.customer === undefined) throw invalidParam('customer', 'Missing required param: customer.', 'parameter_missing')
      const customer = find(call, call.tables.customer, 'customer', params.customer, 'customer')
      const row = methodById(call, id, 'id')
      return call.tables.payment_method.put({ ...row, object: { ...row.object, customer: customer.id } }).object
    },
  }),
]
