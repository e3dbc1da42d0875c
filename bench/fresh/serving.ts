import { fork, type ChildProcess } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { root } from '@/scripts/paths'

/**
 * The listener and one worker process of the product; both end with this process. What they ask of the world outside is
 * answered on loopback: the clock stands at the wall's, every list is empty, no object is known.
 */
export async function startServing(env: Record<string, string>): Promise<{ port: number; pids: { listener: number; worker: number }; stop(): Promise<void> }> {
  const outside = await emptyWorld()
  const world = { MATCHBOOK_MODE: 'sandbox', SANDBOX_URL: `http://127.0.0.1:${(outside.address() as AddressInfo).port}` }
  const start = (file: string): ChildProcess =>
    fork(join(root, 'scripts', file), [], {
      cwd: root,
      execArgv: ['--import', join(root, 'scripts/die-with-parent.mjs'), '--import', 'tsx'],
      env: { ...process.env, ...env, ...world },
      stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
    })
  const [ingest, worker] = [start('ingest.ts'), start('worker.ts')]
  const children = [ingest, worker]
  const [listening] = await Promise.all(children.map(said))
  return {
    port: (listening as { port: number }).port,
    pids: { listener: ingest.pid ?? 0, worker: worker.pid ?? 0 },
    stop: async () => {
      await Promise.all(
        children.map(
          (child) =>
            new Promise((resolve) => {
              child.once('exit', resolve)
              child.kill('SIGTERM')
            }),
        ),
      )
      outside.closeAllConnections()
      outside.close()
    },
  }
}

function said(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`a process of the product ended with ${code}`)))
  })
}

async function emptyWorld(): Promise<Server> {
  const server = createServer((asked, answer) => {
    const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://outside')
    const say = (status: number, body: object) => {
      answer.writeHead(status, { 'content-type': 'application/json' })
      answer.end(JSON.stringify(body))
    }
    if (pathname === '/_sandbox/clock') {
      const said = () => say(200, { now: Math.floor(Date.now() / 1000), offset_ms: 0 })
      if (searchParams.get('wait') === '0') setTimeout(said, 20_000).unref()
      else said()
    } else if (/^\/v1\/\w+$/.test(pathname)) say(200, { object: 'list', url: pathname, has_more: false, data: [] })
    else say(404, { error: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such object' } })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
