import { channels, notify } from '@/lib/db/notify'
import { workerPool } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { messageOf } from '@/lib/kernel/fault'
import { once } from '@/lib/kernel/once'
import { log } from '@/lib/log/log'

/** Wakes the drain at most once per 5 ms, however many deliveries come in: a notification per row would cost more than the row. */
export function wakeSoon(): void {
  const state = once('wake-drain', () => ({ waiting: false }))
  if (state.waiting) return
  state.waiting = true
  void clock.sleep(5).then(async () => {
    state.waiting = false
    await notify(workerPool(), channels.inbox).catch((error: unknown) => log().warn({ error: messageOf(error) }, 'the drain could not be woken; it polls'))
  })
}
