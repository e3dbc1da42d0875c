import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { clock } from '@/lib/kernel/clock'
import { messageOf } from '@/lib/kernel/fault'
import { once } from '@/lib/kernel/once'
import { seal, unseal } from '@/lib/kernel/seal'
import { config } from '@/lib/config/config'
import { log } from '@/lib/log/log'
import { isDraining } from './shutdown'
import { readMigrations, readNewestHeartbeat } from './store'

/** A worker that was last seen longer ago is reported as stale; the web process stays ready without it. */
const heartbeatFreshMs = 15_000
const askWithinMs = 3_000

export type Readiness = {
  ready: boolean
  draining: boolean
  database: 'ok' | 'away'
  /** `behind`: code newer than the database. `ahead`: the other way round, which is fine while a deploy rolls. */
  migrations: 'current' | 'behind' | 'ahead' | 'unknown'
  secret: 'ok' | 'unusable'
  worker: { state: 'ok' | 'stale' | 'never'; age_ms: number | null }
}

/** What `/readyz` says. Names and versions are not told: the route is public. */
export async function readiness(): Promise<Readiness> {
  const asked = await Promise.race([askDatabase(), clock.sleep(askWithinMs).then(() => null)])
  const database = asked === null ? 'away' : 'ok'
  const migrations = asked === null ? 'unknown' : compare(await newestMigrationOfCode(), asked.migrations)
  const secret = secretWorks() ? 'ok' : 'unusable'
  const age_ms = asked?.seen_at ? Math.max(0, clock.wallMs() - asked.seen_at.getTime()) : null
  const draining = isDraining()
  return {
    ready: !draining && database === 'ok' && migrations !== 'behind' && secret === 'ok',
    draining,
    database,
    migrations,
    secret,
    worker: { state: age_ms === null ? 'never' : age_ms <= heartbeatFreshMs ? 'ok' : 'stale', age_ms },
  }
}

async function askDatabase(): Promise<{ migrations: string[] | null; seen_at: Date | null } | null> {
  try {
    const [migrations, seen_at] = await Promise.all([readMigrations(), readNewestHeartbeat()])
    return { migrations, seen_at }
  } catch (error) {
    log().warn({ error: messageOf(error) }, 'the database did not answer the readiness question')
    return null
  }
}

function compare(newest: string | null, applied: string[] | null): Readiness['migrations'] {
  if (newest === null || applied === null) return 'unknown'
  if (!applied.includes(newest)) return 'behind'
  return applied.some((name) => name > newest) ? 'ahead' : 'current'
}

/** The newest folder in prisma/migrations, read once: it changes only with the code. */
function newestMigrationOfCode(): Promise<string | null> {
  return once('newest-migration', async () => {
    try {
      const entries = await readdir(join(process.cwd(), 'prisma', 'migrations'), { withFileTypes: true })
      return (
        entries
          .filter((entry) => entry.isDirectory())
          .map((entry) => entry.name)
          .sort()
          .at(-1) ?? null
      )
    } catch {
      return null
    }
  })
}

function secretWorks(): boolean {
  try {
    const { secret } = config()
    return unseal(secret, 'readyz', seal(secret, 'readyz', 'works')) === 'works'
  } catch {
    return false
  }
}
