import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../migrations/migrate'
import { serverAccount } from '../postgres/account'
import { serverBinaries } from '../postgres/binaries'
import { localUrl } from '../postgres/connect'
import { makePostgresFolder, spareFolder } from '../postgres/folder'
import { makeOwner } from '../postgres/owner'
import { startServer } from '../postgres/server'
import { temporaryFolder } from './temporary'

/** The migrated, empty database that every test database is a copy of. */
export const TEMPLATE = 'matchbook_template'

/** Connection strings into the template; another database of the same server is one path away. */
export type TestServer = { ownerUrl: string; appUrl: string; workerUrl: string }

/**
 * A PostgreSQL for tests and benches: in a temporary folder, without fsync unless `durable`, gone with
 * this process whatever happens to it, its files too.
 */
export async function startTestServer({ durable = false, settings = {} }: { durable?: boolean; settings?: Record<string, string> } = {}): Promise<
  TestServer & { pid: number; adminUrl(database: string): string; stop(): Promise<void> }
> {
  const account = serverAccount()
  const folder = temporaryFolder(account)
  makePostgresFolder(folder, account)
  const password = randomBytes(16).toString('hex')
  const server = await startServer({
    folder,
    account,
    binaries: serverBinaries(account, spareFolder(join(tmpdir(), 'matchbook'), account)),
    password,
    durable,
    settings,
    removeWhenOrphaned: true,
  })
  const urls: TestServer = {
    ownerUrl: localUrl('matchbook_owner', password, server.port, TEMPLATE),
    appUrl: localUrl('matchbook_app_login', password, server.port, TEMPLATE),
    workerUrl: localUrl('matchbook_worker_login', password, server.port, TEMPLATE),
  }
  const stop = async (): Promise<void> => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await makeOwner(server.adminUrl('postgres'), urls.ownerUrl)
    await migrate({ ...urls, own: { app: true, worker: true } })
  } catch (error) {
    await stop()
    throw error
  }
  return { ...urls, pid: server.pid, adminUrl: server.adminUrl, stop }
}
