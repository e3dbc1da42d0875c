/**
 * A whole product for the browser tests, in a temporary folder, on free ports. Started by e2e-setup.ts with a
 * pipe as stdin; prints one JSON line when it is ready, ends when the pipe ends. Its control address lets a test
 * kill a process: `POST /worker/kill` (also web, sandbox) answers when the process that replaces it is ready.
 */
import { chmodSync, cpSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { root } from '../paths'
import { serverAccount } from '../postgres/account'
import { isSentence, textOf } from '../sentence'
import { removeDatabase } from '../stack/database'
import { startStack } from '../stack'
import type { Stack } from '../stack'
import { shownProgress } from '../steps'
import { temporaryFolder } from './temporary'

const dataDir = temporaryFolder(serverAccount())
chmodSync(dataDir, 0o711)
const stopping = new AbortController()
let stack: Stack | undefined

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
process.stdin
  .on('end', () => stopping.abort())
  .on('error', () => stopping.abort())
  .resume()

let code = 0
try {
  // Progress goes to stderr: stdout carries the one line that the setup reads.
  stack = await startStack({ dataDir, ports: 'free', seed: false, durable: false, progress: shownProgress(process.stderr), signal: stopping.signal })
  const control = await openControl(stack)
  const { webUrl, sandboxUrl, database, env, logs } = stack
  process.stdout.write(`${JSON.stringify({ webUrl, sandboxUrl, database, env, logs, controlUrl: control })}\n`)
  const reason = await Promise.race([stack.broken, new Promise<undefined>((resolve) => stopping.signal.addEventListener('abort', () => resolve(undefined)))])
  if (reason) throw reason
} catch (error) {
  if (!stopping.signal.aborted) {
    process.stderr.write(`\n  ${isSentence(error) ? error.message : String(error instanceof Error ? error.stack : textOf(error))}\n`)
    code = 1
  }
}
await stack?.stop()
cpSync(join(dataDir, 'logs'), join(root, 'test-results/logs'), { recursive: true })
await removeDatabase(dataDir)
rmSync(dataDir, { recursive: true, force: true })
process.exit(code)

function openControl({ processes }: Stack): Promise<string> {
  const server = createServer((request, response) => {
    const name = /^\/(\w+)\/kill$/.exec(request.url ?? '')?.[1] ?? ''
    const victim = processes.get(name)
    if (request.method !== 'POST' || !victim) return void response.writeHead(404).end()
    const pid = victim.pid()
    process.kill(pid, 'SIGKILL')
    const replaced = setInterval(() => {
      if (victim.pid() === pid || !victim.isReady()) return
      clearInterval(replaced)
      response.end(JSON.stringify({ killed: pid, now: victim.pid() }))
    }, 20)
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`)
    })
  })
}
