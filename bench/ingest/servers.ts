import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import { root } from '@/scripts/paths'
import { freePort } from '@/scripts/ports'
import { Sentence } from '@/scripts/sentence'
import { buildWeb } from '@/scripts/stack/build'
import { endChild, endOf, lastLines, spawnChild } from '@/scripts/stack/child'
import { productEnvironment, type Environment } from '@/scripts/stack/environment'
import type { BenchDatabase } from '../measure/server'
import { emptyNextApp } from './empty-next'
import { account, endpoint, secret } from './event'

/** A server under measurement. */
export type Contender = { name: string; pid: number; port: number }

export const logs = join(root, '.matchbook/bench/logs')
const tsx = ['--import', 'tsx']
const children: ChildProcess[] = []

/** The environment of the product's processes on this database, in Stripe's test mode. */
export function benchEnvironment(database: BenchDatabase, installation: string, port = 0): Environment {
  return {
    ...productEnvironment({
      mode: 'test',
      url: `http://127.0.0.1:${port || 3000}`,
      port,
      host: '127.0.0.1',
      secret: installation,
      appUrl: database.appUrl,
      workerUrl: database.workerUrl,
      stripe: { STRIPE_TEST_SECRET_KEY: 'sk_test_bench', STRIPE_TEST_PUBLISHABLE_KEY: 'pk_test_bench' },
      dev: false,
    }),
    INGEST_PORT: '0',
    INGEST_HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
  }
}

/** The endpoint that deliveries go to, stored by the product's own verb. */
export async function prepareEndpoint(database: BenchDatabase, installation: string): Promise<void> {
  const text = `const { registerEndpoint } = await import('@/lib/inbox/endpoints'); const { closePools } = await import('@/lib/db/pools')
    await registerEndpoint({ id: '${endpoint}', kind: 'account', mode: 'test', account_id: '${account}', secret: '${secret}', stripe_endpoint_id: null }); await closePools()`
  const spec = { name: 'bench-endpoint', logs, env: benchEnvironment(database, installation), args: [...tsx, '--input-type=module', '-e', text] }
  if ((await endOf(spawnChild(spec))) !== 0) throw new Sentence(`The endpoint could not be stored:\n\n${lastLines(spec)}`)
}

export function newInstallationSecret(): string {
  return randomBytes(32).toString('base64')
}

/** The product's web process alone, as `npm start` runs it. */
export async function startProductWeb(database: BenchDatabase, installation: string): Promise<Contender> {
  await buildWeb(logs)
  const port = await freePort()
  const env = benchEnvironment(database, installation, port)
  return startNext('product-web', root, port, env)
}

export async function startEmptyNext(database: BenchDatabase, installation: string): Promise<Contender> {
  const folder = await emptyNextApp(logs)
  const port = await freePort()
  return startNext('empty-next', folder, port, benchEnvironment(database, installation, port))
}

async function startNext(name: string, folder: string, port: number, env: Environment): Promise<Contender> {
  const spec = { name, logs, env, args: [join(root, 'node_modules/next/dist/bin/next'), 'start', folder, '-p', String(port), '-H', '127.0.0.1'] }
  const child = keep(spawnChild(spec))
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) break
    if (await accepts(port)) return { name, pid: child.pid ?? 0, port }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Sentence(`${name} did not start:\n\n${lastLines(spec)}`)
}

export async function startListener(database: BenchDatabase, installation: string): Promise<Contender> {
  return startOwn('listener', join(root, 'scripts/ingest.ts'), benchEnvironment(database, installation))
}

export async function startBare(database: BenchDatabase, installation: string): Promise<Contender> {
  return startOwn('bare', join(root, 'bench/ingest/bare-server.ts'), { ...benchEnvironment(database, installation), BENCH_DATABASE_URL: database.workerUrl })
}

async function startOwn(name: string, file: string, env: Environment): Promise<Contender> {
  const spec = { name, logs, env, channel: true, args: [...tsx, file] }
  const child = keep(spawnChild(spec))
  const said = await Promise.race([messageOf<{ port: number }>(child), endOf(child)])
  if (typeof said !== 'object') throw new Sentence(`${name} did not start:\n\n${lastLines(spec)}`)
  return { name, pid: child.pid ?? 0, port: said.port }
}

export type Answering = { pid: number; ask<Reply>(message: object): Promise<Reply> }

/** A process that answers each message with one: the load generator, or a contender that is called without HTTP. */
export async function startAnswering(name: string, file: string, env: Environment, options: { saysReady: boolean }): Promise<Answering> {
  const spec = { name, logs, env, channel: true, args: [...tsx, join(root, 'bench/ingest', file)] }
  const child = keep(spawnChild(spec))
  const ended = endOf(child).then(() => null)
  if (options.saysReady && (await Promise.race([messageOf<string>(child), ended])) !== 'ready')
    throw new Sentence(`${name} did not start:\n\n${lastLines(spec)}`)
  return {
    pid: child.pid ?? 0,
    async ask<Reply>(message: object): Promise<Reply> {
      const reply = messageOf<Reply>(child)
      child.send(message)
      const said = await Promise.race([reply, ended])
      if (said === null) throw new Sentence(`${name} ended in the middle:\n\n${lastLines(spec)}`)
      return said
    },
  }
}

export async function stopAll(): Promise<void> {
  await Promise.all(children.splice(0).map((child) => endChild(child, 5_000)))
}

function keep(child: ChildProcess): ChildProcess {
  children.push(child)
  return child
}

function messageOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve) => child.once('message', (message) => resolve(message as T)))
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
