import { withClient } from '@/scripts/postgres/connect'
import type { BenchServer } from '../measure/server'
import { storeTenants, storeTraffic } from './store-traffic'
import type { Tenant, Traffic } from './traffic'
import { startWorker } from './worker'

/**
 * Proves on a database of its own, not timed, that two workers never hold a bucket at once: triggers write down who
 * takes which lease and which transaction marks which row.
 * @returns rows marked more than once or never, rows marked by a transaction that does not hold their bucket, and
 *   leases taken from an owner while they lasted.
 */
export async function countOverlaps(server: BenchServer, tenants: Tenant[], traffic: Traffic): Promise<{ rows: number; overlaps: number; shares: number[] }> {
  const database = await server.database()
  await storeTenants(database.adminUrl, tenants)
  await storeTraffic(database.adminUrl, traffic)
  await withClient(
    database.adminUrl,
    async (client) =>
      void (await client.query(`
        CREATE TABLE said_lease (bucket int, owner text, xid text, stolen boolean);
        CREATE TABLE said_mark (bucket int, id uuid, xid text, owner text);
        CREATE FUNCTION say_lease() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
          INSERT INTO said_lease VALUES (NEW.bucket, NEW.owner, pg_current_xact_id()::text, NEW.owner <> OLD.owner AND OLD.lease_until >= now()); RETURN NULL; END $$;
        CREATE FUNCTION say_mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
          INSERT INTO said_mark VALUES (NEW.bucket, NEW.id, pg_current_xact_id()::text, (SELECT owner FROM inbox_lease WHERE bucket = NEW.bucket)); RETURN NULL; END $$;
        CREATE TRIGGER say AFTER UPDATE ON inbox_lease FOR EACH ROW EXECUTE FUNCTION say_lease();
        CREATE TRIGGER say AFTER UPDATE ON inbox_event FOR EACH ROW WHEN (OLD.state = 'pending') EXECUTE FUNCTION say_mark();`)),
  )
  const workers = await Promise.all([startWorker(database, 'one'), startWorker(database, 'two')])
  await Promise.all(workers.map((worker) => worker.drain()))
  // What the first to find nothing free left behind.
  await workers[0].drain()
  workers.forEach((worker) => worker.stop())
  const counted = await withClient(database.adminUrl, async (client) => {
    const { rows } = await client.query<{ rows: number; overlaps: number; shares: number[] }>(
      `SELECT (SELECT count(*) FROM inbox_event)::int AS rows,
              ((SELECT count(*) FROM inbox_event WHERE attempts <> 1 OR state = 'pending')
               + (SELECT count(*) FROM (SELECT FROM said_mark GROUP BY bucket, id HAVING count(*) > 1) twice)
               + (SELECT count(*) FROM said_mark m WHERE NOT EXISTS (SELECT FROM said_lease l WHERE l.bucket = m.bucket AND l.xid = m.xid AND l.owner = m.owner))
               + (SELECT count(*) FROM said_lease WHERE stolen))::int AS overlaps,
              ARRAY(SELECT count(*)::int FROM said_mark GROUP BY owner ORDER BY owner) AS shares`,
    )
    return rows[0] ?? { rows: 0, overlaps: Number.NaN, shares: [] }
  })
  await database.drop()
  return counted
}
