import { globalDb } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'

/** How long ago any worker was last seen, in milliseconds of wall time; null when none ever was. */
export async function workerSeenMsAgo(): Promise<number | null> {
  const row = await globalDb().workerHeartbeat.findFirst({ orderBy: { seen_at: 'desc' }, select: { seen_at: true } })
  return row === null ? null : Math.max(0, clock.wallMs() - row.seen_at.getTime())
}
