import type { BenchDatabase } from '../measure/server'
import { startChild } from './child'
import type { Answer, Order } from './worker-process'

export type BenchWorker = { pid: number; drain(how?: Order['do'], steps?: number): Promise<Answer>; stop(): void }

/** The product's environment on a bench database. */
export function environmentOf(database: Pick<BenchDatabase, 'appUrl' | 'workerUrl'>, more: Record<string, string> = {}): Record<string, string> {
  return {
    MATCHBOOK_MODE: 'test',
    MATCHBOOK_SECRET: Buffer.alloc(32, 7).toString('base64'),
    DATABASE_URL: database.appUrl,
    DATABASE_WORKER_URL: database.workerUrl,
    LOG_LEVEL: 'error',
    STRIPE_TEST_SECRET_KEY: 'sk_test_none',
    ...more,
  }
}

/** One worker process on a database. */
export async function startWorker(database: BenchDatabase, name = 'worker', nodeArguments: string[] = []): Promise<BenchWorker> {
  const child = await startChild('drain/worker-process.ts', environmentOf(database, { DATABASE_OWNER_URL: database.adminUrl }), nodeArguments)
  return { pid: child.pid, drain: (how = 'drain', steps) => child.ask<Answer>({ do: how, worker: name, steps } satisfies Order), stop: child.stop }
}
