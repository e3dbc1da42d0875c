import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConnection } from '@/lib/connections/create-connection'
import type { Scope } from '@/lib/db/tenant'
import { newId, publicId } from '@/lib/kernel/id'
import { createTenant } from '@/lib/tenancy/create-tenant'
import { readEventFilter } from './core/event-filter'
import { bucketOf, scopeOf } from './core/scope'
import { cardPayment, openHouse, type House } from './inbox-house.test-support'
import { eventChoices, eventFile, hearingsOf, listEvents, setAsideCount, webhookHealth } from './queries'

let house: House
let scope: Scope
let other: Scope
const zone = 'Europe/Berlin'

/** One row as it stands in the database: what the list is held to. */
type Stored = {
  id: string
  event_id: string
  kind: string
  type: string
  object_id: string | null
  state: string
  reason: string | null
  duplicate_count: number
  has_alarm: boolean
  received_at: Date
  connection_id: string
}
let stored: Stored[]

const reasons = [
  null,
  null,
  'nothing_new',
  'nothing_new',
  'object_not_followed',
  'other_api_release',
  'fold_failed: it broke',
  'fold_failed: again',
  'misrouted',
  'something_newer',
]
const types = ['charge.succeeded', 'charge.updated', 'charge.dispute.created', 'payment_intent.succeeded', 'payout.paid', 'charge_like.thing']

async function plant(tenant: string, connection: { id: string; account_id: string }, count: number): Promise<void> {
  const key = scopeOf(connection.account_id, 'test')
  for (let index = 0; index < count; index++) {
    const reason = reasons[index % reasons.length] ?? null
    const state = reason === null ? 'applied' : /^(fold_failed|misrouted)/.test(reason) ? 'quarantined' : 'ignored'
    const repeated = index % 17 === 3
    // Several in one millisecond, so that the id has to tell them apart; over the midnight of the zone.
    const at = new Date(Date.UTC(2026, 10, 19, 22, 30) + Math.floor(index / 3) * 1_800_000)
    await house.owner.query(
      `INSERT INTO inbox_event (bucket, id, scope, event_id, kind, mode, account_id, type, object_id, created_at, body, body_sha256, received_at, tenant_id, connection_id, state, reason, attempts, processed_at, duplicate_count, alarm)
       VALUES ($1, $2, $3, $4, $5, 'test', $6, $7, $8, $9, '{}', '\\x00', $9, $10, $11, $12, $13, 1, $9, $14, $15)`,
      [
        bucketOf(key),
        newId(),
        key,
        `evt_${connection.account_id}_${index}`,
        ['delivery', 'delivery', 'read', 'read', 'reply', 'backfill', 'delivery'][index % 7],
        connection.account_id,
        types[index % types.length],
        index % 4 === 0 ? null : `ch_${index % 5}`,
        at,
        tenant,
        connection.id,
        state,
        reason,
        repeated ? 2 : 0,
        repeated && index % 2 === 0 ? JSON.stringify({ differs: ['content'] }) : null,
      ],
    )
  }
}

beforeAll(async () => {
  house = await openHouse()
  scope = { tenant_id: house.tenant, mode: 'test' }
  const connect = (tenant_id: string, account_id: string) =>
    createConnection({
      tenant_id,
      mode: 'test',
      kind: 'own',
      account_id,
      name: account_id,
      country: 'DE',
      default_currency: 'eur',
      publishable_key: null,
      keys: null,
    })
  const second = await connect(house.tenant, 'acct_second')
  const tenant_id = (await createTenant({ slug: 'events-other', name: 'Other', time_zone: 'UTC' })).tenant_id
  other = { tenant_id, mode: 'test' }
  await plant(tenant_id, await connect(tenant_id, 'acct_other'), 30)
  await plant(house.tenant, house.connection, 130)
  await plant(house.tenant, second, 70)
  stored = await house.rows<Stored>(
    `SELECT id, event_id, kind, type, object_id, state, reason, duplicate_count, alarm IS NOT NULL AS has_alarm, received_at, connection_id FROM inbox_event WHERE tenant_id = '${house.tenant}'`,
  )
})

afterAll(async () => {
  await house.close()
})

/** Every page from the first to the last, as ids. */
async function walk(query: string, size = 7): Promise<string[]> {
  const ids: string[] = []
  let older: string | null = null
  do {
    const page = await listEvents(scope, { filter: readEventFilter(new URLSearchParams(query)), zone, size, older })
    ids.push(...page.rows.map((row) => row.id))
    older = page.older
  } while (older !== null)
  return ids
}

const expected = (fits: (row: Stored) => boolean) =>
  stored
    .filter(fits)
    .sort((a, b) => b.received_at.getTime() - a.received_at.getTime() || (a.id < b.id ? 1 : -1))
    .map((row) => row.id)
const code = (row: Stored) => row.reason?.split(':')[0]

describe('the list of events', () => {
  it.each<[string, (row: Stored) => boolean]>([
    ['', () => true],
    ['outcome=quarantined', (row) => row.state === 'quarantined'],
    ['outcome=ignored&outcome=applied', (row) => row.state !== 'quarantined'],
    ['outcome=waiting', () => false],
    ['kind=backfill', (row) => row.kind === 'backfill'],
    ['kind=read&kind=delivery', (row) => row.kind === 'read' || row.kind === 'delivery'],
    ['type=payout.paid', (row) => row.type === 'payout.paid'],
    ['type=charge.*', (row) => row.type.startsWith('charge.')],
    ['type=charge.*&type=payout.paid&outcome=applied', (row) => (row.type.startsWith('charge.') || row.type === 'payout.paid') && row.state === 'applied'],
    ['q=charge.d', (row) => row.type.startsWith('charge.d')],
    ['q=charge', (row) => row.type.startsWith('charge')],
    ['reason=nothing_new', (row) => code(row) === 'nothing_new'],
    ['reason=other_api_release', (row) => code(row) === 'other_api_release'],
    ['reason=fold_failed', (row) => code(row) === 'fold_failed'],
    ['reason=fold_failed&reason=other_api_release&reason=nothing_new', (row) => ['fold_failed', 'other_api_release', 'nothing_new'].includes(code(row) ?? '')],
    ['reason=something_newer', (row) => code(row) === 'something_newer'],
    ['reason=fold_failed&outcome=ignored', () => false],
    ['only=repeated', (row) => row.duplicate_count > 0],
    ['only=alarm', (row) => row.has_alarm],
    [
      'received_from=2026-11-20&received_to=2026-11-20',
      (row) => row.received_at >= new Date('2026-11-19T23:00:00Z') && row.received_at < new Date('2026-11-20T23:00:00Z'),
    ],
    ['q=evt_acct_second_5', (row) => row.event_id === 'evt_acct_second_5'],
    ['q=ch_3', (row) => row.object_id === 'ch_3'],
    ['q=ch_3&type=charge.*', (row) => row.object_id === 'ch_3' && row.type.startsWith('charge.')],
    ['q=no such thing', () => false],
    ['q=evt_acct_other_5', () => false],
  ])('of “%s” holds every row that fits once, newest first, over pages', async (query, fits) => {
    expect(await walk(query)).toEqual(expected(fits))
  })

  it('is of one connection when asked', async () => {
    expect(await walk(`connection=${publicId('connection', house.connection.id)}`)).toEqual(expected((row) => row.connection_id === house.connection.id))
  })

  it('goes back the way it came', async () => {
    const filter = readEventFilter(new URLSearchParams('outcome=quarantined'))
    const first = await listEvents(scope, { filter, zone, size: 5 })
    const second = await listEvents(scope, { filter, zone, size: 5, older: first.older })
    const third = await listEvents(scope, { filter, zone, size: 5, older: second.older })
    expect((await listEvents(scope, { filter, zone, size: 5, newer: third.newer })).rows).toEqual(second.rows)
    expect((await listEvents(scope, { filter, zone, size: 5, newer: second.newer })).rows).toEqual(first.rows)
    expect(first.newer).toBeNull()
  })

  it('offers the types that there are, and counts what is set aside', async () => {
    expect((await eventChoices(scope)).types).toEqual([...types].sort())
    expect(await setAsideCount(scope)).toBe(stored.filter((row) => row.state === 'quarantined').length)
  })

  it('is that of one tenant and mode alone', async () => {
    const [mine] = stored
    if (!mine) throw new Error('nothing was planted')
    expect((await eventFile(scope, mine.id))?.event.event_id).toBe(mine.event_id)
    expect(await eventFile(other, mine.id)).toBeNull()
    expect(await eventFile({ ...scope, mode: 'live' }, mine.id)).toBeNull()
    expect((await listEvents({ ...scope, mode: 'live' }, { filter: readEventFilter(new URLSearchParams()), zone })).rows).toEqual([])
    const theirs = await listEvents(other, { filter: readEventFilter(new URLSearchParams()), zone })
    expect(theirs.rows).toHaveLength(30)
    expect(theirs.rows.every((row) => row.connection_name === 'acct_other')).toBe(true)
  })
})

describe('health', () => {
  const now = new Date('2026-11-21T12:00:00Z')

  it('counts what the database holds, hour by hour, also hours without any', async () => {
    const since = new Date('2026-11-20T12:00:00Z')
    const health = (await webhookHealth(scope, { since, unit: 'hour', zone, now })).get(house.connection.id)
    const heard = stored.filter((row) => row.connection_id === house.connection.id && row.received_at >= since)
    const deliveries = heard.filter((row) => row.kind === 'delivery')
    expect(health?.counts).toMatchObject({
      deliveries: deliveries.length,
      applied: deliveries.filter((row) => row.state === 'applied').length,
      ignored: deliveries.filter((row) => row.state === 'ignored').length,
      quarantined: deliveries.filter((row) => row.state === 'quarantined').length,
      repeats: deliveries.reduce((sum, row) => sum + row.duplicate_count, 0),
      found_by_backfill: heard.filter((row) => row.kind === 'backfill').length,
      alarms: heard.filter((row) => row.has_alarm).length,
    })
    expect(health?.pace).toMatchObject({ p50_ms: 0 })
    expect(health?.spans).toHaveLength(25)
    for (const span of health?.spans ?? []) {
      const inside = deliveries.filter((row) => row.received_at >= span.at && row.received_at.getTime() < span.at.getTime() + 3_600_000)
      expect(span.applied + span.ignored + span.quarantined, span.at.toISOString()).toBe(inside.length)
    }
    expect(health?.quarantined.map(({ reason, count }) => [reason, count])).toEqual([
      ['fold_failed', 26],
      ['misrouted', 13],
    ])
  })

  it('says in short what it says at length: the same newest delivery, the same verdict, at any time', async () => {
    const verdicts = new Set<string>()
    const heard = stored.filter((row) => row.connection_id === house.connection.id && row.kind === 'delivery')
    const newestMs = Math.max(...heard.map((row) => row.received_at.getTime()))
    for (const days of [0, 1, 3, 300, 100_000]) {
      const then = new Date(newestMs + days * 24 * 3_600_000 + 1_000)
      const health = await webhookHealth(scope, { since: new Date(then.getTime() - 3_600_000), unit: 'hour', zone, now: then })
      for (const { connection_id, at, verdict } of await hearingsOf(scope, then)) {
        expect([at, verdict]).toEqual([health.get(connection_id)?.last_at, health.get(connection_id)?.verdict])
        verdicts.add(verdict)
      }
    }
    expect([...verdicts]).toEqual(expect.arrayContaining(['as_usual', 'silent']))
  })

  it('sees what waits although it is nobody’s yet, and counts what came through its endpoint for somebody else', async () => {
    const [paid] = cardPayment(house).events
    if (!paid) throw new Error('no event')
    await house.deliver(paid)
    await house.deliver({ ...paid, id: 'evt_stray', account: 'acct_nobodys' })
    const ask = { since: new Date(0), unit: 'day' as const, zone, now: new Date(Date.now() + 60_000) }
    expect((await webhookHealth(scope, { ...ask, since: now })).get(house.connection.id)?.waiting).toMatchObject({ count: 1, oldest_at: expect.any(Date) })
    await house.drain()
    const health = (await webhookHealth(scope, { ...ask, since: now })).get(house.connection.id)
    expect(health?.waiting).toMatchObject({ count: 0 })
    expect(health?.unplaced).toMatchObject([{ reason: 'misrouted', count: 1 }])
    expect(await listEvents(scope, { filter: readEventFilter(new URLSearchParams('q=evt_stray')), zone })).toMatchObject({ rows: [] })
  })

  it('tells what one event changed, and finds it by the payment', async () => {
    const [payment] = await house.rows<{ id: string; stripe_id: string }>(`SELECT id, stripe_id FROM payment WHERE tenant_id = '${house.tenant}'`)
    const found = await listEvents(scope, { filter: readEventFilter(new URLSearchParams({ q: publicId('payment', payment?.id ?? '') })), zone })
    expect(found.rows.map((row) => row.state)).toContain('applied')
    const byStripe = await listEvents(scope, { filter: readEventFilter(new URLSearchParams({ q: payment?.stripe_id ?? '' })), zone })
    expect(byStripe.rows).toEqual(found.rows)
    const whole = await eventFile(scope, found.rows.find((row) => row.state === 'applied')?.id ?? '')
    expect(whole?.changes).toMatchObject([{ payment_id: payment?.id, currency: 'usd' }])
    expect(Object.keys(whole?.changes[0]?.changes ?? {})).not.toEqual([])
  })
})
