import type Stripe from 'stripe'
import { newId } from '../core/ids'
import { emit, find, ownedBy, type Call } from './call'
import { scopeOf } from './events'
import { endpoint, type AnyEndpoint } from './protocol/endpoint'
import { page, paging } from './protocol/list'
import { address, applyMetadata, clearable, ignored, metadata, text, timeRange, type Spec } from './protocol/params'
import type { CustomerRow } from './tables'

export interface CustomerFields {
  readonly email?: string | null
  readonly name?: string | null
  readonly phone?: string | null
  readonly description?: string | null
  readonly address?: Stripe.Address | null
  readonly metadata?: Record<string, string>
}

/** Creates and announces a customer. */
export function newCustomer(call: Call, fields: CustomerFields): Stripe.Customer {
  const object = {
    id: newId('cus', 14),
    object: 'customer',
    address: fields.address ?? null,
    balance: 0,
    created: call.world.clock.now(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: fields.description ?? null,
    discount: null,
    email: fields.email ?? null,
    invoice_prefix: newId('p', 8).slice(2).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: call.livemode,
    metadata: fields.metadata ?? {},
    name: fields.name ?? null,
    next_invoice_sequence: 1,
    phone: fields.phone ?? null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  } satisfies Stripe.Customer
  call.tables.customer.put({ ...ownedBy(call, object), deleted: false })
  emit(call, 'customer.created', object)
  return object
}

const fields = {
  address: clearable(address),
  description: clearable(text()),
  email: clearable(text(512)),
  metadata,
  name: clearable(text(256)),
  phone: clearable(text()),
  shipping: ignored,
  invoice_settings: ignored,
  preferred_locales: ignored,
  tax_exempt: ignored,
} satisfies Spec

function deletedBody(row: CustomerRow): Stripe.DeletedCustomer {
  return { id: row.id, object: 'customer', deleted: true }
}

export const customerEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'POST',
    path: '/v1/customers',
    permission: 'customer_write',
    spec: fields,
    run: (call, params) => newCustomer(call, { ...params, metadata: applyMetadata({}, params.metadata) }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/customers',
    permission: 'customer_read',
    spec: { ...paging, created: timeRange, email: text() },
    run: (call, params) =>
      page(call, {
        table: call.tables.customer,
        noun: 'customer',
        url: '/v1/customers',
        paging: params,
        created: params.created,
        ...(params.email === undefined ? {} : { index: { name: 'email', key: `${scopeOf(call.account.id, call.livemode)}:${params.email}` } }),
        where: (row) => !row.deleted,
        render: (row) => row.object,
      }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/customers/:id',
    permission: 'customer_read',
    spec: {},
    run: (call, _params, id) => {
      const row = find(call, call.tables.customer, 'customer', id)
      return row.deleted ? deletedBody(row) : row.object
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/customers/:id',
    permission: 'customer_write',
    spec: fields,
    run: (call, params, id) => {
      const row = find(call, call.tables.customer, 'customer', id)
      const previous: Record<string, unknown> = {}
      const change: Partial<Stripe.Customer> = {}
      for (const name of ['address', 'description', 'email', 'name', 'phone'] as const) {
        const value = params[name]
        if (value === undefined || JSON.stringify(value) === JSON.stringify(row.object[name])) continue
        previous[name] = row.object[name]
        Object.assign(change, { [name]: value })
      }
      if (params.metadata !== undefined) {
        previous['metadata'] = row.object.metadata
        change.metadata = applyMetadata(row.object.metadata, params.metadata)
      }
      const updated = call.tables.customer.put({ ...row, object: { ...row.object, ...change } })
      if (Object.keys(previous).length > 0) emit(call, 'customer.updated', updated.object, previous)
      return updated.object
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/customers/:id',
    permission: 'customer_write',
    spec: {},
    run: (call, _params, id) => {
      const row = call.tables.customer.put({ ...find(call, call.tables.customer, 'customer', id), deleted: true })
      emit(call, 'customer.deleted', row.object)
      return deletedBody(row)
    },
  }),
]
