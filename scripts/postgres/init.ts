import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Sentence } from '../sentence'
import { handOver } from './account'
import type { Account } from './account'
import type { Binaries } from './binaries'

/** The variables that the server's programs get: nothing of ours, messages in English. */
export const serverEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', NODE_ENV: 'production' } as const

/**
 * Makes `<folder>/data` when it is not there yet: UTF-8, scram passwords, page checksums, one
 * superuser `postgres`. An attempt that is cut short leaves nothing that a later start would use.
 */
export function initCluster(folder: string, account: Account, binaries: Binaries, password: string, durable: boolean): void {
  const data = join(folder, 'data')
  if (existsSync(join(data, 'PG_VERSION'))) return
  for (const name of readdirSync(folder)) if (name.startsWith('making-')) rmSync(join(folder, name), { recursive: true, force: true })
  const making = mkdtempSync(join(folder, 'making-'))
  handOver(account, making)
  const passwordFile = join(making, 'password')
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  handOver(account, passwordFile)
  const done = spawnSync(
    binaries.initdb,
    [
      `--pgdata=${join(making, 'data')}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ],
    { cwd: '/', env: serverEnvironment, uid: account.uid, gid: account.gid, encoding: 'utf8' },
  )
  if (done.status !== 0) {
    rmSync(making, { recursive: true, force: true })
    const reason = (done.error?.message ?? done.stderr).trim().split('\n').slice(0, 3).join(' ')
    throw new Sentence(`PostgreSQL could not make its files in ${folder}: ${reason}`)
  }
  rmSync(data, { recursive: true, force: true })
  renameSync(join(making, 'data'), data)
  rmSync(making, { recursive: true, force: true })
}
