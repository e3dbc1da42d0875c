import { withTenant } from '@/lib/db/tenant'
import { createDatabase, type Database, type ServerUrls } from './database'
import { runHistory, type Result } from './history'
import { takeOver } from './ports'
import { seededRandom } from './random'
import { scene } from './scene'
import { Scheduler } from './scheduler'
import { SimPool, Sessions } from './sessions'

/** Histories that share one database before a fresh one is made. */
const perDatabase = 250

export type How = {
  only: readonly string[] | null
  verbose: boolean
  name: string
}

/** The history that is being lived, and what it is busy with, for whoever asks why it does not end. */
export type Living = { seed: string; steps: number; busy: string }

let present: { seed: string; sessions: Sessions | null } = { seed: '', sessions: null }

export function living(): Living {
  const scheduler = present.sessions?.scheduler
  return { seed: present.seed, steps: scheduler?.steps ?? 0, busy: scheduler?.busyWith() ?? '' }
}

/** Lives the histories of these seeds one after the other, in this Node process. Call it once per process. */
export async function runHistories(seeds: readonly string[], urls: ServerUrls, how: How, ended: (result: Result) => boolean | Promise<boolean>): Promise<void> {
  Object.assign(process.env, {
    MATCHBOOK_MODE: 'test',
    MATCHBOOK_URL: 'https://matchbook.example',
    MATCHBOOK_SECRET: Buffer.alloc(32, 7).toString('base64'),
    DATABASE_URL: urls.appUrl,
    DATABASE_WORKER_URL: urls.workerUrl,
    STRIPE_TEST_SECRET_KEY: 'sk_test_none',
    LOG_LEVEL: 'error',
  })
  const setSessions = (sessions: Sessions | null) => (present = { ...present, sessions })
  const sessionsNow = () => {
    if (present.sessions === null) throw new Error('The product asked for the database while no history runs.')
    return present.sessions
  }
  const say = how.verbose ? (line: string) => process.stdout.write(`    ${line}\n`) : null
  takeOver({ app: new SimPool('app', sessionsNow), worker: new SimPool('worker', sessionsNow) }, say)

  let database: Database | null = null
  try {
    for (const [index, seed] of seeds.entries()) {
      if (database && index % perDatabase === 0) {
        await database.drop()
        database = null
      }
      if (database === null) {
        database = await createDatabase(urls, `sim_${how.name}_${index}`)
        if (index === 0) await warmUp(database, setSessions)
      }
      present = { seed, sessions: null }
      await database.sweep()
      const result = await runHistory(seed, database, scene, { only: how.only, trace: say }, setSessions)
      if (!(await ended(result))) break
    }
  } finally {
    await database?.drop()
  }
}

/** What takes real time at its first use (Prisma's compiler) must not do so in a history. */
async function warmUp(database: Database, setSessions: (sessions: Sessions | null) => void): Promise<void> {
  const scheduler = new Scheduler(0, seededRandom('warm'))
  setSessions(new Sessions(database, scheduler, { statement: () => null, connect: () => null, wakeUp: () => false }, () => undefined))
  await withTenant({ tenant_id: '00000000-0000-7000-8000-000000000000' }, (tx) => tx.tenant.findFirst())
  setSessions(null)
}
