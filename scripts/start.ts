/** `npm start`, and with --dev `npm run dev`: everything that Matchbook needs, until Ctrl-C. */
import { relative } from 'node:path'
import { readDotEnv } from './dot-env'
import { root } from './paths'
import { isSentence } from './sentence'
import { startStack } from './stack'
import type { Stack } from './stack'
import { demoPorts } from './stack/demo'
import { watchNpm } from './stack/parent'
import { planFromEnvironment } from './stack/plan'
import { shownProgress } from './steps'

const began = performance.now()
const dev = process.argv.includes('--dev')
const stopping = new AbortController()
let stack: Stack | undefined

readDotEnv()
process.stdout.write('\n  Matchbook\n\n')
// A terminal and npm both pass Ctrl-C on: once is enough. The children are in groups of their own and end in order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort(signal))
process.stdout.on('error', () => stopping.abort('the end of its output'))
watchNpm(() => stopping.abort('the end of npm'))

try {
  stack = await startStack({ ...planFromEnvironment(process.env, dev, demoPorts), progress: shownProgress(), signal: stopping.signal })
} catch (error) {
  if (!stopping.signal.aborted) throw error
  end(`Stopped by ${String(stopping.signal.reason)} before it was ready.`, 130)
}
if (stack) await serve(stack)

async function serve(running: Stack): Promise<void> {
  process.stdout.write(welcome(running))
  const reason = await Promise.race([
    running.broken,
    new Promise<undefined>((resolve) => {
      if (stopping.signal.aborted) resolve(undefined)
      stopping.signal.addEventListener('abort', () => resolve(undefined))
    }),
  ])
  if (reason) process.stderr.write(`\n  ${isSentence(reason) ? reason.message : (reason.stack ?? reason.message)}\n`)
  else process.stdout.write(`\n  Stopping (${String(stopping.signal.reason)}) ...\n`)
  await running.stop()
  end('Stopped.', reason ? 1 : 0)
}

function end(text: string, code: number): void {
  process.stdout.write(`  ${text}\n`)
  process.exit(code)
}

function welcome({ webUrl, sandboxUrl, demo, logs }: Stack): string {
  const lines = ['', `  Matchbook is ready after ${((performance.now() - began) / 1000).toFixed(1)} s`, '']
  lines.push(`    Dashboard   ${webUrl}`)
  if (sandboxUrl) lines.push(`    Sandbox     ${sandboxUrl}/_sandbox   (a stand-in for Stripe and the shops: no real money moves)`)
  if (demo?.signIns.length) {
    const wide = Math.max(...demo.signIns.map(({ email }) => email.length))
    lines.push('', '  Sign in as')
    for (const { email, password, note } of demo.signIns) lines.push(`    ${email.padEnd(wide)}   ${password}${note ? `   ${note}` : ''}`)
  }
  if (demo?.tryFirst.length) {
    lines.push('', '  Try first')
    demo.tryFirst.forEach(({ say, url }, at) => lines.push(`    ${at + 1}. ${say}${url ? `\n       ${url}` : ''}`))
  }
  lines.push('', `  Logs in ${relative(root, logs) || logs}. Stop with Ctrl-C.${sandboxUrl ? ' Start over with npm run reset.' : ''}`, '', '')
  return lines.join('\n')
}
