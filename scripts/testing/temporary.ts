import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { canReach } from '../postgres/account'
import type { Account } from '../postgres/account'
import { isAlive } from '../process-alive'

/** A fresh folder that the server's account can reach, named after this process; leftovers of killed ones go first. */
export function temporaryFolder(account: Account): string {
  const usual = join(tmpdir(), `matchbook-test-${userInfo().uid}`)
  mkdirSync(usual, { recursive: true })
  const parent = canReach(account, join(usual, 'x')) ? usual : '/var/tmp/matchbook-test'
  mkdirSync(parent, { recursive: true, mode: 0o755 })
  for (const name of readdirSync(parent)) if (isLeftover(parent, name)) rmSync(join(parent, name), { recursive: true, force: true })
  return mkdtempSync(join(parent, `${process.pid}-`))
}

function isLeftover(parent: string, name: string): boolean {
  const maker = Number(name.split('-')[0])
  if (!maker || isAlive(maker)) return false
  // Its server may still be stopping; the guard removes the folder then.
  return !['data', 'postgres/data'].some((data) => {
    const file = join(parent, name, data, 'postmaster.pid')
    return existsSync(file) && isAlive(Number.parseInt(readFileSync(file, 'utf8')))
  })
}
