import { appPool } from '@/lib/db/pools'

/** Names of the migrations the database has, oldest first; null when our role may not ask. */
export async function readMigrations(): Promise<string[] | null> {
  try {
    const { rows } = await appPool().query<{ migration_name: string }>(
      'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name',
    )
    return rows.map((row) => row.migration_name)
  } catch (error) {
    if ((error as { code?: unknown }).code === '42501') return null
    throw error
  }
}

/** The newest sign of life of any worker, or null when there has been none. */
export async function readNewestHeartbeat(): Promise<Date | null> {
  const { rows } = await appPool().query<{ seen_at: Date | null }>('SELECT max(seen_at) AS seen_at FROM worker_heartbeat')
  return rows[0]?.seen_at ?? null
}
