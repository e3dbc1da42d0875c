import type { Mode } from '@/lib/kernel/mode'
import type { Snapshot } from './standing'

/** One stored inbox row, as the drain reads it. Times UTC. */
export type InboxRow = {
  bucket: number
  id: string
  scope: string
  event_id: string
  kind: Snapshot['kind']
  endpoint_id: string | null
  mode: Mode
  account_id: string
  type: string
  object_id: string | null
  api_version: string | null
  created_at: Date
  as_of: Date | null
  /** As it was sent; as text where it was read as that. */
  body: Buffer | string
  received_at: Date
  tenant_id: string | null
  connection_id: string | null
  attempts: number
}

/** A Stripe object as it came: only what every one of them has is promised. */
export type StripeObject = { id?: string; object: string } & Record<string, unknown>

export type Outcome = { state: 'applied' } | { state: 'ignored' | 'quarantined'; reason: string }

/** What a delivery's body says about itself, or why it is not an event. */
export type Envelope = {
  event_id: string
  type: string
  object_id: string | null
  account: string | null
  livemode: boolean
  api_version: string | null
  created_at: Date
}

export function readEnvelope(body: unknown): Envelope | null {
  const envelope = openEnvelope(body)
  if (envelope === null || !isInCalendar(envelope.created_at.getTime())) return null
  return Object.values(envelope).every((value) => typeof value !== 'string' || isShort(value)) ? envelope : null
}

/** Years of four digits: others are no time to the database. */
function isInCalendar(ms: number): boolean {
  return ms >= 0 && ms < Date.UTC(10_000, 0)
}

/** Stripe's ids and names have 255 characters at most. What is longer fits into no index, and what holds a NUL into no column. */
function isShort(text: string): boolean {
  return text.length <= 255 && !text.includes('\0')
}

function openEnvelope(body: unknown): Envelope | null {
  if (typeof body !== 'object' || body === null) return null
  const event = body as Record<string, unknown>
  if (typeof event.id !== 'string' || event.id === '' || typeof event.type !== 'string') return null
  if (event.object === 'event') {
    const object = (event.data as { object?: { id?: unknown } } | undefined)?.object
    if (typeof event.created !== 'number' || typeof object !== 'object' || object === null) return null
    return {
      event_id: event.id,
      type: event.type,
      object_id: typeof object.id === 'string' ? object.id : null,
      account: typeof event.account === 'string' ? event.account : null,
      livemode: event.livemode === true,
      api_version: typeof event.api_version === 'string' ? event.api_version : null,
      created_at: new Date(event.created * 1000),
    }
  }
  // Thin events (docs.stripe.com/api/v2/core/events): RFC 3339 time, the object only named.
  if (event.object === 'v2.core.event') {
    const created = new Date(String(event.created))
    const related = event.related_object as Related
    return {
      event_id: event.id,
      type: event.type,
      object_id: typeof related?.id === 'string' ? related.id : null,
      account: accountOfThin(event.context, related),
      livemode: event.livemode === true,
      api_version: null,
      created_at: created,
    }
  }
  return null
}

type Related = { id?: unknown; url?: unknown } | null | undefined

/**
 * Whose a thin event is: its context (`acct_...`, or a path of them whose last is the account itself), else the account
 * that it is about, named by the related object or by its address (`/v2/core/accounts/acct_.../persons/...`).
 */
function accountOfThin(context: unknown, related: Related): string | null {
  const account = /^acct_[A-Za-z0-9_]+$/
  const last = typeof context === 'string' ? context.split('/').at(-1) : undefined
  if (last !== undefined && account.test(last)) return last
  if (typeof related?.id === 'string' && account.test(related.id)) return related.id
  return (typeof related?.url === 'string' ? /^\/v2\/core\/accounts\/(acct_[A-Za-z0-9_]+)(?:[/?]|$)/.exec(related.url)?.[1] : undefined) ?? null
}

/** Why a repeat of a stored event is not the same event, or null when it is. `pending_webhooks` counts down and may differ. */
export function alarmOf(first: { body: Buffer; endpoint_id: string | null }, repeat: { body: Buffer; endpoint_id: string | null }): string[] | null {
  const [a, b] = [JSON.parse(first.body.toString()) as Record<string, unknown>, JSON.parse(repeat.body.toString()) as Record<string, unknown>]
  const [one, two] = [readEnvelope(a), readEnvelope(b)]
  if (!one || !two) return ['unreadable']
  const names = (['type', 'object_id', 'account', 'livemode'] as const).filter((name) => one[name] !== two[name]) as string[]
  if (one.created_at.getTime() !== two.created_at.getTime()) names.push('created')
  const sameSource = first.endpoint_id === repeat.endpoint_id && one.api_version === two.api_version
  if (names.length === 0 && sameSource && canonical({ ...a, pending_webhooks: null }) !== canonical({ ...b, pending_webhooks: null })) names.push('content')
  return names.length === 0 ? null : names
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  return `{${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`)
    .join(',')}}`
}
