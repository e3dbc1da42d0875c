import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Scope } from '@/lib/db/tenant'
import { deadCount, undoneEffects } from '@/lib/effects/queries'
import { openHouse, type House } from '@/lib/inbox/inbox-house.test-support'
import { newId } from '@/lib/kernel/id'
import { listExceptions, openSums } from './queries'

let house: House
let scope: Scope

type Planted = { id: string; type: string; currency: string | null; amount: bigint | null; at: number; state: string }
const planted: Planted[] = []

beforeAll(async () => {
  house = await openHouse()
  scope = { tenant_id: house.tenant, mode: 'test' }
  for (let index = 0; index < 40; index++) {
    const row: Planted = {
      id: newId(),
      type: index % 4 === 0 ? 'effect_dead' : 'amount_differs',
      currency: index % 4 === 0 ? null : index % 3 === 0 ? 'jpy' : 'usd',
      amount: index % 4 === 0 ? null : BigInt(100 + index),
      // Two at a time, so that the id has to tell them apart.
      at: Math.floor(index / 2),
      state: index % 10 === 9 ? 'closed' : 'open',
    }
    planted.push(row)
    await house.owner.query(
      `INSERT INTO exception (tenant_id, id, mode, key, type, state, subject_kind, subject_id, order_id, store_id, amount_at_risk, currency, detail, opened_at)
       VALUES ($1, $2, 'test', $3, $4, $5, 'order', 'x', $6, $7, $8, $9, '{}', to_timestamp($10))`,
      [house.tenant, row.id, `key-${index}`, row.type, row.state, house.order, house.store, row.amount, row.currency, row.at],
    )
    await house.owner.query(
      `INSERT INTO effect (tenant_id, id, mode, key, kind, store_id, order_id, payload, state, due_at, created_at) VALUES ($1, $2, 'test', $3, 'order.note', $4, $5, '{}', $6, now(), now())`,
      [house.tenant, newId(), `effect-${index}`, house.store, house.order, ['dead', 'skipped', 'done', 'dead'][index % 4]],
    )
  }
})

afterAll(async () => {
  await house.close()
})

const open = (fits: (row: Planted) => boolean = () => true) =>
  planted
    .filter((row) => row.state === 'open' && fits(row))
    .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
    .map((row) => row.id)

async function walk(types: string[], oldestFirst = false): Promise<string[]> {
  const ids: string[] = []
  let older: string | null = null
  do {
    const page = await listExceptions(scope, { types, oldestFirst, size: 7, older })
    ids.push(...page.rows.map((row) => row.id))
    older = page.older
  } while (older !== null)
  return ids
}

it('lists what is open once over pages, from either end, of every type or of one', async () => {
  expect(await walk([])).toEqual(open())
  expect(await walk([], true)).toEqual(open().reverse())
  expect(await walk(['effect_dead'])).toEqual(open((row) => row.type === 'effect_dead'))
  expect(await listExceptions({ ...scope, mode: 'live' }, { types: [] })).toMatchObject({ rows: [], older: null })
})

it('adds up what is at risk by type and currency, never across', async () => {
  const sums = await openSums(scope)
  for (const sum of sums) {
    const rows = planted.filter((row) => row.state === 'open' && row.type === sum.type && row.currency === sum.currency)
    expect(sum).toMatchObject({ count: rows.length, at_risk: String(rows.reduce((total, row) => total + (row.amount ?? 0n), 0n)) })
  }
  expect(sums.reduce((total, sum) => total + sum.count, 0)).toBe(open().length)
})

it('lists the effects that were given up and those left alone, each once over pages and back', async () => {
  const stored = await house.rows<{ id: string; state: string }>(`SELECT id, state FROM effect ORDER BY id DESC`)
  for (const state of ['dead', 'skipped'] as const) {
    const ids: string[] = []
    let older: string | null = null
    do {
      const page: Awaited<ReturnType<typeof undoneEffects>> = await undoneEffects(scope, { state, size: 3, older })
      ids.push(...page.rows.map((row) => row.id))
      older = page.older
    } while (older !== null)
    expect(ids).toEqual(stored.filter((row) => row.state === state).map((row) => row.id))
  }
  const first = await undoneEffects(scope, { state: 'dead', size: 4 })
  const second = await undoneEffects(scope, { state: 'dead', size: 4, older: first.older })
  expect((await undoneEffects(scope, { state: 'dead', size: 4, newer: second.newer })).rows).toEqual(first.rows)
  expect(first.rows[0]).toMatchObject({ store_name: 'Lamp shop', order_display_number: 'LS-1041' })
  expect(await deadCount(scope)).toBe(stored.filter((row) => row.state === 'dead').length)
})
