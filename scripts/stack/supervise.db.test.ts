import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '../paths'
import { isAlive, isGone } from '../process-alive'
import { claimFolder, whoRuns } from './running'
import { secretsOf } from './secrets'
import { supervise, whenSaid } from './supervise'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'matchbook-supervise-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Writes a small program and returns the arguments of node that run it. */
function program(code: string): string[] {
  const file = join(folder, `${Math.random()}.mjs`)
  writeFileSync(file, code)
  return [file]
}

const patient = `process.send?.('ready'); setInterval(() => {}, 1000);`
const spec = (code: string) => ({ name: 'part', args: program(code), env: process.env, logs: folder, channel: true, say: () => {} })

test('a process that is killed comes back, and is ready again before it counts', async () => {
  const part = await supervise(spec(patient), whenSaid, () => expect.unreachable())
  const first = part.pid()
  process.kill(first, 'SIGKILL')
  await expect.poll(() => part.pid() !== first && part.isReady(), { timeout: 10_000 }).toBe(true)
  await part.stop()
  expect([isAlive(first), isAlive(part.pid())]).toEqual([false, false])
})

test('a process that ends while it starts shows what it said', async () => {
  await expect(supervise(spec(`console.error('no such table'); process.exit(3)`), whenSaid, () => {})).rejects.toThrow(
    /part process ended while it started \(3\)[^]*no such table/,
  )
})

test('a process that keeps ending is given up', async () => {
  const given = await new Promise<Error>((resolve) => void supervise(spec(`process.send('ready'); setTimeout(() => process.exit(7), 20)`), whenSaid, resolve))
  expect(given.message).toMatch(/keeps ending \(7\)/)
})

test('a process does not outlive a supervisor that is killed', async () => {
  const code = `
    import { supervise, whenSaid } from ${JSON.stringify(join(root, 'scripts/stack/supervise.ts'))};
    const part = await supervise(${JSON.stringify({ ...spec(patient), env: {} })}, whenSaid, () => {});
    console.log(part.pid());`
  const supervisor = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(supervisor.stdout), 'line')) as [string]
  supervisor.kill('SIGKILL')
  expect(await isGone(Number(line), 10_000)).toBe(true)
})

test('a folder belongs to one run, until that process is gone', () => {
  const claim = claimFolder(folder, 'http://localhost:3000')
  expect(() => claimFolder(folder, 'http://localhost:3001')).toThrow(`already runs from this folder (process ${process.pid}): open http://localhost:3000`)
  claim.release()
  expect(whoRuns(folder)).toBeUndefined()
  // The same number, another process: this one was not born then.
  writeFileSync(join(folder, 'running.json'), JSON.stringify({ pid: process.pid, born: '1', url: 'x' }))
  if (process.platform === 'linux') expect(claimFolder(folder, 'y').unclean).toBe(true)
})

test('secrets are made once, for the owner alone', () => {
  const first = secretsOf(folder)
  expect(secretsOf(folder)).toEqual(first)
  expect(Buffer.from(first.matchbook, 'base64')).toHaveLength(32)
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
})
