import type { Executor } from '@/lib/db/executor'
import { clock } from '@/lib/kernel/clock'
import { secretBytes } from '@/lib/kernel/id'
import { pauseSeconds } from './core/rhythm'
import { isOutage } from './errors'
import { countFailure, keepError, markAnswered, pauseStore } from './store/sync-state'

type Key = { tenant_id: string; store_id: string }

/** The store answered as it should: its failures are forgotten. */
export async function recordAnswer(db: Executor, store: Key): Promise<void> {
  await markAnswered(db, store)
}

/**
 * A call to the store failed. Five outages in a row, of syncs and effects together, pause it: then nothing is asked of it
 * for a while that doubles up to 15 minutes. A failure about one order only is noted.
 * @returns until when it is paused, or null.
 */
export async function recordFailure(db: Executor, store: Key, fault: { code: string; message: string; retryable: boolean }): Promise<Date | null> {
  const now = clock.now()
  const text = `${fault.code}: ${fault.message}`
  if (!isOutage(fault)) {
    await keepError(db, store, text, now)
    return null
  }
  const failures = await countFailure(db, store, text, now)
  const seconds = pauseSeconds(failures, secretBytes(1).readUInt8(0) / 255)
  if (seconds === 0) return null
  const until = new Date(now.getTime() + seconds * 1000)
  await pauseStore(db, store, until)
  return until
}
