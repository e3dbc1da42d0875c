import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Pool } from 'pg'
import { root } from '@/scripts/paths'
import type { DemoTenant } from '@/scripts/seed/tenants'
import { seededRandom } from '../core/random'
import type { Random } from '../contract'
import { calmDown } from './calm'
import { aftermath, control, customer, storesOf, type Town } from './load'
import { openStand, processNames, type ProcessName, type Stand, type Victim } from './stand'
import { holdAgainstTruth } from './truth'
import type { Cut } from './wire'

const phases = ['rush', 'aftermath', 'catch-up'] as const
type Phase = (typeof phases)[number]
const blows = [...processNames, 'connections cut', 'line cut'] as const
type Blow = (typeof blows)[number]

/** How often what is hit: workers hold the most that may be lost. */
const weights: Record<Blow, number> = { 'worker-1': 5, 'worker-2': 5, web: 5, sandbox: 3, postgres: 3, 'connections cut': 4, 'line cut': 4 }
/** So many in a phase; then its work goes on in peace, for what never gets on loses nothing. */
const blowsPerPhase: Record<Phase, number> = { rush: 7, aftermath: 4, 'catch-up': 4 }
/** How long a process that came back works before it may die again: a web that is never up loses nothing. */
const graceMs: Record<ProcessName, number> = { 'worker-1': 2_500, 'worker-2': 2_500, web: 5_000, sandbox: 6_000, postgres: 4_000 }
const customersPerRound = 14
const atOnce = 5

/**
 * Web, two workers, PostgreSQL and sandbox as real processes under load, killed with -9 and cut off at seeded points
 * until `kills` of them died. @returns true when nothing was lost and nothing happened twice.
 */
export async function runProcesses(argv: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: argv,
    strict: false,
    options: { kills: { type: 'string' }, seed: { type: 'string' }, keep: { type: 'string' }, verbose: { type: 'boolean' } },
  })
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const wanted = Number(text(values.kills) ?? 200)
  const seed = text(values.seed) ?? '1'
  const began = performance.now()
  const tell = (words: string) => process.stdout.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${words}\n`)
  tell(`seed ${seed}, ${wanted} kills`)
  const stand = await openStand(tell)
  const pool = new Pool({ connectionString: stand.adminUrl, max: 4, connectionTimeoutMillis: 5_000 })
  pool.on('error', () => undefined)
  try {
    const tenants = await makeTenants(stand)
    tell('two merchants, six stores')
    const storm = new Storm(stand, pool, tenants, seededRandom(`processes/${seed}`), values.verbose === true ? tell : () => undefined)
    await storm.begin()
    for (let round = 1; storm.kills() < wanted; round++) {
      await storm.round(round, wanted)
      tell(`round ${round}: ${storm.kills()} kills, ${storm.town.orders.length} orders, ${stand.wire.promised.size} events promised`)
    }
    await storm.heal()
    tell('faults are over')
    const sandbox = control(stand.sandboxUrl)
    const left = await calmDown(pool, sandbox, 420_000, tell)
    const { violations, seen } = await holdAgainstTruth({
      pool,
      sandbox,
      sandboxUrl: stand.sandboxUrl,
      tenants,
      town: storm.town,
      promised: stand.wire.promised,
    })
    for (const [what, count] of Object.entries(left)) violations.push(`${count} ${what} are left when all should be done`)
    violations.push(...stand.ownDeaths)
    const { total } = await sandbox.get<{ total: number }>('/events?limit=1')
    storm.print()
    const list = (counts: Iterable<readonly [string, number]>) => [...counts].map(([name, count]) => `${name} ${count}`).join(', ')
    process.stdout.write(`\nload   ${list(storm.town.deeds)}\nheld   ${list(Object.entries(seen))}\nline   cut ${list(Object.entries(stand.wire.met))}\n`)
    for (const unmet of storm.unmet()) violations.push(`fault never met: ${unmet}`)
    if (violations.length > 0) process.stdout.write(`\n${violations.slice(0, 60).join('\n')}\n`)
    process.stdout.write(
      `\nseed ${seed}, ${((performance.now() - began) / 1000).toFixed(0)} s\n${storm.kills()} kills, ${total} events, ${violations.length} violations\n`,
    )
    return violations.length === 0
  } finally {
    const keep = text(values.keep)
    if (keep !== undefined) cpSync(join(stand.dataDir, 'logs'), keep, { recursive: true })
    await pool.end()
    await stand.close()
  }
}

async function makeTenants(stand: Stand): Promise<DemoTenant[]> {
  const file = join(stand.dataDir, 'tenants.json')
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'bench/sim/processes/tenants.ts'), file], {
    cwd: root,
    env: stand.env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`the merchants could not be made (${code ?? 'killed'})`)
  return JSON.parse(readFileSync(file, 'utf8')) as DemoTenant[]
}

/** Load and blows. Everything that it chooses follows from the seed; what it meets is up to the machine. */
class Storm {
  readonly town: Town = { orders: [], paid: [], deeds: new Map() }
  private readonly counts = new Map<Blow, Record<Phase, number>>(blows.map((blow) => [blow, { rush: 0, aftermath: 0, 'catch-up': 0 }]))
  private readonly returning = new Set<Promise<void>>()
  private readonly sandbox
  private readonly choose: Random

  constructor(
    private readonly stand: Stand,
    private readonly pool: Pool,
    private readonly tenants: DemoTenant[],
    private readonly random: Random,
    private readonly tell: (words: string) => void,
  ) {
    this.sandbox = control(stand.sandboxUrl)
    this.choose = random.fork('blows')
  }

  kills(): number {
    return processNames.reduce((sum, name) => sum + this.total(name), 0)
  }

  unmet(): Blow[] {
    return blows.filter((blow) => this.total(blow) === 0)
  }

  private total(blow: Blow): number {
    const counts = this.counts.get(blow)
    return counts ? phases.reduce((sum, phase) => sum + counts[phase], 0) : 0
  }

  async begin(): Promise<void> {
    await this.sandbox.post('/settings', { asyncCaptureSeconds: 2, delayedMethodSeconds: 3_600, refundSettleSeconds: 1_800, availableAfterSeconds: 43_200 })
    await this.sandbox.post('/webhooks/rules', { kind: 'duplicate', share: 0.25, copies: 3, together: 2, spread_ms: 1_500 })
    await this.sandbox.post('/webhooks/rules', { kind: 'reorder', share: 0.5, window_ms: 400, order: 'shuffle' })
    await this.sandbox.post('/webhooks/rules', { kind: 'delay', share: 0.15, min_ms: 500, max_ms: 5_000 })
    await this.sandbox.post('/webhooks/rules', { kind: 'drop', share: 0.05, attempts: 1 })
    await this.sandbox.post('/webhooks/rules', { kind: 'bunch', share: 0.3, seconds: 5 })
  }

  async round(number: number, wanted: number): Promise<void> {
    const random = this.random.fork(`round ${number}`)
    const until = () => performance.now() + 45_000
    const stores = storesOf(this.tenants)
    await this.phase('rush', wanted, async () => {
      await this.patiently(() =>
        this.sandbox.post('/faults', { path: '/shops/*/wp-json/wc/v3/orders/*', method: 'PUT', kind: 'latency', hold_ms: 700, times: 3, skip: random.int(4) }),
      )
      await this.patiently(() =>
        this.sandbox.post('/faults', {
          path: '/v1/checkout/sessions',
          method: 'POST',
          kind: 'status',
          status: 500,
          after_effect: true,
          times: 1,
          skip: random.int(6),
        }),
      )
      const queue = Array.from({ length: customersPerRound }, (_, index) => random.fork(`customer ${index}`))
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let next = queue.shift(); next; next = queue.shift()) await customer(this.town, this.stand.url, this.sandbox, stores, next, until())
        }),
      )
    })
    await this.phase('aftermath', wanted, async () => {
      const acts = Array.from({ length: 8 }, (_, index) => random.fork(`act ${index}`))
      await Promise.all(acts.map((act) => aftermath(this.town, this.sandbox, act, until())))
      await this.patiently(() => this.sandbox.post('/clock/advance', { by_seconds: 600 + random.int(5_400) }))
    })
    await this.phase('catch-up', wanted, () => new Promise((resolve) => setTimeout(resolve, 1_500)))
    await this.allUp()
  }

  /** Work, with the phase's share of blows while it goes on and right after. */
  private async phase(phase: Phase, wanted: number, work: () => Promise<void>): Promise<void> {
    const working = work()
    for (let struck = 0, tries = 0; struck < blowsPerPhase[phase] && tries < 40 && this.kills() < wanted; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100 + this.choose.int(1_400)))
      if (await this.strike(phase)) struck++
    }
    await working
  }

  /** @returns false when what was to be hit is down, or has only just come back. */
  private async strike(phase: Phase): Promise<boolean> {
    const blow = this.weighted()
    const pause = this.choose.int(900)
    const share = 0.3 + this.choose.next() * 0.7
    const cuts = Array.from({ length: 1 + this.choose.int(4) }, () => this.choose.pick<Cut>(['before', 'within', 'answered']))
    if (blow === 'line cut') for (const cut of cuts) this.stand.wire.cutNext(cut)
    else if (blow === 'connections cut') {
      if (!this.stand.victims.get('postgres')?.isUp()) return false
      const cut = await this.pool
        .query(
          `SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity WHERE usename IN ('matchbook_app_login', 'matchbook_worker_login') AND random() < $1`,
          [share],
        )
        .catch(() => null)
      if (!cut) return false
    } else {
      const victim = this.stand.victims.get(blow)
      if (!victim || victim.upMs() < graceMs[victim.name]) return false
      await victim.kill()
      this.revive(victim, pause)
    }
    const counts = this.counts.get(blow)
    if (counts) counts[phase]++
    this.tell(`${phase}: ${blow}`)
    return true
  }

  private revive(victim: Victim, pause: number): void {
    const back = (async () => {
      await new Promise((resolve) => setTimeout(resolve, pause))
      await victim.start()
    })()
    this.returning.add(back)
    void back
      .finally(() => this.returning.delete(back))
      .catch((error: Error) => this.stand.ownDeaths.push(`${victim.name} did not come back: ${error.message}`))
  }

  private weighted(): Blow {
    const sum = blows.reduce((all, blow) => all + weights[blow], 0)
    let at = this.choose.next() * sum
    return blows.find((blow) => (at -= weights[blow]) < 0) ?? 'web'
  }

  private async allUp(): Promise<void> {
    while (this.returning.size > 0) await Promise.allSettled([...this.returning])
  }

  private async patiently(work: () => Promise<unknown>): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      try {
        await work()
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    }
  }

  /** Nothing fails any more. */
  async heal(): Promise<void> {
    await this.allUp()
    this.stand.wire.heal()
    await this.patiently(() => this.sandbox.remove('/faults'))
    await this.patiently(() => this.sandbox.remove('/webhooks/rules'))
  }

  print(): void {
    process.stdout.write(`\n${'kill -9'.padEnd(18)}${phases.map((phase) => phase.padStart(11)).join('')}${'all'.padStart(8)}\n`)
    for (const blow of blows) {
      const counts = this.counts.get(blow)
      if (!counts) continue
      process.stdout.write(`${blow.padEnd(18)}${phases.map((phase) => String(counts[phase]).padStart(11)).join('')}${String(this.total(blow)).padStart(8)}\n`)
    }
  }
}

if (import.meta.filename === process.argv[1]) {
  const fine = await runProcesses(process.argv.slice(2))
  process.exit(fine ? 0 : 1)
}
