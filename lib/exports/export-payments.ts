import { createHash } from 'node:crypto'
import { onTenant } from '@/lib/db/executor'
import { tenantSnapshot, withTenant, type Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { Fault, messageOf } from '@/lib/kernel/fault'
import { newId, publicId } from '@/lib/kernel/id'
import { once } from '@/lib/kernel/once'
import { log } from '@/lib/log/log'
import type { PaymentFilter } from '@/lib/payments/core/payment-filter'
import { recordActivity } from '@/lib/tenancy/record-activity'
import { csvLines } from './core/csv-lines'
import { dayIn, exportFileName } from './core/file-name'
import { finishBatch, insertBatch } from './store/batches'
import { openLines, sumLines } from './store/payment-lines'

/** A download holds a connection and a snapshot for as long as it is read. */
const downloadsAtOnce = 4
/** A reader that takes nothing for so long (wall time) has gone without saying so. */
const stalledMs = 60_000

export type PaymentExport = { file_name: string; batch_id: string; body: ReadableStream<Uint8Array> }

/**
 * The payments of a filter with their orders as CSV: RFC 4180, UTF-8, from one snapshot, in the order of the screen.
 * Pulled: nothing is read ahead of the reader. The batch's row gets count, sums and checksum when the last byte was
 * taken; a reader that leaves early frees the connection and leaves the batch unfinished.
 * @param filters the address parameters that `filter` was read from, to be kept with the batch
 * @throws Fault `too_many_exports` 429
 */
export async function exportPayments(
  member: { scope: Scope; tenant: { slug: string; time_zone: string }; user: { id: string } },
  filter: PaymentFilter,
  filters: Record<string, string[]>,
  signal?: AbortSignal,
): Promise<PaymentExport> {
  const open = once('open-exports', () => ({ count: 0 }))
  if (open.count >= downloadsAtOnce)
    throw new Fault('too_many_exports', 429, 'Several files are being made at the moment.', { remedy: 'Try again when one of them is done.' })
  open.count += 1
  const { scope, tenant, user } = member
  const id = newId()
  const now = clock.now()
  try {
    await withTenant(scope, async (tx) => {
      await insertBatch(onTenant(tx), scope, { id, kind: 'payments', filters, created_by: user.id, created_at: now })
      await recordActivity(tx, scope.tenant_id, {
        actor: { kind: 'user', id: user.id },
        action: 'export.created',
        subject: { kind: 'export_batch', id: publicId('export_batch', id) },
        detail: { mode: scope.mode, filters },
      })
    })
    const body = await stream(
      { scope, tenant_slug: tenant.slug, zone: tenant.time_zone, filter, batch: publicId('export_batch', id) },
      id,
      signal,
      () => (open.count -= 1),
    )
    const { from, to } = filter.created
    return {
      file_name: exportFileName({
        tenant: tenant.slug,
        kind: 'payments',
        mode: scope.mode,
        from,
        to,
        today: dayIn(tenant.time_zone, now),
        zone: tenant.time_zone,
      }),
      batch_id: publicId('export_batch', id),
      body,
    }
  } catch (error) {
    open.count -= 1
    throw error
  }
}

async function stream(
  lines: Parameters<typeof openLines>[1],
  id: string,
  signal: AbortSignal | undefined,
  onEnd: () => void,
): Promise<ReadableStream<Uint8Array>> {
  const snapshot = await tenantSnapshot(lines.scope)
  let totals: Awaited<ReturnType<typeof sumLines>>
  try {
    totals = await sumLines(snapshot.client, lines)
  } catch (error) {
    snapshot.release(error as Error)
    throw error
  }
  const { source, drop } = openLines(snapshot.client, lines)
  const parts = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const hash = createHash('sha256')
  const csv = csvLines()
  let watch = new AbortController()
  let isOver = false

  /** Ends once. With an error the connection is dropped: the server may be in the middle of a row. */
  const end = (error?: Error) => {
    if (isOver) return
    isOver = true
    watch.abort()
    signal?.removeEventListener('abort', onAbort)
    if (error) drop()
    snapshot.release(error)
    onEnd()
  }
  const onAbort = () => end(new Error('the reader left'))
  const watchReader = () => {
    watch.abort()
    watch = new AbortController()
    const { signal: taken } = watch
    void clock.sleep(stalledMs, taken).then(() => {
      if (!taken.aborted) end(new Error('the reader took nothing for a minute'))
    })
  }
  // A destroyed source may still tell of its broken connection; whoever reads gets the error from `pull`.
  source.on('error', () => undefined)
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  else watchReader()

  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        if (isOver) return controller.error(new Error('This file was not read to its end.'))
        watch.abort()
        try {
          const next = await parts.next()
          if (next.done !== true) {
            const bytes = csv.push(next.value)
            hash.update(bytes)
            controller.enqueue(bytes)
            return watchReader()
          }
          // The head is a record too.
          const rows = csv.records() - 1
          if (isOver || rows !== totals.rows) throw new Fault('export_incomplete', 500, `The file has ${rows} rows, the snapshot ${totals.rows}.`)
          await snapshot.client.query('COMMIT')
          end()
          const { rows: row_count, ...sums } = totals
          await withTenant(lines.scope, (tx) =>
            finishBatch(onTenant(tx), lines.scope, { id, row_count, totals: sums, sha256: hash.digest('hex'), finished_at: clock.now() }),
          )
          controller.close()
        } catch (error) {
          if (!isOver) log().error({ error: messageOf(error), batch: lines.batch }, 'an export broke off')
          end(error as Error)
          controller.error(error)
        }
      },
      cancel: () => end(new Error('the reader left')),
    },
    { highWaterMark: 1 },
  )
}
