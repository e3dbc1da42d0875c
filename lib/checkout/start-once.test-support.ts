import { setClockOffset } from '@/lib/kernel/clock'
import { startCheckout } from './start-checkout'

/** A web process for tests that kill it: starts the checkout that its argument describes at the sandbox's time, then ends. */
const { offset_ms, scope, ask } = JSON.parse(process.argv[2] ?? '{}') as {
  offset_ms: number
  scope: Parameters<typeof startCheckout>[0]
  ask: Parameters<typeof startCheckout>[1]
}
setClockOffset(offset_ms)
await startCheckout(scope, ask)
process.exit(0)
