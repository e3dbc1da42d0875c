import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openHouse, type House } from '@/lib/inbox/inbox-house.test-support'
import { clock } from '@/lib/kernel/clock'
import { useNetwork } from '@/lib/kernel/network'
import { answerReadsStep } from '@/lib/inbox/answer-reads'
import { settleStep } from './settle'

/** Stripe's list, newest first: what it shows now, and how it was asked. */
let listed: { id: string; created: number }[] = []
let asked: string[] = []
let house: House

beforeAll(async () => {
  house = await openHouse()
  useNetwork({
    async exchange({ url }) {
      const { pathname, searchParams: ask } = new URL(url)
      const named = /balance_transactions\/(txn_\w+)$/.exec(pathname)?.[1]
      if (named !== undefined)
        return {
          status: 200,
          headers: { date: new Date(clock.nowMs()).toUTCString(), 'request-id': `req_${named}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            ...transaction({ id: named, created: seconds(1800) }),
            ...{ type: 'charge', reporting_category: 'charge', source: 'ch_lost' },
          }),
        }
      asked.push(ask.get('ending_before') ?? 'all')
      const [before, after] = [ask.get('ending_before'), ask.get('starting_after')]
      const place = (id: string) => listed.findIndex((one) => one.id === id)
      const unknown = [before, after].find((id) => id !== null && place(id) === -1)
      if (unknown !== undefined)
        return {
          status: 400,
          headers: { date: new Date(clock.nowMs()).toUTCString(), 'request-id': `req_${asked.length}`, 'content-type': 'application/json' },
          body: JSON.stringify({ error: { type: 'invalid_request_error', code: 'resource_missing', message: `No such balance transaction: '${unknown}'` } }),
        }
      const rest = before !== null ? listed.slice(0, place(before)) : listed.slice(after === null ? 0 : place(after) + 1)
      const page = before !== null ? rest.slice(-100) : rest.slice(0, 100)
      return {
        status: 200,
        headers: { date: new Date(clock.nowMs()).toUTCString(), 'request-id': `req_${asked.length}`, 'content-type': 'application/json' },
        body: JSON.stringify({ object: 'list', url: '/v1/balance_transactions', has_more: rest.length > page.length, data: page.map(transaction) }),
      }
    },
  })
})
afterAll(async () => {
  useNetwork(null)
  await house.close()
})
beforeEach(async () => {
  await house.owner.query('TRUNCATE inbox_event, sync_cursor, balance_transaction, fee_detail')
  await house.owner.query(`INSERT INTO sync_cursor (tenant_id, connection_id, kind, due_at) VALUES ($1, $2, 'balance_transactions', to_timestamp(0))`, [
    house.tenant,
    house.connection.id,
  ])
  asked = []
})

const transaction = ({ id, created }: { id: string; created: number }) => ({
  ...{ id, object: 'balance_transaction', amount: 500, fee: 0, net: 500, currency: 'usd', type: 'adjustment', reporting_category: 'other_adjustment' },
  ...{ balance_type: 'payments', source: null, status: 'available', available_on: created, created, exchange_rate: null, description: null, fee_details: [] },
})
const look = async () => {
  await house.owner.query('UPDATE sync_cursor SET due_at = to_timestamp(0), lease_until = NULL')
  while (await settleStep()) continue
  await house.drain()
}
const seconds = (ago: number) => Math.floor(clock.nowMs() / 1000) - ago
const some = (count: number, name: string, ago: number) => Array.from({ length: count }, (_, n) => ({ id: `txn_${name}${n}`, created: seconds(ago) }))
const ledger = async () => (await house.rows<{ stripe_id: string }>('SELECT stripe_id FROM balance_transaction ORDER BY 1')).map((row) => row.stripe_id)
const position = async () => (await house.rows<{ position: string | null }>('SELECT position FROM sync_cursor'))[0]?.position
const pages = async () => (await house.rows<{ n: number }>(`SELECT count(*)::int AS n FROM inbox_event WHERE type = 'balance_transaction.list'`))[0]?.n

it('finds what Stripe sorts behind what it showed first, and stores no page again that says nothing new', async () => {
  const [old, first, late] = [...some(1, 'old', 300), ...some(1, 'first', 3), ...some(1, 'late', 3)] as const
  if (!old || !first || !late) throw new Error('three transactions')
  listed = [first, old]
  await look()
  await look()
  expect(await position()).toBe(old.id)
  expect([await ledger(), await pages()]).toEqual([[first.id, old.id], 1])

  listed = [first, late, old]
  await look()
  expect([await ledger(), await pages()]).toEqual([[first.id, late.id, old.id], 2])

  listed = listed.map((one) => ({ ...one, created: one.created - 120 }))
  await look()
  await look()
  expect(await position(), 'a minute later nothing comes before it any more').toBe(first.id)
  expect([await pages(), asked.length]).toEqual([2, 5])
})

it('begins at the beginning as long as all there is is young', async () => {
  listed = some(2, 'young', 1)
  await look()
  expect(await position()).toBe(null)
  listed = [...listed, ...some(1, 'behind', 2)]
  await look()
  expect(await ledger()).toEqual(['txn_behind0', 'txn_young0', 'txn_young1'])
})

it('looks back over fifty at most, however many a minute brings, and gets to the end', async () => {
  listed = [...some(230, 'busy', 5), ...some(1, 'old', 300)]
  await house.owner.query(`UPDATE sync_cursor SET position = 'txn_old0'`)
  await look()
  expect([(await ledger()).length, asked.length]).toEqual([230, 3])
  expect(await position()).toBe('txn_busy50')
  await look()
  expect([(await ledger()).length, asked.length, await pages()]).toEqual([230, 4, 3])
})

it('begins at the beginning when the transaction that it stood at is gone, as after test data were deleted', async () => {
  listed = some(1, 'wiped', 300)
  await look()
  await look()
  expect(await position()).toBe('txn_wiped0')

  listed = some(2, 'since', 120)
  await look()
  await look()
  expect([await position(), await ledger()]).toEqual(['txn_since0', ['txn_since0', 'txn_since1', 'txn_wiped0']])
})

it('asks by its id for what was named ten minutes ago and was never in the list', async () => {
  listed = some(1, 'old', 3600)
  await look()
  const ago = (minutes: number) => Math.floor(clock.nowMs() / 1000) - minutes * 60
  const charge = (name: string, minutes: number) => ({
    ...{ id: `ch_${name}`, object: 'charge', amount: 500, amount_captured: 500, amount_refunded: 0, captured: true, status: 'succeeded', currency: 'usd' },
    ...{ created: ago(minutes), payment_intent: null, balance_transaction: `txn_${name}`, metadata: {}, livemode: false, paid: true },
  })
  // Listed by this very look, and not folded yet when it is over: not lost.
  listed = [...some(1, 'listed', 1700), ...listed]
  for (const [name, minutes] of [
    ['lost', 30],
    ['young', 2],
    ['listed0', 29],
  ] as const)
    await house.deliver(house.eventOf('charge.succeeded', ago(minutes), charge(name, minutes)))
  await house.drain()
  await house.owner.query(`UPDATE sync_cursor SET last_run_at = now() - interval '11 minutes'`)
  await look()
  const wants = async () =>
    (await house.rows<{ object_id: string; reason: string }>(`SELECT object_id, reason FROM object_read WHERE object_id LIKE 'txn_%' ORDER BY 1`)).map(
      (row) => `${row.object_id} ${row.reason}`,
    )
  expect(await wants()).toEqual(['txn_lost ledger_lacks'])

  while (await answerReadsStep()) continue
  await house.drain()
  expect([await wants(), await ledger()]).toEqual([[], ['txn_listed0', 'txn_lost', 'txn_old0']])
  expect(await house.rows(`SELECT fee_state, net FROM payment WHERE stripe_id = 'ch_lost'`)).toEqual([{ fee_state: 'known', net: 500n }])
})
