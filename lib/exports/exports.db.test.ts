import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConnection } from '@/lib/connections/create-connection'
import { appPool } from '@/lib/db/pools'
import type { Scope } from '@/lib/db/tenant'
import { cardPayment, openHouse, type House } from '@/lib/inbox/inbox-house.test-support'
import { newId, publicId } from '@/lib/kernel/id'
import { parseDecimal } from '@/lib/money/core/decimal'
import { noFilter, readPaymentFilter } from '@/lib/payments/core/payment-filter'
import { plantPayment } from '@/lib/payments/planted-payment.test-support'
import { createTenant } from '@/lib/tenancy/create-tenant'
import { exportPayments } from './export-payments'
import { lineColumns } from './core/columns'
import { exportsOf } from './queries'

let house: House
let scope: Scope
let theirs: Scope
const zone = 'Europe/Berlin'

const memberOf = (of: Scope, slug: string) => ({ scope: of, tenant: { slug, time_zone: zone }, user: { id: newId() } })
const awkward = [
  '=1+2',
  '+1',
  '-1',
  '@SUM(A1)',
  '\tx',
  '\rx',
  '  =1',
  '\uFF1D1',
  '\uFF0B1',
  '\uFF0D1',
  '\uFF201',
  'say "hi", twice',
  'two\nlines',
  'Ünïcödé 漢字',
  "o'clock; DROP",
  ',',
  '',
]

beforeAll(async () => {
  house = await openHouse()
  scope = { tenant_id: house.tenant, mode: 'test' }
  const tenant_id = (await createTenant({ slug: 'their-house', name: 'Theirs', time_zone: 'UTC' })).tenant_id
  const connection = await createConnection({
    tenant_id,
    mode: 'test',
    kind: 'own',
    account_id: 'acct_theirs',
    name: 'Theirs',
    country: 'US',
    default_currency: 'usd',
    publishable_key: null,
    keys: null,
  })
  theirs = { tenant_id, mode: 'test' }
  await plantPayment(house.owner, { tenant_id, connection_id: connection.id, stripe_id: 'pi_theirs', amount: 123456n })

  const paid = cardPayment(house)
  for (const event of paid.events) await house.deliver(event)
  await house.drain()
  await house.book([paid.transaction])
  await house.drain()

  const at = { tenant_id: house.tenant, connection_id: house.connection.id }
  await plantPayment(house.owner, { ...at, stripe_id: 'pi_yen', currency: 'jpy', amount: 1200n, fee: { fee: 43n, net: 1157n, currency: 'jpy' } })
  await plantPayment(house.owner, {
    ...at,
    stripe_id: 'pi_dinar',
    currency: 'kwd',
    amount: 12345n,
    refunded: 5n,
    fee: { fee: -5n, net: 12350n, currency: 'kwd' },
  })
  await plantPayment(house.owner, { ...at, stripe_id: 'pi_small', currency: 'usd', amount: 5n })
  await plantPayment(house.owner, {
    ...at,
    stripe_id: 'pi_huge',
    currency: 'eur',
    amount: 900_719_925_474_099_301n,
    fee: { fee: 1n, net: 900_719_925_474_099_300n, currency: 'usd' },
  })
  await plantPayment(house.owner, { ...at, stripe_id: 'pi_open', currency: 'usd', amount: 700n, status: 'requires_payment_method', fee: 'not_applicable' })
  for (const [n, number] of awkward.entries()) {
    const order = newId()
    await house.owner.query(
      `INSERT INTO "order" (tenant_id, id, store_id, mode, external_id, display_number, status, currency, total, total_text, revision, content_hash, read_at, created_at)
       VALUES ($1, $2, $3, 'test', $4, $5, 'pending', 'usd', 100, '1.00', 1, 'a', now(), now())`,
      [house.tenant, order, house.store, `odd-${n}`, number],
    )
    await plantPayment(house.owner, {
      ...at,
      stripe_id: `pi_odd_${n}`,
      amount: 100n,
      store_id: house.store,
      order: { id: order, external_id: `odd-${n}`, display_number: number },
    })
  }
})
afterAll(() => house.close())

async function download(of = scope, filter = noFilter): Promise<{ text: string; bytes: Buffer; rows: Record<string, string>[]; batch: string; name: string }> {
  const file = await exportPayments(memberOf(of, 'house'), filter, {})
  const parts: Uint8Array[] = []
  for await (const part of file.body) parts.push(part)
  const bytes = Buffer.concat(parts)
  const text = bytes.toString('utf8')
  const [head = [], ...lines] = readCsv(text)
  return {
    text,
    bytes,
    rows: lines.map((line) => Object.fromEntries(head.map((name, index) => [name, line[index] ?? 'MISSING']))),
    batch: file.batch_id,
    name: file.file_name,
  }
}

/** A strict reader of RFC 4180, written from its grammar. */
function readCsv(text: string): string[][] {
  const records: string[][] = []
  let at = 0
  while (at < text.length) {
    const record: string[] = []
    for (;;) {
      let cell = ''
      if (text[at] === '"') {
        for (at++; ; at++) {
          if (text[at] === undefined) throw new Error('an open quote')
          if (text[at] !== '"') cell += text[at]
          else if (text[at + 1] === '"') cell += text[at++]
          else break
        }
        at++
      } else {
        const end = /,|\r\n/g
        end.lastIndex = at
        const stop = end.exec(text)?.index ?? text.length
        cell = text.slice(at, stop)
        if (/["\r\n]/.test(cell)) throw new Error(`a bare quote or line end in ${JSON.stringify(cell)}`)
        at = stop
      }
      record.push(cell)
      if (text[at] === ',') at++
      else if (text.startsWith('\r\n', at)) {
        at += 2
        break
      } else throw new Error(`no line end at ${at}`)
    }
    records.push(record)
  }
  return records
}

const minor = (decimal: string, currency: string): bigint => {
  const read = parseDecimal(decimal, currency)
  if (!read.ok) throw new Error(`${decimal} ${currency}: ${read.problem}`)
  return read.minor
}

describe('the file', () => {
  it('has the columns of the contract, and every payment of the tenant and mode once', async () => {
    const { text, rows, name } = await download()
    expect(text.split('\r\n')[0]).toBe(lineColumns.map((column) => column.name).join(','))
    const [{ count } = { count: 0n }] = await house.rows<{ count: bigint }>('SELECT count(*) FROM payment WHERE tenant_id = $1', [house.tenant])
    expect(rows).toHaveLength(Number(count))
    expect(new Set(rows.map((row) => row.payment_id)).size).toBe(rows.length)
    expect(name).toMatch(/^house_payments_test_until_\d{4}-\d\d-\d\d_Europe-Berlin\.csv$/)
  })

  it('gives a settled payment with its order, its fee and the ids of both sides', async () => {
    const { rows, batch } = await download()
    expect(rows.find((row) => row.payment_intent_id === 'pi_house')).toMatchObject({
      tenant: 'house',
      store: 'Lamp shop',
      platform: 'woocommerce',
      external_order_id: '41',
      order_display_number: 'LS-1041',
      checkout_attempt_id: publicId('attempt', house.attempt),
      charge_id: 'ch_house',
      balance_transaction_id: 'txn_house',
      reporting_category: 'charge',
      created_utc: '1970-01-01T00:01:40Z',
      created_local: '1970-01-01 01:01:40',
      timezone: zone,
      presentment_amount: '50.00',
      presentment_currency: 'usd',
      gross: '50.00',
      fee: '1.75',
      fee_status: 'known',
      net: '48.25',
      settlement_currency: 'usd',
      exchange_rate: '',
      payout_id: '',
      match_rule: 'attempt',
      export_batch_id: batch,
      payment_status: 'succeeded',
    })
  })

  it('writes amounts with exactly the decimals of their currency, and leaves empty what is not known', async () => {
    const { rows } = await download()
    const of = (id: string) => rows.find((row) => row.payment_intent_id === id)
    expect(of('pi_yen')).toMatchObject({ presentment_amount: '1200', gross: '1200', fee: '43', net: '1157' })
    expect(of('pi_dinar')).toMatchObject({ presentment_amount: '12.345', gross: '12.345', fee: '-0.005', net: '12.350', refunded_amount: '0.005' })
    expect(of('pi_small')).toMatchObject({ presentment_amount: '0.05', gross: '', fee: '', net: '', fee_status: 'pending', settlement_currency: '' })
    expect(of('pi_huge')).toMatchObject({
      presentment_amount: '9007199254740993.01',
      gross: '9007199254740993.01',
      settlement_currency: 'usd',
      presentment_currency: 'eur',
    })
    expect(of('pi_open')).toMatchObject({ presentment_amount: '0.00', requested_amount: '7.00', match_state: '', fee_status: 'not_applicable', fee: '' })
  })

  it('keeps text as it is, except that no cell begins as a formula; amounts stay numbers', async () => {
    const { rows } = await download()
    for (const [n, number] of awkward.entries()) {
      const cell = rows.find((row) => row.payment_intent_id === `pi_odd_${n}`)?.order_display_number ?? 'MISSING'
      const dangerous = n < 11
      expect([number, cell]).toEqual([number, dangerous ? `'${number}` : number])
    }
    for (const row of rows) {
      for (const { name, kind } of lineColumns) {
        if (kind === 'amount') expect(row[name]).toMatch(/^(-?\d+(\.\d+)?)?$/)
        else expect(row[name]).not.toMatch(/^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/)
      }
    }
  })

  it('holds what a filter shows, and nothing of another tenant or mode', async () => {
    const yen = await download(scope, readPaymentFilter(new URLSearchParams('currency=jpy')))
    expect(yen.rows.map((row) => row.payment_intent_id)).toEqual(['pi_yen'])
    const search = await download(scope, readPaymentFilter(new URLSearchParams({ q: "x' OR '1'='1" })))
    expect(search.rows).toEqual([])
    expect((await download(theirs)).rows.map((row) => row.payment_intent_id)).toEqual(['pi_theirs'])
    expect((await download()).text).not.toContain('pi_theirs')
    expect((await download({ ...scope, mode: 'live' })).rows).toEqual([])
  })
})

describe('its control sums', () => {
  it('equal the sums of the file and those of the database, per currency', async () => {
    const { rows, bytes, batch } = await download()
    const stored = (await exportsOf(scope)).find((row) => publicId('export_batch', row.id) === batch)
    expect(stored).toMatchObject({ row_count: rows.length, sha256: createHash('sha256').update(bytes).digest('hex') })
    const sums = (of: (row: Record<string, string>) => string, cell: string, only = (_: Record<string, string>) => true) => {
      const totals = new Map<string, bigint>()
      for (const row of rows.filter(only)) totals.set(of(row), (totals.get(of(row)) ?? 0n) + minor(row[cell] ?? '', of(row)))
      return Object.fromEntries([...totals].map(([currency, total]) => [currency, total.toString()]))
    }
    const known = (row: Record<string, string>) => row.fee_status === 'known'
    const currency = (row: Record<string, string>) => row.presentment_currency ?? ''
    const settlement = (row: Record<string, string>) => row.settlement_currency ?? ''
    expect(Object.fromEntries(stored?.totals?.presentment.map((sum) => [sum.currency, sum.taken]) ?? [])).toEqual(sums(currency, 'presentment_amount'))
    for (const cell of ['gross', 'fee', 'net'] as const)
      expect(Object.fromEntries(stored?.totals?.settlement.map((sum) => [sum.currency, sum[cell]]) ?? [])).toEqual(sums(settlement, cell, known))
    const database = await house.rows<{ currency: string; taken: string }>(
      `SELECT currency, sum(amount_captured)::text AS taken FROM payment WHERE tenant_id = $1 AND mode = 'test' GROUP BY currency`,
      [house.tenant],
    )
    expect(sums(currency, 'presentment_amount')).toEqual(Object.fromEntries(database.map((row) => [row.currency, row.taken])))
  })

  it('are of one snapshot: what is committed while it is read is not in it', async () => {
    const file = await exportPayments(memberOf(scope, 'house'), noFilter, {})
    const reader = file.body.getReader()
    const late = await plantPayment(house.owner, { tenant_id: house.tenant, connection_id: house.connection.id, stripe_id: 'pi_late' })
    let text = ''
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += Buffer.from(part.value).toString('utf8')
    expect(text).not.toContain('pi_late')
    expect((await exportsOf(scope)).find((row) => publicId('export_batch', row.id) === file.batch_id)?.row_count).toBe(readCsv(text).length - 1)
    await house.owner.query('DELETE FROM reconciliation WHERE payment_id = $1', [late])
    await house.owner.query('DELETE FROM payment WHERE id = $1', [late])
  })
})

describe('a reader that leaves', () => {
  // Asked as the same role: others do not see what a session does.
  const busy = async () =>
    Number(
      (
        await appPool().query<{ count: bigint }>(
          `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'matchbook app' AND state <> 'idle' AND pid <> pg_backend_pid()`,
        )
      ).rows[0]?.count,
    )

  async function isFree(): Promise<boolean> {
    for (let tries = 0; tries < 50; tries++) {
      if ((await busy()) === 0 && appPool().totalCount === appPool().idleCount) return true
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return false
  }

  /** More than the sockets' buffers hold, so that the server is in the middle of a row. */
  async function plantMany(): Promise<void> {
    await house.owner.query(
      `INSERT INTO payment (tenant_id, id, mode, connection_id, stripe_id, origin, status, currency, amount, amount_captured, fee_state, description, created_at, updated_at)
       SELECT tenant_id, gen_random_uuid(), mode, connection_id, 'pi_many_' || n || repeat('x', 500), 'foreign', 'succeeded', 'usd', 1, 1, 'pending', NULL, now(), now() FROM payment, generate_series(1, 20000) n WHERE stripe_id = 'pi_yen'`,
    )
  }

  it('frees its connection and leaves the batch unfinished, by cancelling or by breaking the request off', async () => {
    await plantMany()
    for (const leave of ['cancel', 'abort', 'unread'] as const) {
      const request = new AbortController()
      const file = await exportPayments(memberOf(scope, 'house'), noFilter, {}, request.signal)
      const reader = file.body.getReader()
      if (leave !== 'unread') expect((await reader.read()).done).toBe(false)
      expect(await busy()).toBeGreaterThan(0)
      if (leave === 'cancel') await reader.cancel()
      else request.abort()
      expect([leave, await isFree()]).toEqual([leave, true])
      if (leave === 'abort')
        await expect(
          (async () => {
            while (!(await reader.read()).done);
          })(),
        ).rejects.toThrow()
      expect((await exportsOf(scope)).map((row) => publicId('export_batch', row.id))).not.toContain(file.batch_id)
    }
  })

  it('makes room for the next, and too many at once are told so', async () => {
    const open = await Promise.all([1, 2, 3, 4].map(() => exportPayments(memberOf(scope, 'house'), noFilter, {})))
    await expect(exportPayments(memberOf(scope, 'house'), noFilter, {})).rejects.toMatchObject({ code: 'too_many_exports', status: 429 })
    await Promise.all(open.map((file) => file.body.cancel()))
    expect(await isFree()).toBe(true)
    expect((await download(scope, readPaymentFilter(new URLSearchParams('currency=jpy')))).rows.length).toBe(1)
  })

  it('a large file comes whole, with as many rows as the database has', async () => {
    const { rows } = await download()
    expect(rows.length).toBe(Number((await house.rows<{ count: bigint }>('SELECT count(*) FROM payment WHERE tenant_id = $1', [house.tenant]))[0]?.count))
  })
})
