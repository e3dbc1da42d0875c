import type { Sql } from '@/lib/db/pools'

/** In the order given, which must be the same for everyone. A lock that the transaction already holds costs nothing. */
export async function takeTenantLocks(sql: Sql, sortedTenantIds: string[]): Promise<void> {
  await sql.query({
    name: 'tenant_locks',
    text: `SELECT pg_advisory_xact_lock(hashtextextended('matching/' || t.id, 0))::text FROM unnest($1::text[]) WITH ORDINALITY t(id, place) ORDER BY t.place`,
    values: [sortedTenantIds],
  })
}
