import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { canReach, handOver } from './account'
import type { Account } from './account'

const SYSTEM_FOLDER = '/var/lib/matchbook'

/**
 * Where the server's files live: `<dataDir>/postgres`. When we are root and the account that runs
 * the server cannot pass to that folder (a checkout under /root), `/var/lib/matchbook/<hash of dataDir>`.
 */
export function postgresFolder(dataDir: string, account: Account): string {
  if (canReach(account, join(dataDir, 'postgres'))) return join(dataDir, 'postgres')
  return join(SYSTEM_FOLDER, createHash('sha256').update(dataDir).digest('hex').slice(0, 12))
}

/** Where a copy of the programs goes when the installed ones cannot be used. */
export function spareFolder(dataDir: string, account: Account): string {
  return account.uid === undefined ? dataDir : SYSTEM_FOLDER
}

/** Makes the folder and hands it to the account, closed to everybody else. */
export function makePostgresFolder(folder: string, account: Account): void {
  const first = mkdirSync(folder, { recursive: true })
  // A strict umask would close the parents that were just made; the account has to pass them.
  if (first && account.uid !== undefined) for (let parent = dirname(folder); parent.length >= first.length; parent = dirname(parent)) chmodSync(parent, 0o755)
  chmodSync(folder, 0o700)
  handOver(account, folder)
}
