import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Sentence } from '../sentence'

type PlatformKeys = { secret: string; publishable: string }

/** Everything secret that a run makes up for itself, on its first start. */
export type Secrets = {
  database: { admin: string; owner: string; app: string; worker: string }
  /** MATCHBOOK_SECRET: 32 random bytes, base64. */
  matchbook: string
  /** The keys of the platform's account in the sandbox. They are worth nothing elsewhere. */
  sandbox: { live: PlatformKeys; test: PlatformKeys }
}

/** Whether nothing has run from this data folder yet. */
export function isFirstRun(dataDir: string): boolean {
  return !existsSync(join(dataDir, 'secrets.json'))
}

/** Reads `<dataDir>/secrets.json` (0600), or makes it. */
export function secretsOf(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json')
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Secrets
    } catch {
      throw new Sentence(`${file} is damaged, and the database opens with nothing else: restore it, or run npm run reset and start afresh.`)
    }
  }
  const secrets: Secrets = {
    database: { admin: token(), owner: token(), app: token(), worker: token() },
    matchbook: randomBytes(32).toString('base64'),
    sandbox: { live: keys('live'), test: keys('test') },
  }
  const part = `${file}.part`
  writeFileSync(part, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  chmodSync(part, 0o600)
  renameSync(part, file)
  return secrets
}

function token(): string {
  return randomBytes(24).toString('hex')
}

function keys(mode: 'live' | 'test'): PlatformKeys {
  return { secret: `sk_${mode}_${token()}`, publishable: `pk_${mode}_${token()}` }
}
