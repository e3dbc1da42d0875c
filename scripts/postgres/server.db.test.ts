import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '../paths'
import { commandOf, isAlive, isGone } from '../process-alive'
import { temporaryFolder } from '../testing/temporary'
import { serverAccount } from './account'
import { serverBinaries } from './binaries'
import { withClient } from './connect'
import { makePostgresFolder } from './folder'
import { endLeftServer, startServer } from './server'

const account = serverAccount()
let folder: string
beforeEach(() => {
  folder = temporaryFolder(account)
  makePostgresFolder(folder, account)
})
afterEach(async () => {
  await endLeftServer(folder)
  rmSync(folder, { recursive: true, force: true })
})

const start = ({ password = 'right', durable = false } = {}) =>
  startServer({ folder, account, binaries: serverBinaries(account, join(folder, 'spare')), password, durable })

/** A server held by a process of its own, so that the process can be killed. */
async function startElsewhere(): Promise<{ holder: number; server: number; port: number }> {
  const code = `
    import { serverAccount } from ${JSON.stringify(join(root, 'scripts/postgres/account.ts'))};
    import { serverBinaries } from ${JSON.stringify(join(root, 'scripts/postgres/binaries.ts'))};
    import { startServer } from ${JSON.stringify(join(root, 'scripts/postgres/server.ts'))};
    const account = serverAccount();
    const server = await startServer({ folder: ${JSON.stringify(folder)}, account, binaries: serverBinaries(account, '/nowhere'), password: 'right', durable: false });
    console.log(JSON.stringify({ server: server.pid, port: server.port }));`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { holder: child.pid!, ...(JSON.parse(line) as { server: number; port: number }) }
}

/** The shell that stops the server when its holder is gone. */
function guardOf(server: number): number {
  return Number(
    readdirSync('/proc').find((pid) => Number(pid) && commandOf(Number(pid)).includes(`kill -INT "$0"`) && commandOf(Number(pid)).endsWith(` ${server}`)),
  )
}

test('a server keeps its rows over a stop, and leaves nobody else a way in', async () => {
  const first = await start({ durable: true })
  await withClient(first.adminUrl('postgres'), (client) => client.query('CREATE TABLE kept AS SELECT 42 AS n'))
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)
  const second = await start({ durable: true })
  const { rows } = await withClient(second.adminUrl('postgres'), (client) => client.query('SELECT n FROM kept'))
  expect(rows).toEqual([{ n: 42 }])
  await expect(withClient(second.adminUrl('postgres').replace('right', 'wrong'), (client) => client.query('SELECT 1'))).rejects.toMatchObject({ code: '28P01' })
  const settings = await withClient(
    second.adminUrl('postgres'),
    async (client) =>
      (
        await client.query(
          `SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', 'unix_socket_directories', 'fsync', 'data_checksums') ORDER BY name`,
        )
      ).rows,
  )
  expect(settings.map(({ setting }: { setting: string }) => setting)).toEqual(['on', 'on', '127.0.0.1', ''])
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(readdirSync(folder).sort()).toEqual(['data', 'postgres.log'])
  await second.stop()
})

test('a server does not outlive its holder, even one that is killed', async () => {
  const { holder, server } = await startElsewhere()
  process.kill(holder, 'SIGKILL')
  expect(await isGone(server, 10_000)).toBe(true)
  expect(existsSync(join(folder, 'data/postmaster.pid'))).toBe(false)
})

test.runIf(process.platform === 'linux')('a server that was left running is taken over, not started twice', async () => {
  const { holder, server, port } = await startElsewhere()
  process.kill(guardOf(server), 'SIGKILL')
  process.kill(holder, 'SIGKILL')
  expect(await isGone(holder, 5_000)).toBe(true)
  await expect(start({ password: 'wrong' })).rejects.toThrow(/does not accept the password/)
  const adopted = await start()
  expect(adopted).toMatchObject({ pid: server, port, adopted: true })
  await adopted.stop()
  expect(isAlive(server)).toBe(false)
})

test('a server that was killed recovers at the next start', async () => {
  const first = await start({ durable: true })
  await withClient(first.adminUrl('postgres'), (client) => client.query('CREATE TABLE kept AS SELECT 42 AS n'))
  process.kill(first.pid, 'SIGKILL')
  await first.gone
  const second = await start({ durable: true })
  const { rows } = await withClient(second.adminUrl('postgres'), (client) => client.query('SELECT n FROM kept'))
  expect(rows).toEqual([{ n: 42 }])
  await second.stop()
})

test('a pid file that names another program does not hinder', async () => {
  await (await start()).stop()
  const pidFile = join(folder, 'data/postmaster.pid')
  writeFileSync(pidFile, `${process.pid}\n${join(folder, 'data')}\n1\n5432\n`)
  const server = await start()
  expect(server.adopted).toBe(false)
  expect(readFileSync(pidFile, 'utf8').split('\n')[0]).toBe(String(server.pid))
  await server.stop()
})
