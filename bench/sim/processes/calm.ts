import type { Pool } from 'pg'
import type { Control } from './load'

type Left = { pending: string; effects: string; held: string; reads: string; settling: string }

/** What is still to be done: rows to fold, effects, reads, and deliveries that Stripe has yet to make. */
export async function workLeft(pool: Pool, sandbox: Control): Promise<Record<string, number>> {
  const [row] = (
    await pool.query(
      `SELECT (SELECT count(*) FROM inbox_event WHERE state = 'pending') AS pending,
              (SELECT count(*) FROM effect WHERE state IN ('queued', 'running')) AS effects,
              (SELECT count(*) FROM object_read) AS reads`,
    )
  ).rows as Left[]
  const { total } = await sandbox.get<{ total: number }>('/webhooks/deliveries?state=waiting&limit=1')
  return { pending: Number(row?.pending ?? 0), effects: Number(row?.effects ?? 0), reads: Number(row?.reads ?? 0), deliveries: total }
}

/**
 * Nothing fails any more: business time goes on (retries of deliveries and effects are hours apart) until nothing is
 * left to do. @returns what was left when `withinMs` of wall time were over; empty when all was done.
 */
export async function calmDown(pool: Pool, sandbox: Control, withinMs: number, tell: (words: string) => void): Promise<Record<string, number>> {
  const end = performance.now() + withinMs
  // What the world does by itself later: bank debits, refunds on their way, payouts, the last try of a delivery.
  const ahead = [5, 60, 600, 3_600, 6 * 3_600, ...Array.from({ length: 6 }, () => 86_400)]
  let calm = 0
  let steps = 0
  for (let left: Record<string, number> = {}; ;) {
    await sandbox.post('/webhooks/settle', { timeout_ms: 5_000 })
    left = await workLeft(pool, sandbox)
    const busy = Object.values(left).some((count) => count > 0)
    calm = busy ? 0 : calm + 1
    if (!busy && ahead.length === 0 && calm >= 3) return {}
    if (performance.now() > end) return Object.fromEntries(Object.entries(left).filter(([, count]) => count > 0))
    if (calm >= 2 && ahead.length > 0) {
      await sandbox.post('/clock/advance', { by_seconds: ahead.shift() })
      calm = 0
    } else if (busy && ++steps % 20 === 0) {
      tell(`left: ${JSON.stringify(left)}`)
      await sandbox.post('/clock/advance', { by_seconds: 600 })
    }
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}
