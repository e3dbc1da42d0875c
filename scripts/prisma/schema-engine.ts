import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { DiffTarget } from '@prisma/schema-engine-wasm'
import { engineAdapter, offlineAdapter } from './engine-adapter'
import { schemaFiles } from './schema-files'

type Engine = typeof import('@prisma/schema-engine-wasm')

/** The engine that Prisma ships as wasm: no download, no native binary. */
async function loadEngine(): Promise<Engine> {
  // Without this registry a panic inside the wasm surfaces as an unrelated TypeError.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) } })
  // The package's main entry imports the .wasm as a module, which Node 20 cannot: load it by hand.
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'))
  const wasm = new WebAssembly.Module(readFileSync(join(folder, 'schema_engine_bg.wasm')))
  const instance = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports })
  glue.__wbg_set_wasm(instance.exports)
  ;(instance.exports.__wbindgen_start as (() => void) | undefined)?.()
  return glue
}

/** Where a difference starts: nothing, what a database holds, or what the migrations build in it. */
export type DiffStart = { tag: 'empty' } | { tag: 'database'; url: string } | { tag: 'migrations'; url: string; migrations: { name: string; sql: string }[] }

/**
 * The SQL that leads from `start` to `prisma/schema/*.prisma`; empty when they agree.
 * With `tag: 'migrations'` the migrations are executed in the database at `url`: throw-away only.
 */
export async function diffToSchema(start: DiffStart): Promise<string> {
  const { SchemaEngine } = await loadEngine()
  const files = schemaFiles()
  const adapter = start.tag === 'empty' ? offlineAdapter() : engineAdapter(start.url)
  const engine = await SchemaEngine.new({ datamodels: files.map((file): [string, string] => [file.path, file.content]) }, () => {}, adapter.factory)
  try {
    const result = await engine.diff({
      from: diffTarget(start),
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    })
    return result.exitCode === 0 ? '' : (result.stdout ?? '')
  } finally {
    engine.free()
    await adapter.close()
  }
}

function diffTarget(start: DiffStart): DiffTarget {
  if (start.tag === 'empty') return { tag: 'empty' }
  if (start.tag === 'database') return { tag: 'schemaDatasource', files: schemaFiles(), configDir: 'prisma' }
  return {
    tag: 'migrations',
    baseDir: 'prisma/migrations',
    lockfile: { path: './migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: start.migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  }
}
