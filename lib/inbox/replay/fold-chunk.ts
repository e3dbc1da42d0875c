import { onWorker } from '@/lib/db/executor'
import { inWorkerTransaction, workerPool, type Sql } from '@/lib/db/pools'
import type { Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import type { InboxRow } from '../core/event'
import { contentsOf, mentionsOf, type Resolved } from '../fold/contents'
import { foldBatch } from '../fold/fold-batch'
import { foldAgain, type Former } from './core/again'
import { differenceBetween, type Difference, type PaymentDifference } from './core/difference'
import { selectObjectsOf, selectPaymentsOf, selectRowsBut, selectRowsOf, type Ask, type ChunkRow, type Shelf, type StoredInboxRow } from './store/selection'
import { lockBuckets, selectStates, withSharers } from './store/states'

/**
 * Rows that are folded together: everything stored of some payments, and what belongs to none. `aside`: ids of rows of it
 * that cannot be folded and stay out.
 */
export type Unit = { key: string; rows: StoredInboxRow[]; aside: string[] }

export type ChunkResult = { payments: PaymentDifference[]; events: Difference['events']; others: number }

/**
 * Gathers what a chunk of selected rows leads to: each payment with every inbox row of it, so that it can be told from
 * the beginning; payments that an earlier chunk led to are left out.
 */
export async function gatherUnits(scope: Scope, shelf: Shelf, ask: Ask, chunk: ChunkRow[], after: string | null): Promise<Unit[]> {
  const db = onWorker(workerPool())
  const objects = [...new Set(chunk.flatMap((row) => row.object_id ?? []))]
  const paymentOf = new Map((await selectPaymentsOf(db, scope, shelf, objects)).map((row) => [row.object_id, row.payment_id]))
  const strangers = chunk.filter((row) => row.object_id === null || !paymentOf.has(row.object_id))
  const unknown = await selectRowsOf(
    db,
    scope,
    shelf,
    ask,
    strangers.flatMap((row) => row.object_id ?? []),
    strangers.map((row) => row.id),
  )
  // A row that was never folded says itself which payment it belongs to.
  const named = new Map(unknown.map((row) => [row.id, namedPayment(row, scope, shelf)]))
  for (const { object_id, payment_id } of await selectPaymentsOf(db, scope, shelf, [...new Set([...named.values()].flatMap((id) => id ?? []))]))
    paymentOf.set(object_id, payment_id)

  const payments = [...new Set(paymentOf.values())]
  const family = await selectObjectsOf(db, scope, payments)
  const ofFamily = new Map(family.map((row) => [row.object_id, row.payment_id]))
  const rows = await selectRowsOf(
    db,
    scope,
    shelf,
    ask,
    family.map((row) => row.object_id),
    [],
  )
  const units = new Map<string, Unit>()
  const put = (key: string, row: StoredInboxRow) => {
    const unit = units.get(key) ?? { key, rows: [], aside: [] }
    if (!unit.rows.some((other) => other.id === row.id)) unit.rows.push(row)
    units.set(key, unit)
  }
  for (const row of rows) put(ofFamily.get(row.object_id ?? '') ?? row.id, row)
  for (const row of unknown) {
    const name = named.get(row.id) ?? null
    put((name !== null && paymentOf.get(name)) || (row.object_id !== null && ofFamily.get(row.object_id)) || name || row.object_id || row.id, row)
  }
  return [...units.values()]
    .filter((unit) => after === null || !unit.rows.some((row) => row.selected && row.id <= after))
    .map((unit) => ({ ...unit, rows: unit.rows.sort((a, b) => (a.id < b.id ? -1 : 1)) }))
}

/** The PaymentIntent (or lone charge) that a row speaks of; null when its body says none. */
function namedPayment(row: StoredInboxRow, scope: Scope, shelf: Shelf): string | null {
  try {
    const resolved: Resolved = { ...row, tenant_id: scope.tenant_id, connection_id: shelf.connection_id }
    const { items } = contentsOf(resolved)
    return items.length === 1 && items[0] ? mentionsOf(items[0]).payment : null
  } catch {
    return null
  }
}

/**
 * Folds units again in one transaction under the lock that the drain's batches of this bucket take, and tells what came
 * out differently. It stays only when something did, `keep` says yes, and this is no dry run; else all is rolled back,
 * so that a replay which changes nothing writes nothing.
 *
 * What the drain folded after the units were gathered is added under the lock: told without it, an object would be what
 * it was before.
 */
export async function foldUnits(
  scope: Scope,
  shelf: Shelf,
  units: Unit[],
  options: { dry_run: boolean; keep: (sql: Sql, result: ChunkResult) => Promise<boolean> },
): Promise<{ result: ChunkResult; kept: boolean }> {
  let result: ChunkResult = { payments: [], events: [], others: 0 }
  // What stands is read beside the transaction. Taken before any lock: who waits for the locks holds a connection as well,
  // and with the last of them in such hands each would wait for the other.
  const beside = await workerPool().connect()
  try {
    await inWorkerTransaction(async (sql) => {
      await lockBuckets(sql, [shelf.bucket])
      const rows = [...units.flatMap((unit) => unit.rows), ...(await foldedSince(sql, scope, shelf, units))].sort((a, b) => (a.id < b.id ? -1 : 1))
      const former = new Map(rows.map((row): [string, Former] => [row.id, { state: row.state, reason: row.reason }]))
      const told = new Set(rows.flatMap((row) => row.object_id ?? []))
      const batch = await foldBatch(
        sql,
        rows.map((row): InboxRow => row),
        clock.now(),
        { again: foldAgain(former, (id) => told.has(id)) },
      )
      const payments = await withSharers(sql, batch.payments)
      const before = await selectStates(beside, payments)
      const after = await selectStates(sql, payments)
      result = {
        payments: differenceBetween(before, after),
        events: batch.verdicts.map(({ row, outcome }) => ({
          id: row.id,
          event_id: row.event_id,
          type: row.type,
          from: word(former.get(row.id)),
          to: word('reason' in outcome ? outcome : { state: outcome.state, reason: null }),
        })),
        others: [...batch.set.changed].filter(
          (row) => !('payment_id' in row) && !('latest_charge_id' in row) && !('payment_intent_id' in row && row.payment_intent_id !== null),
        ).length,
      }
      if (options.dry_run || isNothing(result) || !(await options.keep(sql, result))) throw rolledBack
    })
    return { result, kept: true }
  } catch (error) {
    if (error === rolledBack) return { result, kept: false }
    throw error
  } finally {
    beside.release()
  }
}

/** Rows of the units' payments and objects that were folded since they were gathered. */
async function foldedSince(sql: Sql, scope: Scope, shelf: Shelf, units: Unit[]): Promise<StoredInboxRow[]> {
  const db = onWorker(sql)
  const told = [...new Set(units.flatMap((unit) => unit.rows.flatMap((row) => row.object_id ?? [])))]
  const payments = [...new Set((await selectPaymentsOf(db, scope, shelf, told)).map((row) => row.payment_id))]
  const family = (await selectObjectsOf(db, scope, payments)).map((row) => row.object_id)
  const known = units.flatMap((unit) => [...unit.rows.map((row) => row.id), ...unit.aside])
  return selectRowsBut(db, scope, shelf, [...new Set([...told, ...family])], known)
}

const rolledBack = Object.assign(new Error('a replayed batch was rolled back on purpose'), { code: 'replay_rolled_back' })

export function isNothing(result: ChunkResult): boolean {
  return result.payments.length === 0 && result.events.length === 0 && result.others === 0
}

function word(outcome: { state: string; reason: string | null } | undefined): string {
  if (outcome === undefined) return 'unknown'
  return outcome.reason === null ? outcome.state : `${outcome.state}: ${outcome.reason}`
}
