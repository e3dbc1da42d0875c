import { listPayments } from '@/lib/payments/queries'
import { noFilter } from '@/lib/payments/core/payment-filter'
import { readSearch } from '@/lib/payments/core/search-terms'

/** Asks the dashboard's list for payments until it shows them paid and matched. A process of its own, so that asking does not delay sending. */
export type ReaderOrder = { look: { pi: string; tenant_id: string; at: number } } | { finish: true }
export type ReaderAnswer = { shown: number[]; missing: number; error?: string }

const patienceMs = 30_000
const shown: number[] = []
let missing = 0
let failure: string | undefined
const looking: Promise<void>[] = []

async function look({ pi, tenant_id, at }: { pi: string; tenant_id: string; at: number }): Promise<void> {
  const filter = { ...noFilter, search: readSearch(pi) }
  while (Date.now() - at < patienceMs) {
    // No free connection in time is an answer that shows nothing yet.
    const rows = await listPayments({ tenant_id, mode: 'test' }, { filter, zone: 'UTC' }).then(
      (page) => page.rows,
      () => [],
    )
    if (rows[0]?.shown_status === 'succeeded' && rows[0].word !== null && rows[0].word !== 'unmatched') {
      shown.push(Date.now() - at)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  missing += 1
}

process.on('message', (order: ReaderOrder) => {
  if ('look' in order)
    looking.push(
      look(order.look).catch((error: unknown) => {
        failure ??= String((error as Error).stack ?? error)
      }),
    )
  else
    void Promise.all(looking)
      .then((): ReaderAnswer => ({ shown, missing, ...(failure && { error: failure }) }))
      .then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
