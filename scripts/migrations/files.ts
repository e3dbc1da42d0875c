import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths'

/** One migration as it lies on disk. `checksum` is Prisma's: sha256 of the file, in hex. */
export type Migration = { name: string; sql: string; checksum: string }

/** Every `prisma/migrations/<name>/migration.sql`, in the order in which they apply. */
export function migrationFiles(folder = join(root, 'prisma/migrations')): Migration[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'migration.sql')))
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(folder, name, 'migration.sql'))
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') }
    })
}
