import type { Letter } from '../world/deliveries'
import type { Checking } from './violation'

type Row = {
  account_id: string
  astray: boolean
  mode: string
  event_id: string
  kind: string
  state: string
  reason: string | null
  attempts: number
  alarmed: boolean
  tenant_id: string | null
  count: number
}

/** A copy that went astray is a row of its own, beside the one of the true delivery. */
const keyOf = (account: string, mode: string, event: string, astray: boolean) => `${account} ${mode} ${event}${astray ? ' astray' : ''}`
const rowKey = (row: Row) => keyOf(row.account_id, row.mode, row.event_id, row.astray)
const letterKey = (letter: Letter) => keyOf(letter.account, letter.livemode ? 'live' : 'test', letter.event_id, letter.fate === 'misrouted')

/** D1, D2, D4, and that nothing of another mode or account got in: true at any moment. */
export async function checkReceived({ world, query, report }: Checking): Promise<void> {
  const { expected, forged } = lettersByEvent(world.post.letters.values())
  const rows = new Map((await inboxRows({ world, query })).map((row) => [rowKey(row), row]))
  for (const [key, letters] of expected) {
    const [letter] = letters as [Letter]
    const row = rows.get(key)
    if (!row) report('D1', letter.tenant, letter.event_id, 'a row of what was answered 200', 'none')
    else if (row.count > 1) report('D4', letter.tenant, letter.event_id, 'one row', row.count)
    // What a list told first is no word of the same endpoint: a delivery that differs from it is none of ours to judge.
    if (row?.kind === 'delivery' && letters.some((one) => one.alarm) && letters.some((one) => !one.alarm && one.fate === 'settled') && !row.alarmed)
      report('D4', letter.tenant, letter.event_id, 'an alarm for the repeat that differs', 'none')
  }
  for (const [key, letter] of forged)
    if (!expected.has(key) && rows.get(key)?.kind === 'delivery' && !isOnTheWay(world.post.letters.values(), key))
      report('D2', letter.tenant, letter.event_id, 'nothing of a forged delivery', 'a row')
}

/** D3 and how each delivery ended; J1: no row was folded twice. For the end of a history. */
export async function checkEnds({ world, query, report, keys }: Checking, replayed: boolean): Promise<void> {
  const { expected } = lettersByEvent(world.post.letters.values())
  for (const row of await inboxRows({ world, query })) {
    const key = rowKey(row)
    const tenant = (row.tenant_id && keys.get(row.tenant_id)) ?? row.account_id
    if (row.state === 'pending') report('D3', tenant, row.event_id, 'an end', 'pending')
    else if (row.state !== 'applied' && (row.reason ?? '') === '') report('D3', tenant, row.event_id, 'a reason', row.state)
    if (!replayed && row.attempts > 1) report('J1', tenant, row.event_id, 'folded once', row.attempts)
    const letters = expected.get(key)
    const proper = !letters || letters.some((letter) => letter.fate === 'settled')
    const fate = proper ? 'settled' : (letters[0] as Letter).fate
    if (fate === 'settled' && row.state === 'quarantined') report('D3', tenant, row.event_id, 'applied or ignored', `quarantined: ${row.reason}`)
    if (fate === 'misrouted' && (row.state !== 'quarantined' || row.reason !== 'misrouted'))
      report('T1', tenant, row.event_id, 'quarantined: misrouted', `${row.state}: ${row.reason}`)
    if (fate === 'ignored' && row.state !== 'ignored') report('D3', tenant, row.event_id, 'ignored', `${row.state}: ${row.reason}`)
  }
}

/** By account, mode and event: what was answered 200, and forgeries. */
function lettersByEvent(letters: Iterable<Letter>): { expected: Map<string, Letter[]>; forged: Map<string, Letter> } {
  const expected = new Map<string, Letter[]>()
  const forged = new Map<string, Letter>()
  for (const letter of letters) {
    const key = letterKey(letter)
    if (letter.fate === 'refused') forged.set(key, letter)
    else if (letter.taken > 0) expected.set(key, [...(expected.get(key) ?? []), letter])
  }
  return { expected, forged }
}

/** Delivered, perhaps stored, and not answered yet: the row is rightly there. */
function isOnTheWay(letters: Iterable<Letter>, key: string): boolean {
  for (const letter of letters) if (letter.fate !== 'refused' && letterKey(letter) === key) return true
  return false
}

async function inboxRows({ world, query }: Pick<Checking, 'world' | 'query'>): Promise<Row[]> {
  const { rows } = await query<Row>(
    `SELECT account_id, mode, event_id, scope <> account_id || ':' || mode AS astray, max(kind) AS kind, max(state) AS state, max(reason) AS reason, max(attempts)::int AS attempts, bool_or(alarm IS NOT NULL) AS alarmed, max(tenant_id::text) AS tenant_id, count(*)::int AS count
       FROM inbox_event WHERE account_id = ANY($1) GROUP BY account_id, mode, event_id, 4`,
    [world.tenants.map((tenant) => tenant.account_id)],
  )
  return rows
}
