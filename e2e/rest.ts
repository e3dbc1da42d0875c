import { rows } from './records'
import { sandbox } from './stripe'

/** Waits until every delivery is out, every inbox row is folded, and every due read and effect has been done. */
export async function atRest(withinMs = 45_000): Promise<void> {
  const end = Date.now() + withinMs
  let left = ''
  for (let calm = 0; calm < 2;) {
    await sandbox.settle()
    const [busy] = await rows<{ pending: string; effects: string; reads: string }>(
      `SELECT (SELECT count(*) FROM inbox_event WHERE state = 'pending') AS pending,
              (SELECT count(*) FROM effect WHERE state IN ('queued', 'running')) AS effects,
              (SELECT count(*) FROM object_read) AS reads`,
    )
    left = JSON.stringify(busy)
    calm = busy && Object.values(busy).every((count) => count === '0') ? calm + 1 : 0
    if (Date.now() > end) throw new Error(`work is still left after ${withinMs / 1000} s: ${left}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
