import type { Connection } from '@/lib/connections/core/connection'
import { findConnection, markRevoked } from '@/lib/connections/find-connection'
import { workerPool } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { codeOf, messageOf } from '@/lib/kernel/fault'
import { newId } from '@/lib/kernel/id'
import { once } from '@/lib/kernel/once'
import { sha256 } from '@/lib/kernel/seal'
import { log } from '@/lib/log/log'
import { stripeFor } from '@/lib/stripe/client'
import { listEvents } from '@/lib/stripe/events'
import type { RawPage } from '@/lib/stripe/raw-request'
import { readEnvelope } from '../core/event'
import { bucketOf, scopeOf } from '../core/scope'
import { insertWants } from '../store/reads'
import { manyEvents, nextLook, positionAt } from './core/look'
import {
  claimEventCursors,
  extendEventCursor,
  finishEventCursor,
  insertMissingCursors,
  postponeEventCursor,
  updateToDueAfterStart,
  type EventCursor,
} from './store/event-cursors'
import { insertMissing, selectMissing, updateUnplacedToPending, wakeDrain } from './store/insert-missing'

const pageSize = 100
const atOnce = 2
const leaseMs = 10 * 60_000
/** How often Stripe's list is compared (business time). */
const everyMs = 60 * 60_000
/** After a start, what was compared longer ago than this is compared at once. */
const restMs = 10 * 60_000
/** An event younger than this by Stripe's clock is left to its delivery, which is probably on its way; the next look begins before it. */
const youngMs = 2 * 60_000

/** How a look goes on: pages of 100 listed so far, events in them, and how many nobody had delivered. */
export type BackfillProgress = { connection_id: string; from: Date; pages: number; listed: number; found: number }

/**
 * Compares Stripe's list of events with what was delivered, per connection: what never arrived enters the inbox under
 * its own id and is folded like a delivery; what did is passed over, unless nobody was connected to its account then. @returns true when there may be more.
 */
export async function backfillStep(tell: (progress: BackfillProgress) => void = () => undefined): Promise<boolean> {
  const now = clock.now()
  await insertMissingCursors(workerPool(), now)
  const start = once('backfill-start', () => ({ isFirst: true }))
  if (start.isFirst) {
    await updateToDueAfterStart(workerPool(), now, new Date(now.getTime() - restMs))
    start.isFirst = false
  }
  const times = { lease_until: new Date(now.getTime() + leaseMs), next_due: new Date(now.getTime() + everyMs) }
  const cursors = await claimEventCursors(workerPool(), now, times, atOnce)
  await Promise.all(cursors.map((cursor) => lookOne(cursor, tell)))
  return cursors.length === atOnce
}

async function lookOne(cursor: EventCursor, tell: (progress: BackfillProgress) => void): Promise<void> {
  const connection = await findConnection(cursor.tenant_id, cursor.connection_id)
  if (connection?.state !== 'active') {
    if (connection) await askForAccess(connection)
    return finishEventCursor(workerPool(), cursor, { position: null, at: clock.now() })
  }
  try {
    const position = await look(connection, cursor, tell)
    await finishEventCursor(workerPool(), cursor, { position, at: clock.now() })
  } catch (error) {
    if (codeOf(error) === 'account_invalid') await markRevoked(connection)
    const wait = Math.min(60 * 60_000, 5_000 * 2 ** Math.min(cursor.attempts, 10))
    log().warn({ job_id: 'backfill', connection: connection.id, error: messageOf(error) }, "Stripe's list of events could not be compared")
    await postponeEventCursor(workerPool(), cursor, new Date(clock.nowMs() + wait), messageOf(error))
  }
}

/** A connection that was revoked may be there again, and nobody need tell us: its account is read. */
async function askForAccess({ tenant_id, id, account_id }: Connection): Promise<void> {
  const now = clock.now()
  await insertWants(workerPool(), [{ tenant_id, connection_id: id, object_id: account_id, reason: 'access_revoked', wanted_at: now, due_at: now }])
}

/** Newest first, as Stripe lists; each page is stored before the next is asked for, so that a kill loses nothing. */
async function look(connection: Connection, cursor: EventCursor, tell: (progress: BackfillProgress) => void): Promise<string | null> {
  const call = stripeFor(connection, 'reader')
  const { from, undelivered_only } = nextLook(cursor.position, connection, clock.now())
  const progress: BackfillProgress = { connection_id: connection.id, from, pages: 0, listed: 0, found: 0 }
  let until: Date | null = null
  for (let after: string | undefined; ;) {
    const page = await listEvents(call, { limit: pageSize, created_gte: from, undelivered_only, ...(after && { starting_after: after }) })
    until ??= page.as_of
    progress.pages += 1
    progress.listed += page.objects.length
    progress.found += await storeMissing(connection, page)
    tell(progress)
    after = page.objects.at(-1)?.id
    // A successor compares the rest; how this look ends is then nobody's concern.
    if (!page.has_more || after === undefined || !(await keepLease(cursor))) break
  }
  if (progress.found > 0) {
    log().warn({ job_id: 'backfill', ...progress }, 'events that were never delivered were found in the list of Stripe')
    await wakeDrain()
  }
  return undelivered_only || until === null ? null : positionAt(until, progress.listed > manyEvents)
}

/** A look of very many pages outlives its lease: it is moved on in time, or the look would be begun anew beside itself, for ever. */
async function keepLease(cursor: EventCursor): Promise<boolean> {
  const now = clock.nowMs()
  if (cursor.lease_until.getTime() - now > leaseMs / 2) return true
  const until = new Date(now + leaseMs)
  if (!(await extendEventCursor(workerPool(), cursor, until))) return false
  cursor.lease_until = until
  return true
}

async function storeMissing(connection: Connection, { objects: events, as_of }: RawPage): Promise<number> {
  const now = clock.now()
  const scope = scopeOf(connection.account_id, connection.mode)
  const bucket = bucketOf(scope)
  const ids = events.map((event) => event.id)
  if ((await updateUnplacedToPending({ bucket, scope }, ids)) > 0) await wakeDrain()
  const missing = await selectMissing({ bucket, scope }, ids)
  let found = 0
  for (const event of events) {
    const envelope = missing.has(event.id) ? readEnvelope(event) : null
    if (envelope === null || envelope.livemode !== (connection.mode === 'live') || as_of.getTime() - envelope.created_at.getTime() < youngMs) continue
    // A list that is asked for in an account's name leaves the account out; its deliveries name it.
    const body = Buffer.from(JSON.stringify(connection.kind === 'connect' ? { ...event, account: connection.account_id } : event))
    const row = {
      ...{ bucket, id: newId(), scope, event_id: event.id, mode: connection.mode, account_id: connection.account_id },
      ...{ type: envelope.type, object_id: envelope.object_id, api_version: envelope.api_version, created_at: envelope.created_at },
      ...{ body, body_sha256: sha256(body), received_at: now, tenant_id: connection.tenant_id, connection_id: connection.id },
    }
    if (await insertMissing(row)) found += 1
  }
  return found
}
