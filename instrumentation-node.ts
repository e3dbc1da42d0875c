import { config } from '@/lib/config/config'
import { followSandbox } from '@/lib/config/follow-sandbox'
import { isBuilding, tellNextAuth } from '@/lib/config/next'
import { onDrain, stopOnSignal } from '@/lib/edge/shutdown'
import { refuseEndpointsWithoutSecret } from '@/lib/inbox/endpoints'
import { writeRefusals } from '@/lib/inbox/refusals'
import { messageOf } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'

/**
 * What the web process does before its first request: refuse an unusable environment, take the sandbox's time, and
 * know how to stop.
 */
export async function startWeb(): Promise<void> {
  if (isBuilding()) return
  try {
    const { mode, sandboxUrl, origin } = config()
    tellNextAuth()
    if (sandboxUrl !== null) await followSandbox(sandboxUrl, `web-${process.pid}`)
    await refuseEndpointsWithoutSecret()
    onDrain(() => void writeRefusals())
    stopOnSignal((code) => process.exit(code))
    log().info({ mode, origin }, 'the web process starts')
  } catch (error) {
    log().error({ error }, `the web process cannot start: ${messageOf(error)}`)
    process.exit(1)
  }
}
