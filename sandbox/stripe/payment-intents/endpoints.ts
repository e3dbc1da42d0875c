import type Stripe from 'stripe'
import { emit, find, type Call } from '../call'
import { createMethod, methodById } from '../payment-methods/build'
import { endpoint, type AnyEndpoint } from '../protocol/endpoint'
import { ApiError, invalidParam, refused } from '../protocol/errors'
import { page, paging } from '../protocol/list'
import { applyMetadata, oneOf, text, timeRange, type Read } from '../protocol/params'
import { idOf, type PaymentIntentRow } from '../tables'
import { attempt } from './attempt'
import { changeIntent, checkAmount, methodTypes, newPaymentIntent } from './build'
import { cancel, capture } from './close'
import { captureSpec, confirmSpec, createSpec, updateSpec } from './params'

function refuseMethodTypes(value: unknown): void {
  if (value === undefined) return
  throw invalidParam(
    'payment_method_types',
    'The `payment_method_types` parameter is no longer supported. Use `allowed_payment_method_types` or `excluded_payment_method_types` instead.',
    'payment_method_types_no_longer_supported',
  )
}

/** PaymentIntents of a Checkout Session belong to Checkout. */
function refuseSessionIntent(row: PaymentIntentRow, verb: string): void {
  if (row.session === null) return
  throw refused(`You cannot ${verb} a PaymentIntent that was created by a Checkout Session. To cancel it, expire the Checkout Session instead.`, {
    code: 'payment_intent_unexpected_state',
    payment_intent: row.object,
  })
}

const CONFIRMABLE = new Set<string>(['requires_payment_method', 'requires_confirmation', 'requires_action'])

function confirm(call: Call, row: PaymentIntentRow, params: Read<typeof confirmSpec>): PaymentIntentRow {
  refuseMethodTypes(params.payment_method_types)
  if (!CONFIRMABLE.has(row.object.status)) {
    throw refused(
      `You cannot confirm this PaymentIntent because it has already ${row.object.status === 'succeeded' ? 'succeeded after being previously confirmed' : `reached status ${row.object.status}`}.`,
      {
        code: 'payment_intent_unexpected_state',
        payment_intent: row.object,
      },
    )
  }
  const methodId = params.payment_method ?? idOf(row.object.payment_method)
  if (params.payment_method_data === undefined && methodId === null) {
    throw invalidParam(
      'payment_method',
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method.",
      'payment_intent_unexpected_state',
    )
  }
  const method = params.payment_method_data !== undefined ? createMethod(call, params.payment_method_data) : methodById(call, methodId ?? '', 'payment_method')
  const changed = changeIntent(call, row, {
    ...(params.capture_method === undefined ? {} : { capture_method: params.capture_method }),
    ...(params.receipt_email === undefined ? {} : { receipt_email: params.receipt_email }),
    ...(params.shipping === undefined ? {} : { shipping: shippingOf(params.shipping) }),
  })
  const tried = attempt(call, changed, method, {
    off_session: params.off_session !== undefined && params.off_session !== 'false',
    authenticated: false,
    return_url: params.return_url ?? null,
  })
  const error = tried.object.last_payment_error
  if (tried.object.status === 'requires_payment_method' && error !== null) {
    throw new ApiError(
      402,
      {
        type: 'card_error',
        message: error.message ?? 'Your card was declined.',
        ...(error.code === undefined ? {} : { code: error.code }),
        ...(error.decline_code === undefined ? {} : { decline_code: error.decline_code }),
        ...(error.advice_code === undefined ? {} : { advice_code: error.advice_code }),
        ...(error.charge === undefined ? {} : { charge: error.charge }),
        payment_intent: tried.object,
        payment_method: method.object,
      },
      true,
    )
  }
  return tried
}

function shippingOf(given: Read<typeof createSpec>['shipping']): Stripe.PaymentIntent.Shipping | null {
  if (given === undefined || given === null) return null
  const { address, name, phone, carrier, tracking_number } = given
  return { address, name, phone: phone ?? null, carrier: carrier ?? null, tracking_number: tracking_number ?? null }
}

export const paymentIntentEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'POST',
    path: '/v1/payment_intents',
    permission: 'payment_intent_write',
    spec: createSpec,
    run: (call, params) => {
      refuseMethodTypes(params.payment_method_types)
      checkAmount(params.amount, params.currency, 'amount')
      const allowed = params.allowed_payment_method_types ?? null
      const excluded = params.excluded_payment_method_types ?? null
      const customer = params.customer === undefined ? null : find(call, call.tables.customer, 'customer', params.customer, 'customer').id
      const intent = newPaymentIntent(call, {
        amount: params.amount,
        currency: params.currency,
        customer,
        session: null,
        payment_method_types: methodTypes(call, params.currency, allowed, excluded),
        allowed,
        excluded,
        shipping: shippingOf(params.shipping),
        metadata: applyMetadata({}, params.metadata),
        description: params.description ?? null,
        capture_method: params.capture_method ?? 'automatic_async',
        receipt_email: params.receipt_email ?? null,
        statement_descriptor: params.statement_descriptor ?? null,
        statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
        application_fee_amount: params.application_fee_amount ?? null,
        setup_future_usage: params.setup_future_usage ?? null,
        transfer_group: params.transfer_group ?? null,
      })
      const method = params.confirm !== true && params.payment_method !== undefined ? methodById(call, params.payment_method, 'payment_method') : null
      const ready = method === null ? intent : changeIntent(call, intent, { payment_method: method.id, status: 'requires_confirmation' })
      emit(call, 'payment_intent.created', ready.object)
      return params.confirm === true ? confirm(call, ready, params).object : ready.object
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/payment_intents',
    permission: 'payment_intent_read',
    spec: { ...paging, created: timeRange, customer: text(), customer_account: text() },
    run: (call, params) =>
      page(call, {
        table: call.tables.payment_intent,
        noun: 'payment_intent',
        url: '/v1/payment_intents',
        paging: params,
        created: params.created,
        ...(params.customer === undefined ? {} : { index: { name: 'customer', key: params.customer } }),
        where: () => params.customer_account === undefined,
        render: (row) => row.object,
      }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/payment_intents/:id',
    permission: 'payment_intent_read',
    spec: {},
    run: (call, _params, id) => find(call, call.tables.payment_intent, 'payment_intent', id).object,
  }),
  endpoint({
    method: 'POST',
    path: '/v1/payment_intents/:id',
    permission: 'payment_intent_write',
    spec: updateSpec,
    run: (call, params, id) => {
      refuseMethodTypes(params.payment_method_types)
      const row = find(call, call.tables.payment_intent, 'payment_intent', id)
      const open = CONFIRMABLE.has(row.object.status)
      if (!open && (params.amount !== undefined || params.currency !== undefined || params.payment_method !== undefined)) {
        throw refused(`This PaymentIntent's amount could not be updated because it has a status of ${row.object.status}.`, {
          code: 'payment_intent_unexpected_state',
          payment_intent: row.object,
        })
      }
      if (params.amount !== undefined) checkAmount(params.amount, params.currency ?? row.object.currency, 'amount')
      const method = params.payment_method === undefined ? null : methodById(call, params.payment_method, 'payment_method')
      return changeIntent(call, row, {
        ...(params.amount === undefined ? {} : { amount: params.amount }),
        ...(params.currency === undefined ? {} : { currency: params.currency }),
        ...(params.description === undefined ? {} : { description: params.description }),
        ...(params.metadata === undefined ? {} : { metadata: applyMetadata(row.object.metadata, params.metadata) }),
        ...(params.customer === undefined ? {} : { customer: find(call, call.tables.customer, 'customer', params.customer, 'customer').id }),
        ...(params.receipt_email === undefined ? {} : { receipt_email: params.receipt_email }),
        ...(params.shipping === undefined ? {} : { shipping: shippingOf(params.shipping) }),
        ...(method === null ? {} : { payment_method: method.id, status: 'requires_confirmation', last_payment_error: null }),
      }).object
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/payment_intents/:id/confirm',
    permission: 'payment_intent_write',
    spec: confirmSpec,
    run: (call, params, id) => {
      const row = find(call, call.tables.payment_intent, 'payment_intent', id)
      refuseSessionIntent(row, 'confirm')
      return confirm(call, row, params).object
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/payment_intents/:id/capture',
    permission: 'payment_intent_write',
    spec: captureSpec,
    run: (call, params, id) => {
      const row = find(call, call.tables.payment_intent, 'payment_intent', id)
      const noted = params.metadata === undefined ? row : changeIntent(call, row, { metadata: applyMetadata(row.object.metadata, params.metadata) })
      return capture(call, noted, params.amount_to_capture, params.final_capture !== false).object
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    permission: 'payment_intent_write',
    spec: { cancellation_reason: oneOf(['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']) },
    run: (call, params, id) => {
      const row = find(call, call.tables.payment_intent, 'payment_intent', id)
      if (row.object.status !== 'requires_capture') refuseSessionIntent(row, 'cancel')
      return cancel(call, row, params.cancellation_reason ?? null).object
    },
  }),
]
