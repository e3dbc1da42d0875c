import { execFile, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pay, sessionParams, startFront } from '../testing/shop-front'
import { Store, type Row } from './store'

interface Fruit extends Row {
  readonly colour: string | null
  readonly weight: number
}

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sandbox-store-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const fruits = (store: Store) => store.collection<Fruit>('fruit').index('colour', (row) => row.colour)

describe('the store', () => {
  it('keeps rows, their order and their indexes over a restart', () => {
    const store = new Store(dir)
    const before = fruits(store)
    for (const [id, colour] of [
      ['a', 'red'],
      ['b', 'green'],
      ['c', 'red'],
      ['d', null],
    ] as const)
      before.put({ id, colour, weight: 1 })
    before.put({ id: 'a', colour: 'green', weight: 2 })
    before.delete('c')
    store.close()
    const again = new Store(dir)
    const after = fruits(again)
    expect([...after.all()].map((row) => row.id)).toEqual(['a', 'b', 'd'])
    expect(after.by('colour', 'green').map((row) => row.id)).toEqual(['a', 'b'])
    expect(after.by('colour', 'red')).toEqual([])
    expect(after.get('a')?.weight).toBe(2)
    again.close()
  })

  it('loses a torn last line as a whole and goes on', () => {
    const store = new Store(dir)
    fruits(store).put({ id: 'a', colour: 'red', weight: 1 })
    store.flush()
    fruits(store).put({ id: 'b', colour: 'red', weight: 1 })
    fruits(store).put({ id: 'a', colour: 'red', weight: 2 })
    store.close()
    const path = join(dir, 'journal.ndjson')
    const text = readFileSync(path, 'utf8')
    rmSync(path)
    appendFileSync(path, text.slice(0, -5))
    const torn = new Store(dir)
    expect([...fruits(torn).all()]).toEqual([{ id: 'a', colour: 'red', weight: 1 }])
    fruits(torn).put({ id: 'c', colour: 'red', weight: 1 })
    torn.close()
    const again = new Store(dir)
    expect([...fruits(again).all()].map((row) => row.id)).toEqual(['a', 'c'])
    again.close()
  })

  it('is compacted when it is opened', () => {
    const store = new Store(dir)
    for (let weight = 0; weight < 1000; weight++) {
      fruits(store).put({ id: 'a', colour: 'red', weight })
      store.flush()
    }
    store.close()
    const size = () => statSync(join(dir, 'journal.ndjson')).size
    const before = size()
    const again = new Store(dir)
    expect(size()).toBeLessThan(before / 100)
    expect(fruits(again).get('a')?.weight).toBe(999)
    again.close()
  })

  it('refuses a folder that another living process uses', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'])
    await once(child, 'spawn')
    appendFileSync(join(dir, 'lock'), String(child.pid))
    expect(() => new Store(dir)).toThrow(`in use by process ${child.pid}`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    new Store(dir).close()
  })
})

describe('a sandbox', () => {
  /** Starts the real process and answers its address. */
  async function start(): Promise<{ url: string; kill: () => Promise<void>; stop: () => Promise<number | null> }> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/main.ts'], {
      env: { ...process.env, SANDBOX_PORT: '0', SANDBOX_DATA_DIR: dir, SANDBOX_STDIN_GUARD: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    const [line] = (await Promise.race([once(child.stdout, 'data'), exited.then(() => ['it ended'])])) as [Buffer | string]
    const url = /http:\S+/.exec(String(line))?.[0]
    if (url === undefined) throw new Error(`the sandbox did not start: ${String(line)}`)
    return {
      url,
      kill: async () => {
        child.kill('SIGKILL')
        await exited
      },
      stop: async () => {
        child.kill('SIGTERM')
        const [code] = (await exited) as [number | null]
        return code
      },
    }
  }

  it('remembers every answered request after kill -9, and what was scheduled still happens', { timeout: 60_000 }, async () => {
    const first = await start()
    const journal = readFileSync(join(dir, 'journal.ndjson'), 'utf8')
    const secret = /sk_test_\w+/.exec(journal)?.[0] ?? ''
    const client = (url: string) => new Stripe(secret, { host: '127.0.0.1', port: new URL(url).port, protocol: 'http', maxNetworkRetries: 0, telemetry: false })
    const made = await client(first.url).paymentIntents.create(
      { amount: 700, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' },
      { idempotencyKey: 'once' },
    )
    await first.kill()
    const second = await start()
    const stripe = client(second.url)
    const replayed = await stripe.paymentIntents.create(
      { amount: 700, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' },
      { idempotencyKey: 'once' },
    )
    expect(replayed.id).toBe(made.id)
    expect(replayed.lastResponse.headers['idempotent-replayed']).toBe('true')
    await expect.poll(async () => (await stripe.balanceTransactions.list()).data.length, { timeout: 10_000 }).toBe(1)
    expect((await stripe.events.list()).data.map((event) => event.type)).toEqual([
      'charge.updated',
      'payment_intent.succeeded',
      'charge.succeeded',
      'payment_intent.created',
    ])
    expect(await second.stop()).toBe(0)
  })

  it('says in one sentence why it cannot start', { timeout: 30_000 }, async () => {
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', 'sandbox/main.ts'], {
      env: { ...process.env, SANDBOX_PORT: '0', SANDBOX_DATA_DIR: dir, SANDBOX_PLATFORM_KEYS: '{"live":{}}' },
    })
    await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^sandbox could not start: SANDBOX_PLATFORM_KEYS: live needs secret/) })
  })

  it('continues where it was: time, accounts, open sessions', async () => {
    const first = await startFront({}, dir)
    await first.sandbox.world.clock.advance({ by_seconds: 86_400 })
    const open = await first.stripe.checkout.sessions.create(sessionParams())
    const paid = await pay(first)
    const offset = first.sandbox.world.clock.offsetMs()
    await first.close()
    const second = await startFront({}, dir)
    expect(second.secret).toBe(first.secret)
    expect(second.sandbox.world.clock.offsetMs()).toBe(offset)
    await second.sandbox.world.clock.advance({ by_seconds: 2 * 86_400 })
    expect((await second.stripe.checkout.sessions.list()).data.map((row) => [row.id, row.status])).toEqual([
      [paid.id, 'complete'],
      [open.id, 'expired'],
    ])
    await second.close()
  })
})
