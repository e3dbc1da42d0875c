import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/scripts/test-database'
import { globalTables } from './global-tables'

let db: TestDatabase
let owner: Client
let app: Client
let worker: Client

const A = '01900000-0000-7000-8000-00000000000a'
const B = '01900000-0000-7000-8000-00000000000b'
const connectionOfB = '01900000-0000-7000-8000-0000000000b1'
const storeOfB = '01900000-0000-7000-8000-0000000000b2'

beforeAll(async () => {
  db = await createTestDatabase()
  owner = await connect(db.ownerUrl)
  app = await connect(db.appUrl)
  worker = await connect(db.workerUrl)
  for (const [id, slug] of [
    [A, 'tenant-a'],
    [B, 'tenant-b'],
  ] as const) {
    await worker.query(`INSERT INTO tenant (id, slug, name, time_zone, created_at) VALUES ($1, $2, $2, 'UTC', now())`, [id, slug])
    await worker.query(
      `INSERT INTO api_key (tenant_id, id, mode, name, secret_hash, created_at) VALUES ($1, gen_random_uuid(), 'live', 'canary', '\\x00', now())`,
      [id],
    )
    await worker.query(
      `INSERT INTO activity (tenant_id, id, at, actor_kind, action, subject_kind, subject_id, detail) VALUES ($1, gen_random_uuid(), now(), 'operator', 'x', 'y', 'z', '{}')`,
      [id],
    )
  }
  await worker.query(
    `INSERT INTO connection (tenant_id, id, mode, kind, account_id, name, country, default_currency, state, created_at)
    VALUES ($1, $2, 'live', 'own', 'acct_b', 'B', 'DE', 'eur', 'active', now())`,
    [B, connectionOfB],
  )
  await insertFilled(worker, 'store', { tenant_id: B, id: storeOfB, mode: 'live', state: 'active', connection_id: connectionOfB })
})

afterAll(async () => {
  await Promise.allSettled([owner?.end(), app?.end(), worker?.end()])
  await db?.drop()
})

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return client
}

type Table = { name: string; has_tenant: boolean; enabled: boolean; forced: boolean }

async function tables(): Promise<Table[]> {
  const { rows } = await app.query<Table>(`
    SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
           EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS has_tenant
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_%' AND c.relkind IN ('r', 'p') ORDER BY 1`)
  return rows
}

async function tenantTables(): Promise<string[]> {
  return (await tables()).map((table) => table.name).filter((name) => !(name in globalTables))
}

/** Runs as the app role with a tenant set, and undoes it. */
async function asTenant<T>(tenant: string | null, work: () => Promise<T>): Promise<T> {
  await app.query('BEGIN')
  try {
    if (tenant !== null) await app.query(`SET LOCAL app.tenant_id = '${tenant}'`)
    return await work()
  } finally {
    await app.query('ROLLBACK')
  }
}

/** Inserts a row with the given columns and something fitting in every other column that must not be null. */
async function insertFilled(client: Client, table: string, given: Record<string, string>): Promise<void> {
  const { rows } = await owner.query<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL`,
    [table],
  )
  const filler: Record<string, string> = {
    uuid: 'gen_random_uuid()',
    text: `'x'`,
    bigint: '1',
    integer: '1',
    boolean: 'false',
    jsonb: `'{}'`,
    bytea: `'\\x00'`,
    'timestamp with time zone': 'now()',
    ARRAY: `'{x}'`,
  }
  const columns = [...new Set([...Object.keys(given), ...rows.map((row) => row.name)])]
  const values = columns.map((name) => (name in given ? `'${given[name]}'` : (filler[rows.find((row) => row.name === name)?.type ?? ''] ?? 'NULL')))
  await client.query(`INSERT INTO "${table}" (${columns.map((name) => `"${name}"`).join(', ')}) VALUES (${values.join(', ')})`)
}

describe('the catalog, asked as the app role', () => {
  it('finds every table either global with a reason, or a tenant table with a forced policy for both directions', async () => {
    const { rows: policies } = await app.query<{ name: string; roles: string[]; cmd: string; qual: string | null; with_check: string | null }>(
      `SELECT tablename AS name, roles::text[] AS roles, cmd, qual, with_check FROM pg_policies WHERE permissive = 'PERMISSIVE'`,
    )
    const wrong: string[] = []
    for (const table of await tables()) {
      if (table.name in globalTables) continue
      if (!table.has_tenant) wrong.push(`${table.name}: no tenant_id, and no entry in lib/db/global-tables.ts`)
      if (!table.enabled || !table.forced) wrong.push(`${table.name}: row level security is not enabled and forced`)
      const own = policies.filter((policy) => policy.name === table.name && policy.roles.includes('matchbook_app'))
      const setting = /tenant_id = .*current_setting\('app\.tenant_id'/
      if (own.length !== 1 || own[0]?.cmd !== 'ALL' || !setting.test(own[0]?.qual ?? '') || !setting.test(own[0]?.with_check ?? '')) {
        wrong.push(`${table.name}: needs exactly one policy for matchbook_app, for ALL, USING and WITH CHECK of app.tenant_id`)
      }
      const public_ = policies.filter((policy) => policy.name === table.name && policy.roles.includes('public'))
      if (public_.length > 0) wrong.push(`${table.name}: a policy for everyone would let the app role through`)
    }
    expect(wrong).toEqual([])
  })

  it('lists no global table that is gone', async () => {
    const names = (await tables()).map((table) => table.name)
    expect(Object.keys(globalTables).filter((name) => !names.includes(name))).toEqual([])
  })

  it('starts every key of a tenant table with tenant_id, the inbox excepted, and carries it in every reference', async () => {
    const { rows } = await owner.query<{ table: string; name: string; kind: string; columns: string[] }>(`
      SELECT c.conrelid::regclass::text AS table, c.conname AS name, c.contype AS kind,
             ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, o) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.o) AS columns
      FROM pg_constraint c WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('p', 'f')`)
    const mine = await tenantTables()
    const wrong = rows.filter(({ table, kind, columns }) => {
      const name = table.replaceAll('"', '')
      if (!mine.includes(name) || name === 'inbox_event') return false
      return kind === 'p' ? columns[0] !== 'tenant_id' : !columns.includes('tenant_id')
    })
    expect(wrong).toEqual([])
  })

  it('has no view, materialised view or security definer function that could go round the policies', async () => {
    const { rows } = await app.query(`
      SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
      UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef`)
    expect(rows).toEqual([])
  })

  it('knows the app role as neither owner nor superuser nor above row level security', async () => {
    const { rows } = await app.query(`
      SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication,
             (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid OR pg_get_userbyid(relowner) = 'matchbook_app') AS owns,
             pg_has_role(current_user, 'matchbook_worker', 'MEMBER') AS is_worker, has_schema_privilege('public', 'CREATE') AS can_create
      FROM pg_roles r WHERE rolname = current_user`)
    expect(rows).toEqual([
      { rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false, rolreplication: false, owns: 0, is_worker: false, can_create: false },
    ])
  })
})

describe('rows of a tenant, asked as the app role', () => {
  it('are none while no tenant is set', async () => {
    for (const table of [...(await tenantTables()), 'tenant']) {
      const { rows } = await asTenant(null, () => app.query(`SELECT 1 FROM "${table}" LIMIT 1`))
      expect(rows, table).toEqual([])
    }
    const { rows } = await worker.query('SELECT count(*)::int AS n FROM api_key')
    expect(rows).toEqual([{ n: 2 }])
  })

  it('are those of the tenant that is set, and nobody else', async () => {
    for (const table of await tenantTables()) {
      const { rows } = await asTenant(A, () => app.query(`SELECT 1 FROM "${table}" WHERE tenant_id IS DISTINCT FROM '${A}' LIMIT 1`))
      expect(rows, table).toEqual([])
    }
    expect((await asTenant(A, () => app.query('SELECT tenant_id FROM api_key'))).rows).toEqual([{ tenant_id: A }])
    expect((await asTenant(A, () => app.query('SELECT id FROM tenant'))).rows).toEqual([{ id: A }])
  })

  it('cannot be written without a tenant, for another tenant, or moved to one', async () => {
    const { rows: writable } = await app.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND has_table_privilege(oid, 'INSERT')`,
    )
    const mine = (await tenantTables()).filter((name) => writable.some((row) => row.name === name))
    expect(mine).toContain('api_key')
    for (const table of mine) {
      for (const tenant of [null, A]) {
        await expect(
          asTenant(tenant, () => insertFilled(app, table, { tenant_id: B })),
          `${table} as ${tenant}`,
        ).rejects.toMatchObject({ code: '42501' })
      }
    }
    await expect(asTenant(A, () => app.query(`UPDATE api_key SET tenant_id = '${B}'`))).rejects.toMatchObject({ code: '42501' })
    expect((await asTenant(A, () => app.query(`UPDATE api_key SET name = 'mine' WHERE tenant_id = '${B}'`))).rowCount).toBe(0)
  })

  it('cannot be written at all where only the worker writes', async () => {
    for (const table of [
      'payment',
      'charge',
      'refund',
      'dispute',
      'balance_transaction',
      'reconciliation',
      'match',
      'connection',
      'store',
      'tenant',
      'user',
      'membership',
    ]) {
      const { rows } = await app.query<{ may: boolean }>(`SELECT has_table_privilege('public."${table}"', 'INSERT, UPDATE, DELETE') AS may`)
      expect(rows, table).toEqual([{ may: false }])
    }
    await expect(app.query('SELECT * FROM stripe_account')).rejects.toMatchObject({ code: '42501' })
    await expect(asTenant(A, () => app.query('DELETE FROM activity'))).rejects.toMatchObject({ code: '42501' })
    await expect(asTenant(A, () => app.query(`UPDATE activity SET action = 'rewritten'`))).rejects.toMatchObject({ code: '42501' })
  })

  it('cannot hang on a parent of another tenant, nor on one of the other mode', async () => {
    const given = { connection_id: connectionOfB, mode: 'live', state: 'active' }
    await expect(insertFilled(worker, 'store', { tenant_id: A, ...given })).rejects.toMatchObject({ code: '23503' })
    await expect(insertFilled(worker, 'store', { tenant_id: B, ...given, mode: 'test' })).rejects.toMatchObject({ code: '23503' })
    await expect(
      asTenant(A, () => insertFilled(app, 'order', { tenant_id: A, store_id: storeOfB, mode: 'live', currency: 'eur', payment_state: 'unpaid', total: '1' })),
    ).rejects.toMatchObject({ code: '23503' })
    await expect(
      asTenant(B, () => insertFilled(app, 'order', { tenant_id: B, store_id: storeOfB, mode: 'live', currency: 'eur', payment_state: 'unpaid', total: '1' })),
    ).resolves.toBeUndefined()
  })
})
