import { workerPool } from '@/lib/db/pools'

/** Wall time: a sandbox that leaps a day must not look like a dead worker. */
export async function upsertHeartbeat(worker: string, at: Date): Promise<void> {
  await workerPool().query('INSERT INTO worker_heartbeat (worker, seen_at) VALUES ($1, $2) ON CONFLICT (worker) DO UPDATE SET seen_at = EXCLUDED.seen_at', [
    worker,
    at,
  ])
  await workerPool().query(`DELETE FROM worker_heartbeat WHERE seen_at < $1::timestamptz - interval '1 hour'`, [at])
}
