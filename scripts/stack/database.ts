import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serverAccount } from '../postgres/account'
import { serverBinaries } from '../postgres/binaries'
import { localUrl } from '../postgres/connect'
import { makePostgresFolder, postgresFolder, spareFolder } from '../postgres/folder'
import { makeOwner } from '../postgres/owner'
import { endLeftServer, startServer } from '../postgres/server'
import type { OwnDatabase } from '../stack'
import type { Secrets } from './secrets'

/** The database of a run, embedded or the user's own. */
export type Database = Required<OwnDatabase> & {
  /** Which logins are made and given their password by us. */
  own: { app: boolean; worker: boolean }
  /** What to say about it. */
  detail: string
  log: string
  gone: Promise<void>
  stop(): Promise<void>
}

/** Uses the given database as it is; a login for the worker is made beside the app's when none is given. */
export function ownDatabase(given: OwnDatabase, derive: (purpose: string) => string): Database {
  const worker = new URL(given.workerUrl ?? given.appUrl)
  if (!given.workerUrl) {
    worker.username = 'matchbook_worker_login'
    worker.password = derive('worker login')
  }
  const { host, pathname } = new URL(given.appUrl)
  return {
    ...given,
    workerUrl: worker.toString(),
    own: { app: false, worker: !given.workerUrl },
    detail: `your own, ${host}${pathname}`,
    log: 'its log',
    gone: new Promise(() => {}),
    stop: async () => {},
  }
}

/**
 * Starts the embedded server (or takes it over) with its owner and database. Its port is kept for the next start.
 * `first`: the data folder is new.
 */
export async function embeddedDatabase(
  dataDir: string,
  secrets: Secrets['database'],
  { durable, first }: { durable: boolean; first: boolean },
): Promise<Database> {
  const account = serverAccount()
  const folder = postgresFolder(dataDir, account)
  // Outside of the checkout it outlives it: what lies there is a deleted checkout's, and its password is gone.
  if (first && !folder.startsWith(dataDir)) await removeDatabase(dataDir)
  makePostgresFolder(folder, account)
  const portFile = join(dataDir, 'postgres-port')
  const server = await startServer({
    folder,
    account,
    binaries: serverBinaries(account, spareFolder(dataDir, account)),
    password: secrets.admin,
    port: existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) || undefined : undefined,
    durable,
  })
  writeFileSync(portFile, String(server.port))
  const url = (user: string, password: string): string => localUrl(user, password, server.port, 'matchbook')
  const ownerUrl = url('matchbook_owner', secrets.owner)
  await makeOwner(server.adminUrl('postgres'), ownerUrl)
  return {
    ownerUrl,
    appUrl: url('matchbook_app_login', secrets.app),
    workerUrl: url('matchbook_worker_login', secrets.worker),
    own: { app: true, worker: true },
    detail: `PostgreSQL on 127.0.0.1:${server.port}${server.adopted ? ', taken over' : ''}`,
    log: join(folder, 'postgres.log'),
    gone: server.gone,
    stop: server.stop,
  }
}

/** Removes the embedded database; a server that was left running ends first. */
export async function removeDatabase(dataDir: string): Promise<void> {
  const folder = postgresFolder(dataDir, serverAccount())
  await endLeftServer(folder)
  rmSync(folder, { recursive: true, force: true })
}
