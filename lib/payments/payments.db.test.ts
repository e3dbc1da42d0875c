import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConnection } from '@/lib/connections/create-connection'
import { cardPayment, openHouse, type House } from '@/lib/inbox/inbox-house.test-support'
import { publicId } from '@/lib/kernel/public-id'
import { createTenant } from '@/lib/tenancy/create-tenant'
import { workerPool } from '@/lib/db/pools'
import { reconcilePayments } from '@/lib/matching/reconcile-payments'
import { withTenant, type Scope } from '@/lib/db/tenant'
import { readPaymentFilter } from './core/payment-filter'
import { listPayments, moneyNow, paymentChoices, paymentHead, paymentParts, searchPayments } from './queries'
import { plantPayment, type Planted } from './planted-payment.test-support'

let house: House
let scope: Scope
let other: Scope
let real: string
const ids: Record<string, string> = {}
const zone = 'Europe/Berlin'

async function plant(name: string, planted: Partial<Planted>): Promise<void> {
  ids[name] = await plantPayment(house.owner, { tenant_id: house.tenant, connection_id: house.connection.id, ...planted })
}

beforeAll(async () => {
  house = await openHouse()
  scope = { tenant_id: house.tenant, mode: 'test' }
  const tenant_id = (await createTenant({ slug: 'other-house', name: 'Other', time_zone: 'UTC' })).tenant_id
  const theirs = await createConnection({
    tenant_id,
    mode: 'test',
    kind: 'own',
    account_id: 'acct_other',
    name: 'Other',
    country: 'US',
    default_currency: 'usd',
    publishable_key: null,
    keys: null,
  })
  other = { tenant_id, mode: 'test' }
  await plantPayment(house.owner, { tenant_id, connection_id: theirs.id, stripe_id: 'pi_theirs', email: 'ann@example.com', last4: '9999', amount: 777n })

  const paid = cardPayment(house)
  for (const event of paid.events) await house.deliver(event)
  await house.drain()
  await house.book([paid.transaction])
  await house.drain()
  await house.owner.query(
    `UPDATE "order" SET read_at = to_timestamp(105), paid_at = to_timestamp(104), status = 'processing', customer_name = 'Ann Archer', customer_email = 'Ann@Example.com' WHERE id = $1`,
    [house.order],
  )
  await house.owner.query(
    `INSERT INTO order_payment_claim (tenant_id, order_id, reference, gateway, revision, read_at) VALUES ($1, $2, 'pi_house', 'matchbook', 1, to_timestamp(105))`,
    [house.tenant, house.order],
  )
  real = (await house.rows<{ id: string }>(`SELECT id FROM payment WHERE stripe_id = 'pi_house'`))[0]?.id ?? ''
  await reconcilePayments(workerPool(), house.tenant, [real])

  // 23:30 and 00:30 in Berlin on either side of midnight, which is the same day in UTC.
  await plant('before_midnight', { created_at: new Date('2026-11-19T22:30:00Z') })
  await plant('after_midnight', { created_at: new Date('2026-11-19T23:30:00Z') })
  await plant('yen', { currency: 'jpy', amount: 1200n, last4: '1117', method: 'konbini', created_at: new Date('2026-11-20T09:00:00Z') })
  await plant('failed', {
    status: 'requires_payment_method',
    last_error: { code: 'card_declined', decline_code: null, message: 'Declined.' },
    fee: 'not_applicable',
    created_at: new Date('2026-11-20T09:01:00Z'),
  })
  await plant('waiting', { status: 'requires_payment_method', fee: 'not_applicable', created_at: new Date('2026-11-20T09:02:00Z') })
  await plant('debit', { status: 'processing', method: 'sepa_debit', currency: 'eur', amount: 900n, created_at: new Date('2026-11-18T09:02:00Z') })
  await plant('part', { refunded: 100n, fee: { fee: 175n, net: 4825n, currency: 'usd' }, created_at: new Date('2026-11-20T09:03:00Z') })
  await plant('whole', { refunded: 5000n, created_at: new Date('2026-11-20T09:04:00Z') })
  await plant('disputed', { disputed: 5000n, created_at: new Date('2026-11-20T09:05:00Z') })
  await plant('withheld', { attribution: 'withheld', created_at: new Date('2026-11-20T09:06:00Z') })
})
afterAll(() => house.close())

const found = async (query: string) => {
  const { rows } = await listPayments(scope, { filter: readPaymentFilter(new URLSearchParams(query)), zone })
  return rows.map((row) => Object.entries(ids).find(([, id]) => id === row.id)?.[0] ?? (row.id === real ? 'real' : row.stripe_id)).sort()
}

describe('a page of payments', () => {
  it('pages through payments of one moment without losing or repeating any, both ways and from both ends', async () => {
    const moment = new Date('2026-11-01T00:00:00Z')
    for (let n = 0; n < 11; n++)
      await plantPayment(house.owner, { tenant_id: house.tenant, connection_id: house.connection.id, created_at: moment, method: 'paypal' })
    const filter = readPaymentFilter(new URLSearchParams('method=paypal'))
    for (const oldestFirst of [false, true]) {
      const whole = (await listPayments(scope, { filter, zone, oldestFirst })).rows.map((row) => row.id)
      expect(whole).toHaveLength(11)
      expect(whole).toEqual([...whole].sort((a, b) => (oldestFirst ? (a < b ? -1 : 1) : a < b ? 1 : -1)))
      const seen: string[] = []
      let page = await listPayments(scope, { filter, zone, oldestFirst, size: 4 })
      expect(page.newer).toBeNull()
      const pages = [page]
      seen.push(...page.rows.map((row) => row.id))
      while (page.older !== null) {
        page = await listPayments(scope, { filter, zone, oldestFirst, size: 4, older: page.older })
        pages.push(page)
        seen.push(...page.rows.map((row) => row.id))
      }
      expect(seen).toEqual(whole)
      expect(pages.map((one) => one.rows.length)).toEqual([4, 4, 3])
      const back = await listPayments(scope, { filter, zone, oldestFirst, size: 4, newer: page.newer })
      expect(back.rows).toEqual(pages[1]?.rows)
      const first = await listPayments(scope, { filter, zone, oldestFirst, size: 4, newer: back.newer })
      expect(first.rows).toEqual(pages[0]?.rows)
      expect(first.newer).toBeNull()
    }
    await house.owner.query(`DELETE FROM reconciliation WHERE payment_id IN (SELECT id FROM payment WHERE payment_method_type = 'paypal')`)
    await house.owner.query(`DELETE FROM payment WHERE payment_method_type = 'paypal'`)
  })

  it('is the first page for a cursor that we never made', async () => {
    const first = await listPayments(scope, { zone })
    expect(await listPayments(scope, { zone, older: 'nonsense', newer: 'x' })).toEqual(first)
  })

  it('shows order, store, customer, fee and hops of a payment that went the whole way', async () => {
    const [row] = await searchPayments(scope, 'pi_house')
    expect(row).toMatchObject({
      id: real,
      shown_status: 'succeeded',
      word: 'settled',
      amount: '5000',
      fee_state: 'known',
      fee: '175',
      net: '4825',
      order_display_number: 'LS-1041',
      customer_name: 'Ann Archer',
      store_name: 'Lamp shop',
      session_id: house.session,
      attempt_names_payment: true,
      order_hop: 'proven',
      store_hop: 'proven',
      balance_hop: 'proven',
      card_last4: '4242',
    })
  })
})

describe('filters', () => {
  it.each([
    ['status=failed', ['failed']],
    ['status=requires_payment_method', ['waiting']],
    ['status=partly_refunded&status=refunded', ['part', 'whole']],
    ['status=disputed', ['disputed']],
    ['status=processing', ['debit']],
    ['match=settled', ['real']],
    ['method=konbini', ['yen']],
    ['currency=jpy', ['yen']],
    ['origin=withheld', ['withheld']],
    ['origin=checkout', ['real']],
    ['fee=known', ['part', 'real']],
    ['created_from=2026-11-20&created_to=2026-11-20&fee=pending&status=succeeded', ['after_midnight', 'withheld', 'yen']],
    ['created_to=2026-11-19&created_from=2026-11-19', ['before_midnight']],
    ['paid_from=2026-11-20&currency=jpy', ['yen']],
    ['q=%20%20', 11],
  ])('%s', async (query, names) => {
    const rows = await found(query)
    if (typeof names === 'number') expect(rows).toHaveLength(names)
    else expect(rows).toEqual(names)
  })

  it('takes the store and single payments by their public ids', async () => {
    expect(await found(`store=${publicId('store', house.store)}`)).toEqual(['real'])
    expect(await found(`id=${publicId('payment', ids.yen ?? '')}&id=${publicId('payment', real)}`)).toEqual(['real', 'yen'])
  })

  it('offers the methods and currencies that there are', async () => {
    expect(await paymentChoices(scope)).toEqual({ methods: ['card', 'konbini', 'sepa_debit'], currencies: ['eur', 'jpy', 'usd'] })
  })
})

describe('search', () => {
  // Among a handful of rows every index is as good as another.
  beforeAll(async () => {
    await house.owner.query(
      `INSERT INTO "order" (tenant_id, id, store_id, mode, external_id, display_number, status, currency, total, total_text, revision, content_hash, read_at, created_at)
       SELECT tenant_id, gen_random_uuid(), store_id, mode, 'crowd-' || n, 'C-' || n, status, currency, total, total_text, revision, content_hash, read_at, created_at
         FROM "order", generate_series(1, 500) n WHERE id = $1`,
      [house.order],
    )
    await house.owner.query('ANALYZE "order"')
  })
  afterAll(() => house.owner.query(`DELETE FROM "order" WHERE external_id LIKE 'crowd-%'`))

  it.each([
    ['payment', 'search_email'],
    ['order', 'search_email'],
    ['order', 'search_number'],
  ])('under row level security still finds a %s by its index on %s', async (table, column) => {
    const lines = await withTenant(scope, async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL enable_seqscan = off')
      return tx.$queryRawUnsafe<{ 'QUERY PLAN': string }[]>(
        `EXPLAIN SELECT id FROM "${table}" WHERE tenant_id = $1::uuid AND mode = 'test' AND ${column} = 'x'`,
        scope.tenant_id,
      )
    })
    expect(lines.map((line) => line['QUERY PLAN']).filter((line) => line.includes('Index Cond') && line.includes(column))).not.toEqual([])
  })

  it.each([['pi_house'], ['ch_house'], ['cs_test_house'], ['txn_house'], ['LS-1041'], ['#ls-1041'], ['41'], ['ANN@example.com']])(
    '%s finds the payment',
    async (text) => expect((await searchPayments(scope, text)).map((row) => row.id)).toEqual([real]),
  )

  it('takes our own ids of payment, order and attempt', async () => {
    for (const id of [publicId('payment', real), publicId('order', house.order), publicId('attempt', house.attempt)])
      expect((await searchPayments(scope, id)).map((row) => row.id)).toEqual([real])
  })

  it('tells amounts apart by the decimals of their currency, and by last4', async () => {
    expect((await searchPayments(scope, '1200')).map((row) => row.id)).toEqual([ids.yen])
    expect((await searchPayments(scope, '1117 1200 jpy')).map((row) => row.id)).toEqual([ids.yen])
    expect(await searchPayments(scope, '1117 12.00')).toEqual([])
    expect((await searchPayments(scope, '50.00 usd', 50)).map((row) => row.id)).toContain(real)
  })

  it('finds nothing for what nobody has, and nothing for nothing', async () => {
    for (const text of ['pi_nobody', 'zebra', '', "'; DROP TABLE payment; --"]) expect(await searchPayments(scope, text)).toEqual([])
  })

  it('never crosses tenants or modes', async () => {
    expect((await listPayments(other, { zone })).rows.map((row) => row.stripe_id)).toEqual(['pi_theirs'])
    for (const text of ['pi_house', 'ch_house', 'cs_test_house', 'txn_house', 'LS-1041', publicId('payment', real), publicId('order', house.order)])
      expect(await searchPayments(other, text)).toEqual([])
    expect((await searchPayments(scope, '9999')).map((row) => row.stripe_id)).toEqual([])
    expect((await listPayments({ ...scope, mode: 'live' }, { zone })).rows).toEqual([])
    expect(await paymentHead(other, real)).toBeNull()
    expect(await paymentHead({ ...scope, mode: 'live' }, real)).toBeNull()
  })
})

describe('one payment', () => {
  it('has everything that is stored about it', async () => {
    const head = await paymentHead(scope, real)
    expect(head).toMatchObject({ account_id: 'acct_house', attempt_state: 'paid', order_rule: 'attempt', session_status: 'complete' })
    if (head === null) throw new Error('no payment')
    const parts = await paymentParts(scope, head)
    expect(parts.charges.map((charge) => charge.stripe_id)).toEqual(['ch_house'])
    expect(parts.ledger).toMatchObject([{ stripe_id: 'txn_house', amount: '5000', fee: '175', net: '4825' }])
    expect(parts.transitions.map((line) => line.type)).toEqual(
      expect.arrayContaining(['payment_intent.succeeded', 'charge.succeeded', 'checkout.session.completed']),
    )
    expect(parts.transitions.find((line) => line.type === 'payment_intent.succeeded')?.received_at).toBeInstanceOf(Date)
    const theirs = await paymentParts(other, head)
    expect(Object.values(theirs).flat()).toEqual([])
  })

  it('tells of tries in one second the one that succeeded last', async () => {
    const declined = `(SELECT (jsonb_populate_record(c, '{"stripe_id": "ch_later_by_name", "status": "failed"}'::jsonb || jsonb_build_object('id', gen_random_uuid()))).* FROM charge c WHERE stripe_id = 'ch_house')`
    await house.owner.query(`INSERT INTO charge ${declined}`)
    const head = await paymentHead(scope, real)
    if (head === null) throw new Error('no payment')
    expect((await paymentParts(scope, head)).charges.map((charge) => charge.status)).toEqual(['failed', 'succeeded'])
    await house.owner.query(`DELETE FROM charge WHERE stripe_id = 'ch_later_by_name'`)
  })
})

describe('money now', () => {
  it('adds up per currency and never across, with today as the day of the zone', async () => {
    const rows = await moneyNow(scope, zone, new Date('2026-11-20T10:00:00Z'))
    const of = (what: string) =>
      rows
        .filter((row) => row.what === what)
        .map(({ currency, amount, count }) => [currency, amount, count])
        .sort()
    expect(of('taken')).toEqual([
      ['jpy', '1200', 1],
      ['usd', '25000', 5],
    ])
    expect(of('processing')).toEqual([['eur', '900', 1]])
    expect(of('unmatched')).toEqual([
      ['jpy', '1200', 1],
      ['usd', '30000', 6],
    ])
    expect(of('fee_pending')).toEqual([
      ['jpy', '1200', 1],
      ['usd', '25000', 5],
    ])
    expect((await moneyNow(scope, 'UTC', new Date('2026-11-20T10:00:00Z'))).find((row) => row.what === 'taken' && row.currency === 'usd')?.amount).toBe('20000')
  })
})
