import { clock } from '@/lib/kernel/clock'
import { upsertHeartbeat } from './store/heartbeat'

/** A sign of life that /readyz reads; those of workers long gone are cleared. */
export async function beat(worker: string): Promise<boolean> {
  await upsertHeartbeat(worker, new Date(clock.wallMs()))
  return false
}
