import { channels, listen } from '@/lib/db/notify'
import { listPayments } from '@/lib/payments/queries'
import { noFilter } from '@/lib/payments/core/payment-filter'
import { readSearch } from '@/lib/payments/core/search-terms'

/**
 * Asks the dashboard's list for payments until it shows them paid and matched: at once, whenever the product says that
 * something of the tenant changed, as an open dashboard does, and ten times a second all the same. A process of its own,
 * so that asking does not delay sending.
 */
export type ReaderOrder = { look: { pi: string; tenant_id: string; at: number } } | { finish: true }
export type ReaderAnswer = { shown: number[]; missing: number; error?: string }

const patienceMs = 30_000
const askAgainMs = 100

/** How often each tenant's payments changed, and who waits for the next time. */
const changes = new Map<string, { count: number; wake: Set<() => void> }>()
const changesOf = (tenant_id: string) => {
  const known = changes.get(tenant_id) ?? { count: 0, wake: new Set() }
  changes.set(tenant_id, known)
  return known
}
listen(channels.changes, (payload) => {
  if (payload === '') return
  const of = changesOf((JSON.parse(payload) as { tenant_id: string }).tenant_id)
  of.count += 1
  of.wake.forEach((wake) => wake())
})

/** Until something changed since `count`, or for a tenth of a second. */
function nextChange(tenant_id: string, count: number): Promise<void> {
  const of = changesOf(tenant_id)
  if (of.count !== count) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      of.wake.delete(done)
      resolve()
    }
    const timer = setTimeout(done, askAgainMs)
    of.wake.add(done)
  })
}

const shown: number[] = []
let missing = 0
let failure: string | undefined
const looking: Promise<void>[] = []

async function look({ pi, tenant_id, at }: { pi: string; tenant_id: string; at: number }): Promise<void> {
  const filter = { ...noFilter, search: readSearch(pi) }
  while (Date.now() - at < patienceMs) {
    const { count } = changesOf(tenant_id)
    // No free connection in time is an answer that shows nothing yet.
    const rows = await listPayments({ tenant_id, mode: 'test' }, { filter, zone: 'UTC' }).then(
      (page) => page.rows,
      () => [],
    )
    if (rows[0]?.shown_status === 'succeeded' && rows[0].word !== null && rows[0].word !== 'unmatched') {
      shown.push(Date.now() - at)
      return
    }
    await nextChange(tenant_id, count)
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
