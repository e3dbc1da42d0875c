import { isMode, type Mode } from '@/lib/kernel/mode'

/** What the worker says on the channel of changes: a hint that rows of these kinds differ from before. Ids are ours. */
export type Change = { tenant_id: string; mode: Mode; kind: 'payment' | 'order'; ids: string[] }

/** More ids than this are not worth naming: the page is read anew either way. */
const mostIds = 50

/** Reads a notification; null for the empty one (something may have been missed) and for what is none of ours. */
export function readChange(payload: string): Change | null {
  try {
    const value: unknown = JSON.parse(payload)
    if (typeof value !== 'object' || value === null) return null
    const { tenant_id, mode, kind, ids } = value as Record<string, unknown>
    if (typeof tenant_id !== 'string' || !isMode(mode) || (kind !== 'payment' && kind !== 'order')) return null
    return { tenant_id, mode, kind, ids: Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string').slice(0, mostIds) : [] }
  } catch {
    return null
  }
}

/** One server-sent event without the tenant, which the reader knows. */
export function writeChange(change: Pick<Change, 'kind' | 'ids'>): string {
  return `event: change\ndata: ${JSON.stringify({ kind: change.kind, ids: change.ids })}\n\n`
}
