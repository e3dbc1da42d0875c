import type { Connection } from '@/lib/connections/core/connection'
import { findConnection, markRevoked } from '@/lib/connections/find-connection'
import { inWorkerTransaction, workerPool } from '@/lib/db/pools'
import { recordFinding } from '@/lib/inbox/record-finding'
import { clock } from '@/lib/kernel/clock'
import { codeOf, messageOf } from '@/lib/kernel/fault'
import { listBalanceTransactions } from '@/lib/stripe/balance-transactions'
import { stripeFor } from '@/lib/stripe/client'
import { claimCursors, finishCursor, movePosition, postponeCursor, type DueCursor } from './store/cursors'

const pageSize = 100
const atOnce = 4
const leaseMs = 120_000
/** Nothing announced a movement for this long: look all the same (business time). */
const sweepMs = 60 * 60_000
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
    else await lookOn(connection, cursor, cursor.position)
    await finishCursor(workerPool(), cursor, clock.now())
  } catch (error) {
    if (codeOf(error) === 'account_invalid') await markRevoked(connection)
    const wait = Math.min(15 * 60_000, 1_000 * 2 ** Math.min(cursor.attempts, 10))
    await postponeCursor(workerPool(), cursor, new Date(clock.nowMs() + wait), messageOf(error))
  }
}

/** From the newest back to the connection's beginning; the cursor moves only when all of it is stored. */
async function firstLook(connection: Connection, cursor: DueCursor): Promise<void> {
  const call = stripeFor(connection, 'reader')
  let newest: string | null = null
  for (let after: string | undefined; ;) {
    const page = await listBalanceTransactions(call, {
      limit: pageSize,
      created_gte: new Date(connection.created_at.getTime() - firstLookMs),
      ...(after && { starting_after: after }),
    })
    if (page.objects.length === 0) break
    newest ??= page.objects[0]?.id ?? null
    await inWorkerTransaction((sql) => recordPage(sql, connection, page))
    after = page.objects.at(-1)?.id
    if (!page.has_more) break
  }
  if (newest !== null) await movePosition(workerPool(), cursor, newest)
}

/** Page by page towards the present: each page and the position behind it are stored together. */
async function lookOn(connection: Connection, cursor: DueCursor, from: string): Promise<void> {
  const call = stripeFor(connection, 'reader')
  for (let position = from; ;) {
    const page = await listBalanceTransactions(call, { limit: pageSize, ending_before: position })
    const newest = page.objects[0]?.id
    if (newest === undefined) return
    position = newest
    await inWorkerTransaction(async (sql) => {
      await recordPage(sql, connection, page)
      await movePosition(sql, cursor, newest)
    })
    if (!page.has_more) return
  }
}

async function recordPage(
  sql: Parameters<typeof recordFinding>[0],
  connection: Connection,
  page: Awaited<ReturnType<typeof listBalanceTransactions>>,
): Promise<void> {
  await recordFinding(sql, connection, {
    key: `page:${page.request_id}`,
    type: 'balance_transaction.list',
    object_id: null,
    as_of: page.as_of,
    body: { object: 'list', has_more: page.has_more, data: page.objects },
  })
}
