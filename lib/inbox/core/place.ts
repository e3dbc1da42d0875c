import type { Mode } from '@/lib/kernel/mode'
import type { InboxRow, Outcome } from './event'

export type AccountOwner = { account_id: string; mode: Mode; tenant_id: string; connection_id: string }
export type EndpointKind = { id: string; kind: 'account' | 'connect'; mode: Mode; account_id: string | null }

/** Is this endpoint meant for that account and mode at all? A live Connect endpoint is for test events too. */
export function isMeantFor(endpoint: Pick<EndpointKind, 'kind' | 'mode' | 'account_id'>, row: Pick<InboxRow, 'account_id' | 'mode'>): boolean {
  if (endpoint.kind === 'account') return row.account_id === endpoint.account_id && row.mode === endpoint.mode
  return row.mode === endpoint.mode || endpoint.mode === 'live'
}

/**
 * Whose is a delivery? Only the endpoint (by its secret) and the signed account and livemode say so; metadata never.
 * An own account's endpoint takes that account in its mode alone. A live Connect endpoint also receives test events of
 * connected accounts (docs.stripe.com/connect/webhooks): they go to that account's test connection, else are ignored.
 */
export function placeOf(
  row: Pick<InboxRow, 'account_id' | 'mode'>,
  endpoint: EndpointKind | null,
  owners: AccountOwner[],
): { tenant_id: string; connection_id: string; outcome?: undefined } | { outcome: Outcome } {
  if (!endpoint) return { outcome: { state: 'quarantined', reason: 'endpoint_unknown' } }
  const owner = owners.find((candidate) => candidate.account_id === row.account_id && candidate.mode === row.mode)
  if (endpoint.kind === 'account') {
    if (!isMeantFor(endpoint, row)) return { outcome: { state: 'quarantined', reason: 'misrouted' } }
    return owner ?? { outcome: { state: 'quarantined', reason: 'unknown_account' } }
  }
  if (owner && (row.mode === endpoint.mode || row.mode === 'test')) return owner
  if (row.mode !== endpoint.mode)
    return endpoint.mode === 'live' ? { outcome: { state: 'ignored', reason: 'other_mode' } } : { outcome: { state: 'quarantined', reason: 'misrouted' } }
  if (row.account_id === 'platform') return { outcome: { state: 'ignored', reason: 'platform_account' } }
  return { outcome: { state: 'quarantined', reason: 'unknown_account' } }
}
