import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '@/lib/kernel/id'
import { cardPayment, openHouse, type House } from './inbox-house.test-support'
import { registerEndpoint } from './endpoints'

let house: House
beforeAll(async () => void (house = await openHouse()))
afterAll(() => house.close())
beforeEach(() => house.owner.query('TRUNCATE inbox_event'))

const stored = async () => Number((await house.rows<{ n: string }>('SELECT count(*) AS n FROM inbox_event'))[0]?.n)

describe('refused, with nothing stored', () => {
  const event = () => house.eventOf('payment_intent.created', 100, { id: 'pi_x', object: 'payment_intent' })
  const refused: [string, (body: string) => { signature: string | null; status: number }][] = [
    ['no signature', () => ({ signature: null, status: 400 })],
    ['a wrong secret', (body) => ({ signature: house.sign(body, 'whsec_wrong'), status: 400 })],
    ['an old signature', (body) => ({ signature: house.sign(body, house.secret, Math.floor(Date.now() / 1000) - 301), status: 400 })],
    ['a signature from the future', (body) => ({ signature: house.sign(body, house.secret, Math.floor(Date.now() / 1000) + 301), status: 400 })],
    ['a signature of another body', () => ({ signature: house.sign('{}'), status: 400 })],
    ['the scheme v0 alone', (body) => ({ signature: house.sign(body).replace('v1=', 'v0='), status: 400 })],
  ]
  it.each(refused)('%s', async (_, make) => {
    const one = event()
    const { signature, status } = make(JSON.stringify(one))
    expect((await house.deliver(one, { signature })).status).toBe(status)
    expect(await stored()).toBe(0)
  })
  it('an address that is none, and a body that is no event', async () => {
    expect((await house.deliver(event(), { to: 'whe_nobody' })).status).toBe(404)
    expect((await house.deliver({ object: 'list' })).status).toBe(400)
    expect(await stored()).toBe(0)
  })
  it('an endpoint whose secret is blank does not verify what is signed with a blank secret', async () => {
    const id = `whe_${newId()}`
    await registerEndpoint({ id, kind: 'account', mode: 'test', account_id: house.account, secret: ' ', stripe_endpoint_id: null })
    const one = event()
    expect((await house.deliver(one, { to: id, signature: house.sign(JSON.stringify(one)) })).status).toBe(503)
    expect(await stored()).toBe(0)
  })
})

it('accepts the former secret during a rotation, and no longer after the next one', async () => {
  const id = `whe_${newId()}`
  const endpoint = { id, kind: 'account' as const, mode: 'test' as const, account_id: house.account, stripe_endpoint_id: null }
  await registerEndpoint({ ...endpoint, secret: 'whsec_one' })
  await registerEndpoint({ ...endpoint, secret: 'whsec_two' })
  const try_ = async (secret: string) => {
    const one = house.eventOf('customer.created', 100, { id: 'cus_1', object: 'customer' })
    return (await house.deliver(one, { to: id, signature: house.sign(JSON.stringify(one), secret) })).status
  }
  expect(await try_('whsec_one')).toBe(200)
  expect(await try_('whsec_two')).toBe(200)
})

it('stores one row for one event, however often and at once it comes, and alarms when a repeat differs', async () => {
  const one = house.eventOf('payment_intent.created', 100, { id: 'pi_dup', object: 'payment_intent', amount: 1 })
  const answers = await Promise.all(Array.from({ length: 5 }, () => house.deliver(one)))
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200])
  await house.deliver({ ...one, pending_webhooks: 0 })
  expect(await house.rows('SELECT duplicate_count, alarm FROM inbox_event')).toEqual([{ duplicate_count: 5, alarm: null }])
  await house.deliver({ ...one, data: { object: { id: 'pi_dup', object: 'payment_intent', amount: 2 } } })
  expect(await house.rows('SELECT duplicate_count, alarm FROM inbox_event')).toMatchObject([{ duplicate_count: 6, alarm: { differs: ['content'] } }])
})

it('quarantines what an endpoint is not for, and lets no label choose a tenant', async () => {
  await house.deliver({
    ...house.eventOf('payment_intent.created', 100, { id: 'pi_a', object: 'payment_intent', metadata: { mb_tenant: house.tenant } }),
    account: 'acct_stranger',
  })
  await house.deliver({ ...house.eventOf('payment_intent.created', 100, { id: 'pi_b', object: 'payment_intent' }), livemode: true })
  await house.drain()
  expect(await house.rows('SELECT state, reason, tenant_id FROM inbox_event')).toEqual([
    { state: 'quarantined', reason: 'misrouted', tenant_id: null },
    { state: 'quarantined', reason: 'misrouted', tenant_id: null },
  ])
  expect(await house.rows('SELECT 1 FROM payment')).toEqual([])
})

it('a row that cannot be folded is set aside alone; its neighbours pass', async () => {
  const good = cardPayment(house).intent
  await house.deliver(house.eventOf('payment_intent.created', 100, { ...good, id: 'pi_good1' }))
  await house.deliver(house.eventOf('payment_intent.created', 100, { ...good, id: 'pi_bad', amount: 1.5 }))
  await house.deliver(house.eventOf('payment_intent.created', 100, { ...good, id: 'pi_good2' }))
  await house.drain()
  expect(await house.rows('SELECT object_id, state FROM inbox_event ORDER BY object_id')).toEqual([
    { object_id: 'pi_bad', state: 'quarantined' },
    { object_id: 'pi_good1', state: 'applied' },
    { object_id: 'pi_good2', state: 'applied' },
  ])
})

it('every event type of the SDK is stored and ends applied, ignored or quarantined with a reason', async () => {
  const types = eventTypes()
  expect(types.length).toBeGreaterThanOrEqual(275)
  const paid = cardPayment(house)
  const objectFor = (type: string) => {
    if (type.startsWith('payment_intent.')) return { ...paid.intent, id: `pi_${type}` }
    if (type.startsWith('charge.dispute.'))
      return {
        id: 'dp_1',
        object: 'dispute',
        charge: 'ch_house',
        payment_intent: 'pi_house',
        amount: 1,
        currency: 'usd',
        status: 'needs_response',
        created: 1,
        reason: 'fraudulent',
        balance_transactions: [],
        evidence_details: { due_by: null, has_evidence: false, past_due: false, submission_count: 0 },
      }
    if (type.startsWith('refund.') || type === 'charge.refund.updated')
      return {
        id: 're_1',
        object: 'refund',
        charge: 'ch_house',
        payment_intent: 'pi_house',
        amount: 1,
        currency: 'usd',
        status: 'succeeded',
        created: 1,
        metadata: null,
      }
    if (type.startsWith('charge.')) return { ...paid.charge, id: `ch_${type}`, payment_intent: `pi_${type}` }
    if (type.startsWith('payout.'))
      return {
        id: 'po_1',
        object: 'payout',
        amount: 1,
        currency: 'usd',
        status: 'paid',
        created: 1,
        arrival_date: 2,
        automatic: true,
        method: 'standard',
        type: 'bank_account',
        reconciliation_status: 'in_progress',
        trace_id: null,
        metadata: null,
      }
    if (type.startsWith('checkout.session.')) return { ...paid.session, id: 'cs_stranger', client_reference_id: null }
    return { id: `obj_${type}`, object: type.split('.').slice(0, -1).join('.') }
  }
  for (const type of types) {
    const thin = type.startsWith('v2.')
    const event = thin
      ? { id: `evt_${type}`, object: 'v2.core.event', type, created: '2026-11-21T10:00:00Z', livemode: false, related_object: null }
      : house.eventOf(type, 100, objectFor(type))
    expect([type, (await house.deliver(event)).status]).toEqual([type, 200])
  }
  await house.drain()
  expect(await stored()).toBe(types.length)
  const ends = await house.rows<{ state: string; n: bigint; silent: bigint }>(
    `SELECT state, count(*) AS n, count(*) FILTER (WHERE state <> 'applied' AND coalesce(reason, '') = '') AS silent FROM inbox_event GROUP BY state`,
  )
  expect(ends.filter((end) => !['applied', 'ignored', 'quarantined'].includes(end.state) || Number(end.silent) !== 0)).toEqual([])
  expect(ends.find((end) => end.state === 'quarantined')).toBeUndefined()
})

/** The names in the SDK's own list of event types. */
function eventTypes(): string[] {
  const file = readFileSync(join(dirname(createRequire(import.meta.url).resolve('stripe')), '../esm/resources/Events.d.ts'), 'utf8')
  return [...new Set([...file.matchAll(/^\s+type: '([a-z0-9_.]+)';/gm)].map((found) => found[1] ?? ''))]
}
