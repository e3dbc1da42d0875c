import { openSandbox } from './app'
import type { ModeKeys } from './stripe/accounts'

/** Keys of the platform account, e.g. `{"live":{"secret":"sk_live_..","publishable":"pk_live_.."},"test":{...}}`. */
function platformKeys(text: string | undefined): { live: ModeKeys; test: ModeKeys } | undefined {
  if (text === undefined || text === '') return undefined
  const value = JSON.parse(text) as { live?: Partial<ModeKeys>; test?: Partial<ModeKeys> }
  const keysOf = (mode: 'live' | 'test'): ModeKeys => {
    const { secret, publishable } = value[mode] ?? {}
    if (secret?.startsWith(`sk_${mode}_`) !== true || publishable?.startsWith(`pk_${mode}_`) !== true) {
      throw new Error(`SANDBOX_PLATFORM_KEYS: ${mode} needs secret (sk_${mode}_...) and publishable (pk_${mode}_...)`)
    }
    return { secret, publishable }
  }
  return { live: keysOf('live'), test: keysOf('test') }
}

const env = process.env
try {
  const sandbox = await openSandbox({
    host: env['SANDBOX_HOST'] ?? '127.0.0.1',
    port: Number(env['SANDBOX_PORT'] ?? '4010'),
    dataDir: env['SANDBOX_DATA_DIR'] ?? '.matchbook/sandbox',
    platformKeys: platformKeys(env['SANDBOX_PLATFORM_KEYS']),
    verbose: env['SANDBOX_VERBOSE'] === '1',
  })
  let closing = false
  const close = () => {
    if (closing) return
    closing = true
    void sandbox.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', close)
  process.on('SIGINT', close)
  if (env['SANDBOX_STDIN_GUARD'] === '1') process.stdin.on('end', close).on('error', close).resume()
  process.stdout.write(`sandbox ready ${sandbox.url}\n`)
} catch (error) {
  process.stderr.write(`sandbox could not start: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
