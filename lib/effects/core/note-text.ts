import { formatMinor } from '@/lib/money/core/decimal'
import type { NotePayload } from './payload'

/** What the shop keeper reads. */
export function noteText(payload: NotePayload): string {
  if ('text' in payload) return payload.text
  const amount = formatMinor(payload.amount, payload.currency)
  const word = payload.status.replaceAll('_', ' ')
  if (payload.note === 'refund') {
    if (payload.status === 'succeeded') return `Matchbook: ${amount} were refunded at Stripe (${payload.reference}).`
    if (payload.status === 'failed')
      return `Matchbook: the refund of ${amount} failed at Stripe${payload.failure_reason ? ` (${payload.failure_reason.replaceAll('_', ' ')})` : ''}; the money is still here (${payload.reference}).`
    return `Matchbook: the refund of ${amount} is ${word} at Stripe (${payload.reference}).`
  }
  return `Matchbook: the customer's bank disputes ${amount}${payload.reason ? ` (${payload.reason.replaceAll('_', ' ')})` : ''}; status of the dispute: ${word} (${payload.reference}).`
}
