import { channels } from '@/lib/db/notify'
import { deliveryPool } from '@/lib/db/pools'
import { codeOf } from '@/lib/kernel/fault'
import { alarmOf } from '../core/event'

export type Delivery = {
  bucket: number
  id: string
  scope: string
  event_id: string
  endpoint_id: string
  mode: string
  account_id: string
  type: string
  object_id: string | null
  api_version: string | null
  created_at: Date
  body: Buffer
  body_sha256: Buffer
  received_at: Date
}

const columns = {
  bucket: 'integer',
  id: 'uuid',
  scope: 'text',
  event_id: 'text',
  endpoint_id: 'text',
  mode: 'text',
  account_id: 'text',
  type: 'text',
  object_id: 'text',
  api_version: 'text',
  created_at: 'timestamptz',
  body: 'bytea',
  body_sha256: 'bytea',
  received_at: 'timestamptz',
} as const satisfies Record<keyof Delivery, string>
const names = Object.keys(columns) as (keyof Delivery)[]

/** One text per number of rows, so that each is prepared once per connection. */
const texts = { quiet: new Map<number, string>(), waking: new Map<number, string>() }

function insertText(count: number, how: keyof typeof texts): string {
  const known = texts[how].get(count)
  if (known !== undefined) return known
  const row = (at: number) => `('delivery', ${names.map((name, column) => `$${at * names.length + column + 1}::${columns[name]}`).join(', ')})`
  // The inner statement is run once, by the first row that is stored, and heard when the row can be read.
  const wake = how === 'waking' ? ` RETURNING (SELECT pg_notify($${count * names.length + 1}::text, '')::text)` : ''
  const text = `INSERT INTO inbox_event (kind, ${names.join(', ')}) VALUES ${Array.from({ length: count }, (_, at) => row(at)).join(', ')}
    ON CONFLICT (bucket, scope, event_id) DO NOTHING${wake}`
  texts[how].set(count, text)
  return text
}

/**
 * Durable rows with one statement; per row, in their order, whether it is the first of its event. Two copies of one
 * event in one call are one row. Rows go in the order of their key: statements that meet wait for each other in one
 * direction only. `wake`: the drain is woken when they are committed, if any was stored.
 */
export async function insertDeliveries(rows: Delivery[], { wake }: { wake: boolean }): Promise<boolean[]> {
  const ordered = rows.length === 1 ? rows : [...rows].sort((a, b) => a.bucket - b.bucket || compare(a.scope, b.scope) || compare(a.event_id, b.event_id))
  const values: unknown[] = []
  for (const row of ordered)
    values.push(
      row.bucket,
      row.id,
      row.scope,
      row.event_id,
      row.endpoint_id,
      row.mode,
      row.account_id,
      row.type,
      row.object_id,
      row.api_version,
      row.created_at.toISOString(),
      row.body,
      row.body_sha256,
      row.received_at.toISOString(),
    )
  if (wake) values.push(channels.inbox)
  const how = wake ? 'waking' : 'quiet'
  const result = await deliveryPool().query({ name: `insert_deliveries_${how}_${rows.length}`, text: insertText(rows.length, how), values })
  if (result.rowCount === rows.length) return rows.map(() => true)
  if (result.rowCount === 0) return rows.map(() => false)
  const stored = await storedIds(ordered)
  return rows.map(({ id }) => stored.has(id))
}

/** Which of the rows are there under their own id, and not under that of an earlier copy of the same event. */
async function storedIds(rows: Delivery[]): Promise<Set<string>> {
  const result = await deliveryPool().query<{ id: string }>({
    name: 'stored_deliveries',
    text: 'SELECT id FROM inbox_event WHERE (bucket, id) IN (SELECT * FROM unnest($1::integer[], $2::uuid[]))',
    values: [rows.map(({ bucket }) => bucket), rows.map(({ id }) => id)],
  })
  return new Set(result.rows.map(({ id }) => id))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Whether PostgreSQL refused the rows (data, constraint, conflict of transactions, limits), and not everybody. */
export function isRowsFault(error: unknown): boolean {
  return /^(21|22|23|40|54)[0-9A-Z]{3}$/.test(codeOf(error) ?? '')
}

/**
 * Counts a repeat on the row that came first, and keeps how it differs when it is not the same event. A row that meets
 * itself, because the answer to its first INSERT was lost, is no repeat.
 */
export async function noteDuplicate(row: Delivery): Promise<string[] | null> {
  const key = [row.bucket, row.scope, row.event_id]
  const counted = await deliveryPool().query<{ body: Buffer | null; endpoint_id: string | null }>({
    name: 'count_duplicate',
    text: `UPDATE inbox_event SET duplicate_count = duplicate_count + 1, last_duplicate_at = greatest(last_duplicate_at, $4)
            WHERE bucket = $1 AND scope = $2 AND event_id = $3 AND id <> $5
        RETURNING CASE WHEN body_sha256 <> $6 THEN body END AS body, endpoint_id`,
    values: [...key, row.received_at, row.id, row.body_sha256],
  })
  const first = counted.rows[0]
  const alarm = first?.body ? alarmOf({ body: first.body, endpoint_id: first.endpoint_id }, row) : null
  if (alarm)
    await deliveryPool().query({
      text: 'UPDATE inbox_event SET alarm = $4::jsonb WHERE bucket = $1 AND scope = $2 AND event_id = $3',
      values: [...key, JSON.stringify({ differs: alarm, body_sha256: row.body_sha256.toString('hex'), at: row.received_at })],
    })
  return alarm
}

export type Refused = { count: number; at: Date; reason: string }

/** Adds what endpoints refused since the last time, for their health: exact numbers, and one statement however many there were. */
export async function addRejections(refused: ReadonlyMap<string, Refused>): Promise<void> {
  if (refused.size === 0) return
  const rows = [...refused].map(([id, { count, at, reason }]) => ({ id, count, at, reason }))
  await deliveryPool().query({
    text: `UPDATE webhook_endpoint w SET rejected_count = least(w.rejected_count::bigint + r.count, 2147483647)::integer, last_rejected_at = greatest(w.last_rejected_at, r.at),
            last_rejection = CASE WHEN w.last_rejected_at > r.at THEN w.last_rejection ELSE r.reason END
       FROM jsonb_to_recordset($1::jsonb) AS r (id text, count integer, at timestamptz, reason text) WHERE w.id = r.id`,
    values: [JSON.stringify(rows)],
  })
}
