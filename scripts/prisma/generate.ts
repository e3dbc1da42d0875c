import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths'
import { Sentence } from '../sentence'
import { schemaFiles } from './schema-files'

/** Generates lib/db/generated when the schema or Prisma changed; true when it did. */
export async function generateClient(): Promise<boolean> {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/prisma/package.json'), 'utf8')) as { version: string }
  const hash = createHash('sha256').update(version)
  for (const { path, content } of schemaFiles()) hash.update(`\0${path}\0${content}`)
  // The style of the generated imports follows the compiler options.
  hash.update(readFileSync(join(root, 'tsconfig.json')))
  const stamp = hash.digest('hex')
  const file = join(root, 'lib/db/generated/.stamp')
  if (existsSync(file) && readFileSync(file, 'utf8') === stamp) return false
  const done = spawnSync(process.execPath, [join(root, 'node_modules/prisma/build/index.js'), 'generate'], { cwd: root, encoding: 'utf8' })
  if (done.status !== 0) throw new Sentence(`Prisma could not generate the database client: ${(done.stderr || done.stdout).trim()}`)
  writeFileSync(file, stamp)
  return true
}
