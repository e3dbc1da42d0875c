import { parseArgs, type ParseArgsConfig } from 'node:util'
import { config } from '@/lib/config/config'
import { followSandbox } from '@/lib/config/follow-sandbox'
import { closeHub } from '@/lib/db/notify'
import { closePools } from '@/lib/db/pools'
import type { Scope } from '@/lib/db/tenant'
import { isFault } from '@/lib/kernel/fault'
import { isMode } from '@/lib/kernel/mode'
import { findTenantBySlug } from '@/lib/tenancy/find-tenant'
import { Sentence, textOf } from './sentence'
import { takeRunningEnvironment } from './stack/running-environment'

type Options = NonNullable<ParseArgsConfig['options']>

/** The arguments after `--`; unknown ones, and `--help`, end here. */
export function readArguments(options: Options, help: string): Record<string, string | boolean | string[] | undefined> {
  try {
    const { values } = parseArgs({ args: process.argv.slice(2), options: { ...options, help: { type: 'boolean' } }, strict: true })
    if (values.help === true) {
      process.stdout.write(help)
      process.exit(0)
    }
    return values as Record<string, string | boolean | string[] | undefined>
  } catch (error) {
    throw new Sentence(`${textOf(error).split('\n')[0]} See --help.`)
  }
}

/** The tenant and mode that a command is for; no mode is live. Needs the running environment. */
export async function scopeOfArguments(values: Record<string, unknown>): Promise<Scope> {
  if (typeof values.tenant !== 'string' || values.tenant === '')
    throw new Sentence('--tenant is missing: give the name that its addresses begin with. See --help.')
  const mode = values.mode ?? 'live'
  if (!isMode(mode)) throw new Sentence(`--mode is ${String(mode)}: it must be live or test.`)
  return { ...(await findTenantBySlug(values.tenant)), mode }
}

/** Runs a command against the product that runs here, and ends the process. What a person can mend is said in a sentence. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  takeRunningEnvironment()
  let unfollow = () => undefined as void
  try {
    const { sandboxUrl } = config()
    if (sandboxUrl !== null) unfollow = await followSandbox(sandboxUrl, `command-${process.pid}`)
    await work()
  } catch (error) {
    if (isFault(error)) throw new Sentence(error.remedy ? `${error.message} ${error.remedy}` : error.message)
    throw error
  } finally {
    unfollow()
    await closeHub()
    await closePools()
  }
  process.exit(process.exitCode ?? 0)
}
