import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths'

/** Reads `.env` at the root, when there is one; what the environment already says wins. */
export function readDotEnv(): void {
  const file = join(root, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
}
