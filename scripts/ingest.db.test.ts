import { spawn, type ChildProcess } from 'node:child_process'
import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { config } from '@/lib/config/config'
import { endpointSecretPlace } from '@/lib/inbox/endpoints'
import { openHouse, type House } from '@/lib/inbox/inbox-house.test-support'
import { newId } from '@/lib/kernel/id'
import { seal } from '@/lib/kernel/seal'
import { root } from './paths'

let house: House
const children: ChildProcess[] = []
beforeAll(async () => void (house = await openHouse()))
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await house.close()
})

/** `npm run ingest` as a process: where it listens, what it said, how it ended. */
async function start() {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'ingest'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'test', INGEST_PORT: '0', LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  children.push(child)
  let said = ''
  child.stdout?.on('data', (data: Buffer) => (said += data.toString()))
  child.stderr?.on('data', (data: Buffer) => (said += data.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const port = await Promise.race([
    new Promise<number>((resolve) => child.once('message', (message: { port: number }) => resolve(message.port))),
    ended.then(() => 0),
  ])
  return { child, port, ended, said: () => said }
}

const agent = new Agent({ keepAlive: true })
function ask(port: number, method: string, path: string, body = '', headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const one = request({ host: '127.0.0.1', port, method, path, agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (answer) => {
      let text = ''
      answer.on('data', (data: Buffer) => (text += data.toString())).on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }))
    })
    one.on('error', reject).end(body)
  })
}

it('hears deliveries at the path of the web process, and nothing else; finishes what is under way when it is told to stop', async () => {
  const { child, port, ended, said } = await start()
  const place = `/api/webhooks/stripe/${house.endpoint}`
  const deliver = () => {
    const body = JSON.stringify(house.eventOf('payment_intent.created', 100, { id: 'pi_x', object: 'payment_intent' }))
    return ask(port, 'POST', place, body, { 'stripe-signature': house.sign(body) })
  }
  expect((await deliver()).status).toBe(200)
  expect((await ask(port, 'GET', '/healthz')).status).toBe(200)
  expect(JSON.parse((await ask(port, 'GET', '/readyz')).body)).toMatchObject({ ready: true, database: 'ok' })
  expect((await ask(port, 'GET', place)).status).toBe(405)
  expect((await ask(port, 'DELETE', '/healthz')).status).toBe(405)
  for (const path of ['/', '/api/webhooks/stripe', '/api/webhooks/stores/x', '/sign-in', `${place}/more`])
    expect([path, (await ask(port, 'POST', path)).status]).toEqual([path, 404])
  expect((await ask(port, 'POST', place, '{}', { 'stripe-signature': house.sign('{} ') })).status).toBe(400)

  await house.owner.query(`CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(4242); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON inbox_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_commit();
    SELECT pg_advisory_lock(4242)`)
  const held = Promise.all([deliver(), deliver(), deliver()])
  await expect.poll(async () => (await house.rows(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length).toBeGreaterThan(0)
  child.kill('SIGTERM')
  await expect.poll(() => ask(port, 'GET', '/healthz').catch((error: { code?: string }) => error.code), { timeout: 5_000 }).toBe('ECONNREFUSED')
  await house.owner.query('SELECT pg_advisory_unlock_all()')
  expect((await held).map(({ status }) => status)).toEqual([200, 200, 200])
  expect(await ended).toBe(0)
  expect(await house.rows('SELECT count(*)::int AS n FROM inbox_event')).toEqual([{ n: 4 }])
  // What was refused in the last second is counted all the same.
  expect(await house.rows('SELECT rejected_count FROM webhook_endpoint WHERE id = $1', [house.endpoint])).toEqual([{ rejected_count: 1 }])
  expect(said()).toContain('listening for deliveries')
  await house.owner.query('DROP TRIGGER hold ON inbox_event; DROP FUNCTION hold_commit')
})

it('does not start beside an endpoint that has no secret, and says which and what to do', async () => {
  const id = `whe_${newId()}`
  await house.owner.query(
    `INSERT INTO webhook_endpoint (id, kind, mode, account_id, secrets_sealed, api_version, url, state, created_at)
     VALUES ($1, 'account', 'test', 'acct_house', $2, 'x', 'https://x.test/hook', 'active', now())`,
    [id, [seal(config().secret, endpointSecretPlace(id), ' ')]],
  )
  const { ended, said } = await start()
  expect(await ended).toBe(1)
  expect(said()).toContain(id)
  expect(said()).toContain('Store the signing secret')
  expect(said()).not.toContain('    at ')
})
