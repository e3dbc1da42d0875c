import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import type { ErrorCapturingSqlMigrationAwareDriverAdapterFactory, SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import pg from 'pg'

const CHAR = 18 // pg_type "char", one byte, used all over the catalog
const TEXT = 25
const MARK = '\u0000char'

/**
 * A pool whose results the adapter can read: it rejects the catalog's "char" columns. They pass
 * as text with a marked name, and `mended()` gives the engine the type that it asks for.
 */
class CatalogPool extends pg.Pool {
  override query = (async (config: pg.QueryConfig) => {
    const client = await this.connect()
    try {
      const result = await client.query(config)
      for (const field of result.fields ?? []) {
        if (field.dataTypeID !== CHAR) continue
        field.dataTypeID = TEXT
        field.name += MARK
      }
      return result
    } finally {
      client.release()
    }
  }) as pg.Pool['query']
}

function mended(adapter: SqlDriverAdapter, pool: pg.Pool): SqlDriverAdapter {
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (query) => {
    const rows = await queryRaw(query)
    rows.columnNames.forEach((name, at) => {
      if (!name.endsWith(MARK)) return
      rows.columnNames[at] = name.slice(0, -MARK.length)
      rows.columnTypes[at] = ColumnTypeEnum.Character
    })
    return rows
  }
  // The adapter splits scripts at every semicolon, also inside function bodies and strings.
  adapter.executeScript = async (script) => {
    const client = await pool.connect()
    try {
      await client.query(script)
    } finally {
      client.release()
    }
  }
  return adapter
}

/** Database access for one engine; close it after the engine is freed. */
export type EngineAdapter = {
  factory: ErrorCapturingSqlMigrationAwareDriverAdapterFactory
  close(): Promise<void>
}

/**
 * The database access that the schema engine gets. `connectionString` names the database that
 * is read; with `from: migrations` the engine *executes* them there, so pass a throw-away one.
 */
export function engineAdapter(connectionString: string): EngineAdapter {
  const pool = new CatalogPool({ connectionString, max: 2 })
  pool.on('error', () => {})
  const base = new PrismaPg(pool)
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: base.provider,
    adapterName: base.adapterName,
    connect: async () => mended(await base.connect(), pool),
    connectToShadowDb: async () => mended(await base.connect(), pool),
  })
  return { factory, close: () => pool.end() }
}

/** For differences that start from nothing: the engine asks for the server's version and for nothing else. */
export function offlineAdapter(): EngineAdapter {
  const refuse = async (): Promise<never> => {
    throw new Error('A difference from nothing must not need a database.')
  }
  const adapter: SqlDriverAdapter = {
    provider: 'postgres',
    adapterName: 'offline',
    queryRaw: async ({ sql }) => {
      if (!sql.includes('server_version_num')) return refuse()
      return {
        columnNames: ['exists', 'version', 'numeric_version'],
        columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
        rows: [[true, 'PostgreSQL 18.4', 180004]],
      }
    },
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    dispose: async () => {},
  }
  const connect = async (): Promise<SqlDriverAdapter> => adapter
  const factory = bindMigrationAwareSqlAdapterFactory({ provider: 'postgres', adapterName: 'offline', connect, connectToShadowDb: connect })
  return { factory, close: async () => {} }
}
