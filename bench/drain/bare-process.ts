import { performance } from 'node:perf_hooks'
import { Pool } from 'pg'
import { readLayout, writeBare, type Layout, type Written } from './written'

/** Writes what it is told in a process of its own, as the workers are: the limit. */
export type BareOrder = { lanes: Written[][] }
export type BareAnswer = { ms: number; error?: string }

const pool = new Pool({ connectionString: process.env.DATABASE_WORKER_URL, max: 4, pipeline: true })
let layout: Layout | undefined
process.on('message', (order: BareOrder) => {
  void (async () => {
    layout ??= await readLayout(process.env.DATABASE_OWNER_URL ?? '')
    const started = performance.now()
    await writeBare(pool, layout, order.lanes)
    return { ms: performance.now() - started }
  })()
    .catch((error: unknown): BareAnswer => ({ ms: 0, error: String(error) }))
    .then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
