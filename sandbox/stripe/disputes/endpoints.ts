import type Stripe from 'stripe'
import { emit, find, type Call } from '../call'
import { endpoint, type AnyEndpoint } from '../protocol/endpoint'
import { refused } from '../protocol/errors'
import { page, paging } from '../protocol/list'
import { applyMetadata, clearable, flag, ignored, metadata, oneOf, shape, text, timeRange } from '../protocol/params'
import type { DisputeRow } from '../tables'
import { DISPUTE_DECISION, escalate, isOpen, resolveDispute, type DisputeStep } from './dispute'

const written = clearable(text(150_000))
const evidence = shape({
  access_activity_log: written,
  appeal: ignored,
  billing_address: written,
  cancellation_policy: written,
  cancellation_policy_disclosure: written,
  cancellation_rebuttal: written,
  customer_communication: written,
  customer_email_address: written,
  customer_name: written,
  customer_purchase_ip: written,
  customer_signature: written,
  duplicate_charge_documentation: written,
  duplicate_charge_explanation: written,
  duplicate_charge_id: written,
  enhanced_evidence: ignored,
  product_description: written,
  receipt: written,
  refund_policy: written,
  refund_policy_disclosure: written,
  refund_refusal_explanation: written,
  service_date: written,
  service_documentation: written,
  shipping_address: written,
  shipping_carrier: written,
  shipping_date: written,
  shipping_documentation: written,
  shipping_tracking_number: written,
  uncategorized_file: written,
  uncategorized_text: written,
})

/** Submits evidence. The magic texts of docs.stripe.com/testing#disputes decide at once; other evidence is reviewed until someone decides. */
function submit(call: Call, row: DisputeRow): DisputeRow {
  const inquiry = row.object.status === 'warning_needs_response'
  const status = inquiry ? 'warning_under_review' : 'under_review'
  const updated = call.tables.dispute.put({
    ...row,
    object: {
      ...row.object,
      status,
      evidence_details: {
        ...row.object.evidence_details,
        has_evidence: true,
        submission_count: row.object.evidence_details.submission_count + 1,
        submission_method: 'manual',
      },
    },
  })
  emit(call, 'charge.dispute.updated', updated.object, { status: row.object.status, evidence_details: row.object.evidence_details, evidence: {} })
  const magic = row.object.evidence.uncategorized_text
  const step = (outcome: 'won' | 'lost'): DisputeStep => ({ account: row.account, livemode: row.livemode, dispute: row.id, outcome })
  const now = call.world.clock.nowMs() / 1000
  if (magic === 'winning_evidence') call.world.clock.schedule(now, DISPUTE_DECISION, step('won'))
  else if (magic === 'losing_evidence') call.world.clock.schedule(now, DISPUTE_DECISION, step('lost'))
  else if (magic === 'escalate_inquiry_evidence' && inquiry) return escalate(call, updated)
  return updated
}

export const disputeEndpoints: AnyEndpoint[] = [
  endpoint({
    method: 'GET',
    path: '/v1/disputes',
    permission: 'dispute_read',
    spec: { ...paging, charge: text(), payment_intent: text(), created: timeRange },
    run: (call, params) =>
      page(call, {
        table: call.tables.dispute,
        noun: 'dispute',
        url: '/v1/disputes',
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
    path: '/v1/disputes/:id',
    permission: 'dispute_read',
    spec: {},
    run: (call, _params, id) => find(call, call.tables.dispute, 'dispute', id).object,
  }),
  endpoint({
    method: 'POST',
    path: '/v1/disputes/:id',
    permission: 'dispute_write',
    spec: { evidence, metadata, submit: flag, intended_submission_method: oneOf(['manual', 'prefer_manual', 'prefer_smart_disputes', 'smart_disputes']) },
    run: (call, params, id) => {
      const row = find(call, call.tables.dispute, 'dispute', id)
      const { appeal: _appeal, enhanced_evidence: _enhanced, ...texts } = params.evidence ?? {}
      const gives = params.evidence !== undefined
      if (gives && !isOpen(row)) throw refused(`This dispute is already closed.`, { param: 'evidence' })
      if (gives && row.object.evidence_details.submission_count > 0)
        throw refused('Evidence has already been submitted for this dispute.', { param: 'evidence' })
      const merged: Stripe.Dispute.Evidence = { ...row.object.evidence, ...texts }
      const updated = call.tables.dispute.put({
        ...row,
        object: {
          ...row.object,
          evidence: merged,
          evidence_details: gives ? { ...row.object.evidence_details, has_evidence: true } : row.object.evidence_details,
          metadata: applyMetadata(row.object.metadata, params.metadata),
          intended_submission_method: params.intended_submission_method ?? row.object.intended_submission_method,
        },
      })
      // Evidence is sent to the bank unless the caller says `submit: false`.
      if (params.submit === true || (gives && params.submit !== false)) return submit(call, updated).object
      emit(call, 'charge.dispute.updated', updated.object, {
        ...(gives ? { evidence: {} } : {}),
        ...(params.metadata === undefined ? {} : { metadata: row.object.metadata }),
      })
      return updated.object
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/disputes/:id/close',
    permission: 'dispute_write',
    spec: {},
    run: (call, _params, id) => {
      const row = find(call, call.tables.dispute, 'dispute', id)
      if (row.object.status !== 'needs_response' && row.object.status !== 'warning_needs_response') throw refused('This dispute is already closed.')
      return resolveDispute(call, id, row.object.status === 'warning_needs_response' ? 'won' : 'lost').object
    },
  }),
]
