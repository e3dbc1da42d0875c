import type { Connection } from '@/lib/connections/core/connection'
import { findConnection, markRevoked } from '@/lib/connections/find-connection'
import { inWorkerTransaction, workerPool, type Sql } from '@/lib/db/pools'
import { recordFinding } from '@/lib/inbox/record-finding'
import { wantReads } from '@/lib/inbox/want-read'
import { clock } from '@/lib/kernel/clock'
import { codeOf, messageOf } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'
import { listBalanceTransactions } from '@/lib/stripe/balance-transactions'
import { stripeFor } from '@/lib/stripe/client'
import type { RawPage } from '@/lib/stripe/raw-request'
import { settledPosition } from './core/position'
import { selectBooked } from './store/booked'
import { selectLacking } from './store/lacking'
import { claimCursors, finishCursor, movePosition, postponeCursor, type DueCursor } from './store/cursors'

const pageSize = 100
const atOnce = 4
const leaseMs = 120_000
/** Nothing announced a movement for this long: look all the same (business time). */
const sweepMs = 60 * 60_000
/** What is named for longer than this and still not in the ledger is asked for (business time). */
const lackingMs = 10 * 60_000
/** A refund may fail, and name a second transaction, for weeks; banks take at most about six. */
const refundsMs = 60 * 24 * 60 * 60_000
/** A first look goes no further back than this before the connection was made: what was earlier is not ours to explain. */
const firstLookMs = 24 * 60 * 60_000

/**
 * Reads the balance transactions that are new since the last look, in pages of 100 per connection, not one call per
 * payment. Each page enters by the inbox. @returns true when there may be more.
 */
export async function settleStep(): Promise<boolean> {
  const cursors = await claimCursors(workerPool(), 'balance_transactions', clock.now(), leaseMs, sweepMs, atOnce)
  await Promise.all(cursors.map(settleOne))
  return cursors.length === atOnce
}

async function settleOne(cursor: DueCursor): Promise<void> {
  const connection = await findConnection(cursor.tenant_id, cursor.connection_id)
  if (!connection || connection.state !== 'active') return finishCursor(workerPool(), cursor, clock.now())
  try {
    if (cursor.position === null) await firstLook(connection, cursor)
    else {
      const listed = await lookOn(connection, cursor, cursor.position)
      if (isTurnOf(cursor.last_run_at, clock.now())) await wantLacking(connection, listed)
    }
    await finishCursor(workerPool(), cursor, clock.now())
  } catch (error) {
    if (codeOf(error) === 'account_invalid') await markRevoked(connection)
    if (codeOf(error) === 'stripe_missing' && cursor.position !== null) {
      log().warn({ job_id: 'settle', connection: connection.id, position: cursor.position }, 'the list is read from its beginning: Stripe lost where we stood')
      await movePosition(workerPool(), cursor, null)
    }
    const wait = Math.min(15 * 60_000, 1_000 * 2 ** Math.min(cursor.attempts, 10))
    await postponeCursor(workerPool(), cursor, new Date(clock.nowMs() + wait), messageOf(error))
  }
}

/** Once in each span of ten minutes, however often the list is looked at. */
function isTurnOf(last: Date | null, now: Date): boolean {
  return last === null || Math.floor(last.getTime() / lackingMs) !== Math.floor(now.getTime() / lackingMs)
}

/**
 * What is named and was not in the list that it should have been in is read by its id: Stripe may show a transaction
 * later, or further behind others, than a look goes back.
 */
async function wantLacking(connection: Connection, listed: ReadonlySet<string>): Promise<void> {
  const now = clock.now()
  const range = { since: new Date(now.getTime() - refundsMs), until: new Date(now.getTime() - lackingMs) }
  const lacking = (await selectLacking(workerPool(), connection, range, pageSize)).filter((id) => !listed.has(id))
  if (lacking.length === 0) return
  log().warn(
    { job_id: 'settle', connection: connection.id, transactions: lacking.length },
    'balance transactions that were named were not in the list of Stripe',
  )
  const at = { tenant_id: connection.tenant_id, connection_id: connection.id, reason: 'ledger_lacks', wanted_at: now, due_at: now }
  await wantReads(
    workerPool(),
    lacking.map((object_id) => ({ ...at, object_id })),
  )
}

/** From the newest back to the connection's beginning; the cursor moves only when all of it is stored. */
async function firstLook(connection: Connection, cursor: DueCursor): Promise<void> {
  const call = stripeFor(connection, 'reader')
  let position: string | null = null
  for (let after: string | undefined; ;) {
    const page = await listBalanceTransactions(call, {
      limit: pageSize,
      created_gte: new Date(connection.created_at.getTime() - firstLookMs),
      ...(after && { starting_after: after }),
    })
    if (page.objects.length === 0) break
    if (after === undefined) position = settledPosition(page.objects, page.as_of)
    await inWorkerTransaction((sql) => recordPage(sql, connection, page))
    after = page.objects.at(-1)?.id
    if (!page.has_more) break
  }
  if (position !== null) await movePosition(workerPool(), cursor, position)
}

/**
 * Page by page towards the present: each page and the position behind it are stored together.
 * @returns the ids of what was listed, which the ledger may not hold before it is folded
 */
async function lookOn(connection: Connection, cursor: DueCursor, from: string): Promise<Set<string>> {
  const call = stripeFor(connection, 'reader')
  const seen = new Set<string>()
  let listed: RawPage['objects'] = []
  for (let before = from; ;) {
    const page = await listBalanceTransactions(call, { limit: pageSize, ending_before: before })
    const newest = page.objects[0]?.id
    if (newest === undefined) return seen
    before = newest
    for (const { id } of page.objects) seen.add(id)
    listed = [...page.objects, ...listed].slice(0, pageSize)
    const position = settledPosition(listed, page.as_of)
    await inWorkerTransaction(async (sql) => {
      await recordPage(sql, connection, page)
      if (position !== null) await movePosition(sql, cursor, position)
    })
    if (!page.has_more) return seen
  }
}

/** Stores what a page says that the ledger does not hold yet; what is young is listed more than once. */
async function recordPage(sql: Sql, connection: Connection, page: RawPage): Promise<void> {
  const booked = await selectBooked(
    sql,
    connection,
    page.objects.map(({ id }) => id),
  )
  const told = new Map(booked.map((row) => [row.stripe_id, row.status]))
  const news = page.objects.filter(({ id, status }) => told.get(id) !== status)
  if (news.length === 0) return
  await recordFinding(sql, connection, {
    key: `page:${page.request_id}`,
    type: 'balance_transaction.list',
    object_id: null,
    as_of: page.as_of,
    body: { object: 'list', has_more: page.has_more, data: news },
  })
}
