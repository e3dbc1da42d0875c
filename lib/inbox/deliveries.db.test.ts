import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { config } from '@/lib/config/config'
import { deliveryPool, workerPool } from '@/lib/db/pools'
import { clock, useClock, type Clock } from '@/lib/kernel/clock'
import { newId } from '@/lib/kernel/id'
import { seal } from '@/lib/kernel/seal'
import { bucketCount } from './core/scope'
import { cardPayment, openHouse, type House } from './inbox-house.test-support'
import { endpointSecretPlace, refuseEndpointsWithoutSecret, registerEndpoint } from './endpoints'
import { listenerFront, routeFront, wireTo, type Front, type Reply, type Sent } from './fronts.test-support'
import { writeRefusals } from './refusals'
import { acquireLeases, holdLeases, releaseLeases } from './store/lease'
import { selectPending } from './store/rows'

let house: House
let wire: Awaited<ReturnType<typeof wireTo>>
const fronts: Partial<Record<'route handler' | 'listener', Front>> = {}
beforeAll(async () => {
  house = await openHouse({ workerUrl: async (url) => (wire = await wireTo(url)).url })
  fronts['route handler'] = routeFront()
  fronts.listener = await listenerFront()
})
afterAll(async () => {
  await fronts.listener?.close()
  wire.set('up')
  await house.close()
  await wire.close()
})
beforeEach(() => house.owner.query('TRUNCATE inbox_event'))

const stored = async () => Number((await house.rows<{ n: string }>('SELECT count(*) AS n FROM inbox_event'))[0]?.n)
const nowSeconds = () => Math.floor(Date.now() / 1000)
const systemClock: Clock = {
  now: () => new Date(),
  nowMs: () => Date.now(),
  wallMs: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
}
let callers = 0

it('a database that vanished without a word: 503 after ten seconds, not silence for a quarter of an hour, and then on', async () => {
  const send = () => {
    const body = JSON.stringify(house.eventOf('payment_intent.created', 100, { id: 'pi_x', object: 'payment_intent' }))
    const sent = fronts.listener?.send({ to: house.endpoint, body: Buffer.from(body), headers: { 'stripe-signature': house.sign(body) } })
    return sent?.then(({ status }) => status)
  }
  expect(await send()).toBe(200)
  // As many connections as statements may be under way.
  await Promise.all(Array.from({ length: 4 }, () => deliveryPool().query('SELECT pg_sleep(0.2)')))
  wire.vanish()
  const during: ReturnType<typeof send>[] = []
  for (let at = 0; at < 4; at++) {
    during.push(send())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(await Promise.all([...during, send()])).toEqual([503, 503, 503, 503, 200])
  expect(await stored()).toBe(2)
  // What else was connected would hang as long as the network does.
  wire.set('down')
  wire.set('up')
}, 20_000)

describe.each(['route handler', 'listener'] as const)('%s', (name) => {
  /** Each test is a caller of its own: failures are counted by caller. */
  let from = ''
  beforeEach(() => void (from = `10.1.0.${(callers += 1)}`))
  const send = (sent: Omit<Sent, 'to'> & { to?: string }): Promise<Reply> => {
    const front = fronts[name]
    if (!front) throw new Error(`${name} is not there`)
    return front.send({ from, to: house.endpoint, ...sent })
  }
  const deliver = (event: object, options: { to?: string; signature?: string | null } = {}) => {
    const body = Buffer.from(JSON.stringify(event))
    const signature = options.signature === undefined ? house.sign(body.toString()) : options.signature
    return send({ ...(options.to ? { to: options.to } : {}), body, headers: signature === null ? {} : { 'stripe-signature': signature } })
  }
  const event = (more: object = {}) => house.eventOf('payment_intent.created', 100, { id: 'pi_x', object: 'payment_intent' }, more)

  describe('refused, with nothing stored', () => {
    const refused: [string, (body: string) => string | null][] = [
      ['no signature', () => null],
      ['an empty signature', () => ' '],
      ['a wrong secret', (body) => house.sign(body, 'whsec_wrong')],
      ['an old signature', (body) => house.sign(body, house.secret, nowSeconds() - 302)],
      ['a signature from the future', (body) => house.sign(body, house.secret, nowSeconds() + 302)],
      ['a signature of another body', () => house.sign('{}')],
      ['the scheme v0 alone', (body) => house.sign(body).replace('v1=', 'v0=')],
    ]
    it.each(refused)('%s', async (_, make) => {
      const one = event()
      expect((await deliver(one, { signature: make(JSON.stringify(one)) })).status).toBe(400)
      expect(await stored()).toBe(0)
    })
    it('an address that is none, an empty body, and a body that is no event: what reached an endpoint is counted', async () => {
      const counted = async () => {
        await writeRefusals()
        type Counted = { rejected_count: number; last_rejection: string | null }
        return (await house.rows<Counted>('SELECT rejected_count, last_rejection FROM webhook_endpoint WHERE id = $1', [house.endpoint]))[0]
      }
      const before = await counted()
      expect((await deliver(event(), { to: 'whe_nobody' })).status).toBe(404)
      expect((await deliver(event(), { to: 'no%20address' })).status).toBe(404)
      expect((await send({ body: Buffer.alloc(0), headers: { 'stripe-signature': house.sign('{}') } })).status).toBe(400)
      expect((await deliver({ object: 'list' })).status).toBe(400)
      expect((await deliver(event({ created: 1e300 }))).status).toBe(400)
      expect((await deliver(event({ id: 'evt_\u0000' }))).status).toBe(400)
      expect(await stored()).toBe(0)
      expect(await counted()).toEqual({ rejected_count: (before?.rejected_count ?? 0) + 4, last_rejection: 'body_unreadable' })
    })
    it('an endpoint whose secrets are blank: 503, whatever signs; and no process starts with it', async () => {
      const id = `whe_${newId()}`
      await house.owner.query(
        `INSERT INTO webhook_endpoint (id, kind, mode, account_id, secrets_sealed, former_secret_until, api_version, url, state, created_at)
         VALUES ($1, 'account', 'test', 'acct_house', $2, now() + interval '1 day', 'x', 'https://x.test/hook', 'active', now())`,
        [id, ['', ' '].map((blank) => seal(config().secret, endpointSecretPlace(id), blank))],
      )
      try {
        const one = event()
        for (const signature of [house.sign(JSON.stringify(one)), house.sign(JSON.stringify(one), ' ')])
          expect((await deliver(one, { to: id, signature })).status).toBe(503)
        expect(await stored()).toBe(0)
        await expect(refuseEndpointsWithoutSecret()).rejects.toMatchObject({ code: 'endpoint_without_secret', message: expect.stringContaining(id) })
      } finally {
        await house.owner.query('DELETE FROM webhook_endpoint WHERE id = $1', [id])
      }
      await refuseEndpointsWithoutSecret()
    })
  })

  it('accepts one of two v1, an age within five minutes, and the former secret during a rotation', async () => {
    const one = event()
    const signature = house.sign(JSON.stringify(one))
    expect((await deliver(one, { signature: `${signature},v1=${'0'.repeat(64)}` })).status).toBe(200)
    for (const age of [-295, 295]) {
      const other = event()
      expect((await deliver(other, { signature: house.sign(JSON.stringify(other), house.secret, nowSeconds() + age) })).status).toBe(200)
    }
    const id = `whe_${newId()}`
    const endpoint = { id, kind: 'account' as const, mode: 'test' as const, account_id: house.account, stripe_endpoint_id: null }
    const signedWith = async (secret: string) => {
      const other = event()
      return (await deliver(other, { to: id, signature: house.sign(JSON.stringify(other), secret) })).status
    }
    await registerEndpoint({ ...endpoint, secret: 'whsec_one' })
    await registerEndpoint({ ...endpoint, secret: 'whsec_two' })
    await registerEndpoint({ ...endpoint, secret: 'whsec_two' }) // A process that starts again rotates nothing.
    expect([await signedWith('whsec_one'), await signedWith('whsec_two')]).toEqual([200, 200])
    await registerEndpoint({ ...endpoint, secret: 'whsec_three' })
    expect([await signedWith('whsec_one'), await signedWith('whsec_two'), await signedWith('whsec_three')]).toEqual([400, 200, 200])
    await expect(registerEndpoint({ ...endpoint, secret: ' ' })).rejects.toMatchObject({ code: 'endpoint_without_secret' })
  })

  it('takes the former secret for a day and no longer, whatever starts again meanwhile', async () => {
    const id = `whe_${newId()}`
    const endpoint = { id, kind: 'account' as const, mode: 'test' as const, account_id: house.account, stripe_endpoint_id: null }
    const hour = 3_600_000
    const after = (hours: number): Clock => ({ ...systemClock, wallMs: () => Date.now() + hours * hour })
    const taken = async () => {
      const statuses: number[] = []
      for (const secret of ['whsec_leaked', 'whsec_new']) {
        const other = event()
        statuses.push((await deliver(other, { to: id, signature: house.sign(JSON.stringify(other), secret, Math.floor(clock.wallMs() / 1000)) })).status)
      }
      return statuses
    }
    try {
      await registerEndpoint({ ...endpoint, secret: 'whsec_leaked' })
      await registerEndpoint({ ...endpoint, secret: 'whsec_new' })
      expect(await taken()).toEqual([200, 200])
      useClock(after(23))
      await registerEndpoint({ ...endpoint, secret: 'whsec_new' })
      expect(await taken()).toEqual([200, 200])
      useClock(after(24.1))
      expect(await taken()).toEqual([400, 200])
      await registerEndpoint({ ...endpoint, secret: 'whsec_new' })
      expect(await house.rows('SELECT cardinality(secrets_sealed) AS secrets, former_secret_until FROM webhook_endpoint WHERE id = $1', [id])).toEqual([
        { secrets: 1, former_secret_until: null },
      ])
      expect(await taken()).toEqual([400, 200])
    } finally {
      useClock(systemClock)
    }
  })

  it('hears of a secret that another process replaced within about a second', async () => {
    const id = `whe_${newId()}`
    const endpoint = { id, kind: 'account' as const, mode: 'test' as const, account_id: house.account, stripe_endpoint_id: null }
    await registerEndpoint({ ...endpoint, secret: 'whsec_before' })
    const with_ = async (secret: string) => {
      const one = event()
      return (await deliver(one, { to: id, signature: house.sign(JSON.stringify(one), secret) })).status
    }
    expect(await with_('whsec_before')).toBe(200)
    await house.owner.query('UPDATE webhook_endpoint SET secrets_sealed = ARRAY[$2] WHERE id = $1', [
      id,
      seal(config().secret, endpointSecretPlace(id), 'whsec_after'),
    ])
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    expect([await with_('whsec_after'), await with_('whsec_before')]).toEqual([200, 400])
  })

  it('refuses two million bytes, declared or not, without reading them all, and what comes too slowly', async () => {
    const headers = { 'stripe-signature': house.sign('{}') }
    expect((await send({ body: Buffer.alloc(2_000_000, 32), headers: { ...headers, 'content-length': '2000000' } })).status).toBe(413)
    let chunks = 0
    async function* large() {
      for (; chunks < 200; chunks++) yield Buffer.alloc(10_000, 32)
    }
    expect((await send({ body: large(), headers })).status).toBe(413)
    let stop: () => void = () => undefined
    const end = new Promise<void>((resolve) => (stop = resolve))
    async function* slow() {
      yield Buffer.from('{')
      await end
    }
    const asked = send({ body: slow(), headers })
    await new Promise((resolve) => setTimeout(resolve, 150))
    useClock({ ...systemClock, wallMs: () => Date.now() + 10_500 })
    try {
      expect((await asked).status).toBe(408)
    } finally {
      useClock(systemClock)
      stop()
    }
    expect(await stored()).toBe(0)
  })

  it('one row for one event, however often and at once it comes, among others', async () => {
    const some = Array.from({ length: 20 }, () => event())
    const answers = await Promise.all(some.flatMap((one) => Array.from({ length: 5 }, () => deliver(one))))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await house.rows('SELECT count(*)::int AS rows, sum(duplicate_count)::int AS repeats, count(alarm)::int AS alarms FROM inbox_event')).toEqual([
      { rows: 20, repeats: 80, alarms: 0 },
    ])
  })

  it('an alarm when a repeat is not the same event; a countdown or another release is none', async () => {
    const one = house.eventOf('payment_intent.created', 100, { id: 'pi_dup', object: 'payment_intent', amount: 1 })
    await deliver(one)
    await deliver({ ...one, pending_webhooks: 0 })
    await deliver({ ...one, api_version: '2030-01-01.other', data: { object: { id: 'pi_dup', object: 'payment_intent', amount: 1, added: true } } })
    expect(await house.rows('SELECT duplicate_count, alarm FROM inbox_event')).toEqual([{ duplicate_count: 2, alarm: null }])
    const alarms: [object, string][] = [
      [{ data: { object: { id: 'pi_dup', object: 'payment_intent', amount: 2 } } }, 'content'],
      [{ type: 'payment_intent.succeeded' }, 'type'],
      [{ created: 101 }, 'created'],
      [{ data: { object: { id: 'pi_other', object: 'payment_intent', amount: 1 } } }, 'object_id'],
    ]
    for (const [change, differs] of alarms) {
      expect((await deliver({ ...one, ...change })).status).toBe(200)
      expect(await house.rows('SELECT alarm FROM inbox_event')).toMatchObject([{ alarm: { differs: expect.arrayContaining([differs]) } }])
    }
    expect(await stored()).toBe(1)
  })

  it('another mode or account under the same id is a row of its own, set aside where all can see it', async () => {
    const one = event()
    await deliver(one)
    await deliver({ ...one, livemode: true })
    await deliver({ ...one, account: 'acct_stranger' })
    await house.drain()
    expect(await house.rows('SELECT scope, state, reason, alarm FROM inbox_event WHERE scope <> $1 ORDER BY scope', [`${house.account}:test`])).toEqual([
      { scope: `${house.endpoint}/acct_house:live`, state: 'quarantined', reason: 'misrouted', alarm: null },
      { scope: `${house.endpoint}/acct_stranger:test`, state: 'quarantined', reason: 'misrouted', alarm: null },
    ])
  })

  it('a delivery that went astray first does not swallow the true one', async () => {
    const id = `whe_${newId()}`
    await registerEndpoint({ id, kind: 'account', mode: 'live', account_id: house.account, secret: house.secret, stripe_endpoint_id: null })
    const one = { ...event(), livemode: true }
    await deliver(one)
    await deliver(one, { to: id })
    expect(await house.rows('SELECT scope, duplicate_count FROM inbox_event ORDER BY endpoint_id = $1', [id])).toEqual([
      { scope: `${house.endpoint}/acct_house:live`, duplicate_count: 0 },
      { scope: 'acct_house:live', duplicate_count: 0 },
    ])
  })

  it('an unknown type and another release are stored and end with a word', async () => {
    await deliver(house.eventOf('sock.lost', 100, { id: 'sock_1', object: 'sock' }))
    await deliver({ ...house.eventOf('payment_intent.created', 100, { ...cardPayment(house).intent, id: 'pi_release' }), api_version: '2030-01-01.other' })
    await house.drain()
    const rows = await house.rows<{ type: string; state: string; reason: string | null }>('SELECT type, state, reason FROM inbox_event ORDER BY type')
    expect(rows.map(({ state }) => state)).not.toContain('pending')
    expect(rows.map(({ type }) => type)).toEqual(['payment_intent.created', 'sock.lost'])
    expect(rows[1]).toMatchObject({ state: 'ignored', reason: expect.stringMatching(/./) })
  })

  it('a thin event is kept under the account that it is about, in its mode, once', async () => {
    const connect = `connect_${newId().slice(-8)}`
    await registerEndpoint({ id: connect, kind: 'connect', mode: 'test', account_id: null, secret: house.secret, stripe_endpoint_id: null })
    const thin = (id: string, more: object) => ({
      id,
      object: 'v2.core.event',
      type: 'v2.core.account[requirements].updated',
      created: '2026-11-21T10:00:00.123Z',
      livemode: false,
      related_object: { id: 'acct_house', type: 'v2.core.account', url: '/v2/core/accounts/acct_house' },
      ...more,
    })
    const sent = [
      thin('evt_thin_1', {}),
      thin('evt_thin_2', { context: 'acct_house', related_object: null }),
      thin('evt_thin_3', { context: 'acct_platform/acct_house', related_object: null }),
      thin('evt_thin_4', { related_object: { id: 'person_1', type: 'v2.core.account_person', url: '/v2/core/accounts/acct_house/persons/person_1' } }),
      thin('evt_thin_5', { livemode: true }),
      thin('evt_thin_6', { related_object: { id: 'evtdst_1', type: 'v2.core.event_destination', url: '/v2/core/event_destinations/evtdst_1' } }),
    ]
    for (const one of [...sent, thin('evt_thin_1', {})]) expect((await deliver(one, { to: connect })).status).toBe(200)
    expect(
      await house.rows(
        "SELECT event_id, scope, object_id, duplicate_count AS repeats, alarm, created_at = '2026-11-21T10:00:00.123Z' AS at FROM inbox_event ORDER BY event_id",
      ),
    ).toEqual([
      { event_id: 'evt_thin_1', scope: 'acct_house:test', object_id: 'acct_house', repeats: 1, alarm: null, at: true },
      { event_id: 'evt_thin_2', scope: 'acct_house:test', object_id: null, repeats: 0, alarm: null, at: true },
      { event_id: 'evt_thin_3', scope: 'acct_house:test', object_id: null, repeats: 0, alarm: null, at: true },
      { event_id: 'evt_thin_4', scope: 'acct_house:test', object_id: 'person_1', repeats: 0, alarm: null, at: true },
      { event_id: 'evt_thin_5', scope: `${connect}/acct_house:live`, object_id: 'acct_house', repeats: 0, alarm: null, at: true },
      { event_id: 'evt_thin_6', scope: 'platform:test', object_id: 'evtdst_1', repeats: 0, alarm: null, at: true },
    ])
  })

  it('a database that is away: 503, and what was answered 200 is there', async () => {
    await deliver(event())
    wire.set('down')
    const during = [event(), event(), event()]
    expect((await Promise.all(during.map((one) => deliver(one)))).map(({ status }) => status)).toEqual([503, 503, 503])
    wire.set('up')
    expect((await Promise.all(during.map((one) => deliver(one)))).map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await house.rows('SELECT count(*)::int AS rows, sum(duplicate_count)::int AS repeats FROM inbox_event')).toEqual([{ rows: 4, repeats: 0 }])
  })

  it('an answer lost after the commit is no 200; the next try finds the row', async () => {
    const one = event()
    await deliver(event())
    wire.set('mute')
    const lost = await deliver(one)
    wire.set('up')
    expect(lost.status).toBe(503)
    await expect.poll(stored).toBe(2)
    expect((await deliver(one)).status).toBe(200)
    expect(await stored()).toBe(2)
  })

  describe('while the commit is held up', () => {
    // A deferred trigger runs inside COMMIT: the row is inserted, and not durable yet.
    beforeEach(() =>
      house.owner
        .query(`CREATE OR REPLACE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(4242); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON inbox_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_commit();
        SELECT pg_advisory_lock(4242)`),
    )
    afterEach(() => house.owner.query('SELECT pg_advisory_unlock_all(); DROP TRIGGER hold ON inbox_event; DROP FUNCTION hold_commit'))
    const held = () =>
      house.rows<{ pid: number }>(
        `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      )

    it('nothing is answered before it, and all is after it', async () => {
      const answers = Promise.all([event(), event(), event(), event(), event()].map((one) => deliver(one)))
      await expect.poll(async () => (await held()).length).toBeGreaterThan(0)
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(await Promise.race([answers, 'nothing yet'])).toBe('nothing yet')
      expect(await stored()).toBe(0)
      await house.owner.query('SELECT pg_advisory_unlock_all()')
      expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
      expect(await stored()).toBe(5)
    })

    it('a connection cut in it gives no 200, and no row', async () => {
      const answers = Promise.all([event(), event(), event()].map((one) => deliver(one)))
      let answered = false
      void answers.then(() => (answered = true))
      const cutter = new Client({ connectionString: house.db.workerUrl })
      await cutter.connect()
      while (!answered) {
        await cutter.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [(await held()).map(({ pid }) => pid)])
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      await cutter.end()
      expect((await answers).map(({ status }) => status)).toEqual([503, 503, 503])
      expect(await stored()).toBe(0)
    })
  })

  it('a row that the database refuses harms none that shares its statement', async () => {
    await house.owner.query(`ALTER TABLE inbox_event ADD CONSTRAINT no_poison CHECK (object_id <> 'pi_poison') NOT VALID`)
    try {
      const some = Array.from({ length: 30 }, (_, at) =>
        house.eventOf('payment_intent.created', 100, { id: at === 20 ? 'pi_poison' : `pi_${at}`, object: 'payment_intent' }),
      )
      const answers = await Promise.all(some.map((one) => deliver(one)))
      expect(answers.map(({ status }) => status)).toEqual(some.map((_, at) => (at === 20 ? 503 : 200)))
      expect(await stored()).toBe(29)
    } finally {
      await house.owner.query('ALTER TABLE inbox_event DROP CONSTRAINT no_poison')
    }
  })

  it('deliveries without a signature to addresses that somebody makes up are told to wait too', async () => {
    const body = Buffer.from('{}')
    const statuses = await Promise.all(Array.from({ length: 60 }, (_, at) => send({ to: `whe_madeup${at}`, body })))
    expect(statuses.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(39)
    expect((await deliver(event())).status).toBe(200)
  })

  it('five thousand false signatures: told to wait, counted exactly, and every good delivery beside them is taken', async () => {
    const id = `whe_${newId()}`
    await registerEndpoint({ id, kind: 'account', mode: 'test', account_id: house.account, secret: house.secret, stripe_endpoint_id: null })
    const bad = Buffer.from(JSON.stringify(event()))
    const badHeaders = { 'stripe-signature': house.sign(bad.toString(), 'whsec_forged') }
    const tally = new Map<number, number>()
    const floods = Array.from({ length: 50 }, async () => {
      for (let at = 0; at < 100; at++) {
        const { status, retryAfter } = await send({ to: id, body: bad, headers: badHeaders })
        expect(status === 429).toBe(retryAfter !== null)
        tally.set(status, (tally.get(status) ?? 0) + 1)
      }
    })
    // Connected before the flood: this process is flooded, floods and answers at once.
    expect((await deliver(event(), { to: id })).status).toBe(200)
    const good: number[] = []
    const beside = (async () => {
      for (let at = 0; at < 100; at++) good.push((await deliver(event(), { to: id })).status)
    })()
    await Promise.all([...floods, beside])
    expect(new Set(good)).toEqual(new Set([200]))
    expect([...tally.keys()].sort()).toEqual([400, 429])
    expect(tally.get(429)).toBeGreaterThan(4_900)
    await writeRefusals()
    expect(await house.rows('SELECT rejected_count, last_rejection FROM webhook_endpoint WHERE id = $1', [id])).toEqual([
      { rejected_count: 5_000, last_rejection: 'no_match' },
    ])
    expect(await stored()).toBe(101)
  })
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

it('a batch that is slow to fail is halved all the same, while nobody took its lease', async () => {
  const good = cardPayment(house).intent
  await house.deliver(house.eventOf('payment_intent.created', 100, { ...good, id: 'pi_slow1', amount: 1e30 }))
  for (const id of ['pi_slow2', 'pi_slow3']) await house.deliver(house.eventOf('payment_intent.created', 100, { ...good, id }))
  await house.owner.query(`CREATE FUNCTION run_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2.6); RETURN NULL; END $$;
    CREATE TRIGGER run_out BEFORE INSERT ON payment FOR EACH STATEMENT EXECUTE FUNCTION run_out()`)
  try {
    await house.drain()
  } finally {
    await house.owner.query('DROP TRIGGER run_out ON payment; DROP FUNCTION run_out')
  }
  expect(await house.rows('SELECT object_id, state FROM inbox_event ORDER BY object_id')).toEqual([
    { object_id: 'pi_slow1', state: 'quarantined' },
    { object_id: 'pi_slow2', state: 'applied' },
    { object_id: 'pi_slow3', state: 'applied' },
  ])
}, 30_000)

it('a batch of large events is a small one, in which the others have their turn', async () => {
  const other = `connect_${newId().slice(-8)}`
  await registerEndpoint({ id: other, kind: 'connect', mode: 'test', account_id: null, secret: house.secret, stripe_endpoint_id: null })
  await house.deliver(house.eventOf('sock.knitted', 100, { id: 'sock_large', object: 'sock', wool: 'x'.repeat(990_000) }))
  await house.owner
    .query(`INSERT INTO inbox_event (kind, bucket, id, scope, event_id, endpoint_id, mode, account_id, type, object_id, created_at, body, body_sha256, received_at)
    SELECT kind, bucket, gen_random_uuid(), scope, event_id || '-' || n, endpoint_id, mode, account_id, type, object_id, created_at, body, body_sha256, received_at
      FROM inbox_event, generate_series(1, 30) n`)
  await house.deliver(house.eventOf('sock.lost', 100, { id: 'sock_small', object: 'sock' }, { account: 'acct_other' }), { to: other })
  const everywhere = Array.from({ length: bucketCount }, (_, at) => at)
  const chosen = await selectPending(workerPool(), everywhere, 450)
  expect(chosen.length).toBe(18)
  expect(chosen.map(({ object_id }) => object_id)).toContain('sock_small')
  await house.drain()
  expect(await house.rows(`SELECT 1 FROM inbox_event WHERE state = 'pending'`)).toEqual([])
})

it('a worker whose lease another took writes nothing', async () => {
  await house.deliver(house.eventOf('payment_intent.created', 100, { ...cardPayment(house).intent, id: 'pi_taken' }))
  const leases = await acquireLeases(workerPool(), 'one/1', 8, 200)
  await house.owner.query(`UPDATE inbox_lease SET lease_until = 'epoch' WHERE owner = 'one/1'`)
  expect(await holdLeases(workerPool(), 'one/1', leases)).toBe(true)
  await house.owner.query(`UPDATE inbox_lease SET lease_until = 'epoch' WHERE owner = 'one/1'`)
  const taken = await acquireLeases(workerPool(), 'two/1', 8, 200)
  expect(await holdLeases(workerPool(), 'one/1', leases)).toBe(false)
  await releaseLeases(workerPool(), 'one/1', leases)
  expect(await holdLeases(workerPool(), 'two/1', taken)).toBe(true)
  await releaseLeases(workerPool(), 'two/1', taken)
  expect(await holdLeases(workerPool(), 'two/1', taken)).toBe(false)
})

it('nothing that a merchant can sign keeps itself from being set aside, and holds the others up', async () => {
  const good = cardPayment(house).intent
  const long = randomBytes(4_000).toString('hex')
  const answers = []
  for (const more of [
    { id: 'pi_1nul', amount: 'a\u0000b' },
    { id: 'pi_2quote', amount: 'connect' },
    { id: 'pi_3old' },
    { id: `pi_${long}` },
    { id: 'pi_4good' },
  ])
    answers.push((await house.deliver(house.eventOf('payment_intent.created', 100, { ...good, ...more }))).status)
  answers.push((await house.deliver({ ...house.eventOf('payment_intent.created', 100, good), account: `acct_${long}` })).status)
  expect(answers).toEqual([200, 200, 200, 400, 200, 400])
  // As it would have been stored before.
  await house.owner.query(
    `UPDATE inbox_event SET object_id = $1, body = convert_to(replace(convert_from(body, 'UTF8'), 'pi_3old', $1), 'UTF8') WHERE object_id = 'pi_3old'`,
    [`pi_3${long}`],
  )
  await house.drain()
  expect(await house.rows('SELECT left(object_id, 4) AS object, state, left(reason, 30) AS reason, tenant_id FROM inbox_event ORDER BY object_id')).toEqual([
    { object: 'pi_1', state: 'quarantined', reason: 'fold_failed: Cannot convert a\uFFFD', tenant_id: house.tenant },
    { object: 'pi_2', state: 'quarantined', reason: 'fold_failed: Cannot convert co', tenant_id: house.tenant },
    { object: 'pi_3', state: 'quarantined', reason: 'fold_failed: index row size 80', tenant_id: null },
    { object: 'pi_4', state: 'applied', reason: null, tenant_id: house.tenant },
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
