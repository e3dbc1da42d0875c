import { publicId } from '@/lib/kernel/public-id'
import type { AttemptFacts, Facts } from './facts'

export type Attribution =
  | { kind: 'proven'; attempt: AttemptFacts; evidence: Record<string, unknown> }
  | { kind: 'inferred'; attempt: AttemptFacts; evidence: Record<string, unknown> }
  | { kind: 'withheld'; reason: 'unknown_attempt' | 'other_connection' | 'other_payment' | 'labels_disagree'; evidence: Record<string, unknown> }
  | { kind: 'none' }

/**
 * Whose payment is it? Tenant and mode are already settled by the credential it came through; this asks which attempt
 * of ours it answers. Proven: the session that Stripe created for the attempt names this PaymentIntent. Inferred: so
 * far only the label on the payment says so. Withheld: a label names something of ours that disagrees; the money is
 * booked as foreign and a person is asked. No label: foreign, and that is fine.
 */
export function attribute({ payment, attempt }: Pick<Facts, 'payment' | 'attempt'>): Attribution {
  const labels = { mb_attempt: payment.metadata.mb_attempt, mb_store: payment.metadata.mb_store, mb_order: payment.metadata.mb_order }
  const labelled = labels.mb_attempt !== undefined || labels.mb_store !== undefined
  if (attempt === null) return labelled ? { kind: 'withheld', reason: 'unknown_attempt', evidence: { labels } } : { kind: 'none' }

  const evidence = { attempt: publicId('attempt', attempt.id), session: attempt.session_id, payment_intent: payment.stripe_id, labels }
  if (attempt.connection_id !== payment.connection_id || attempt.mode !== payment.mode) return { kind: 'withheld', reason: 'other_connection', evidence }
  if (attempt.payment_intent_id !== null && attempt.payment_intent_id !== payment.stripe_id) return { kind: 'withheld', reason: 'other_payment', evidence }
  const expected = { mb_attempt: publicId('attempt', attempt.id), mb_store: publicId('store', attempt.store_id) }
  const disagree =
    (labels.mb_attempt !== undefined && labels.mb_attempt !== expected.mb_attempt) || (labels.mb_store !== undefined && labels.mb_store !== expected.mb_store)
  if (disagree) return { kind: 'withheld', reason: 'labels_disagree', evidence: { ...evidence, expected } }
  return { kind: attempt.payment_intent_id === payment.stripe_id ? 'proven' : 'inferred', attempt, evidence }
}
