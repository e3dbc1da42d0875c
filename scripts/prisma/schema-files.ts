import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths'

/** One file as the schema engine wants it: a name for its messages, and the text. */
export type SchemaFile = { path: string; content: string }

/** Every `prisma/schema/*.prisma`, in name order. */
export function schemaFiles(): SchemaFile[] {
  const folder = join(root, 'prisma/schema')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.prisma'))
    .sort()
    .map((name) => ({ path: join('prisma/schema', name), content: readFileSync(join(folder, name), 'utf8') }))
}
