import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { root } from '../paths'
import { ensureChromium } from './chromium'

/**
 * Playwright's global setup: starts the product (e2e-stack.ts) and tells the tests where it is:
 * E2E_WEB_URL, E2E_SANDBOX_URL, E2E_CONTROL_URL, E2E_OWNER_URL, E2E_WORKER_URL (database), E2E_LOGS, and E2E_ENV,
 * the product's environment as JSON, for scripts that use lib/.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await ensureChromium()
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'scripts/testing/e2e-stack.ts')], {
    cwd: root,
    detached: true, // Ctrl-C is ours: the stack ends when the pipe ends, after the browsers.
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const line = await Promise.race([once(createInterface(child.stdout), 'line').then(([text]) => String(text)), ended.then(() => undefined)])
  if (line === undefined) throw new Error('The product did not start for the browser tests; the reason stands above.')
  const { webUrl, sandboxUrl, controlUrl, database, logs, env } = JSON.parse(line) as {
    webUrl: string
    sandboxUrl: string
    controlUrl: string
    database: { ownerUrl: string; workerUrl: string }
    logs: string
    env: Record<string, string>
  }
  Object.assign(process.env, {
    E2E_WEB_URL: webUrl,
    E2E_SANDBOX_URL: sandboxUrl,
    E2E_CONTROL_URL: controlUrl,
    E2E_OWNER_URL: database.ownerUrl,
    E2E_WORKER_URL: database.workerUrl,
    E2E_LOGS: logs,
    E2E_ENV: JSON.stringify(env),
  })
  return async () => {
    child.stdin.end()
    await ended
  }
}
