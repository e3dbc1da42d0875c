import { channels, notify } from '@/lib/db/notify'
import { workerPool } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { messageOf } from '@/lib/kernel/fault'
import { once } from '@/lib/kernel/once'
import { log } from '@/lib/log/log'

/** The least time between two wake-ups (wall): a notification per row would cost more than the row. */
const gapMs = 20

/** Wakes the drain: at once after a pause, and in a stream of deliveries fifty times a second. */
export function wakeSoon(): void {
  const state = once('wake-drain', () => ({ waiting: false, lastMs: -Infinity }))
  if (state.waiting) return
  state.waiting = true
  const wait = state.lastMs + gapMs - clock.wallMs()
  void (wait > 0 ? clock.sleep(Math.min(wait, gapMs)) : Promise.resolve()).then(async () => {
    state.waiting = false
    state.lastMs = clock.wallMs()
    await notify(workerPool(), channels.inbox).catch((error: unknown) => log().warn({ error: messageOf(error) }, 'the drain could not be woken; it polls'))
  })
}
