import { channels, notify } from '@/lib/db/notify'
import { workerPool } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { messageOf } from '@/lib/kernel/fault'
import { once } from '@/lib/kernel/once'
import { log } from '@/lib/log/log'

/** The least time between two wake-ups (wall): a notification per row would cost more than the row. */
const gapMs = 20

/** `silent` counts statements that woke nobody, `heard` those of them that a later wake-up told of. */
type State = { lastMs: number; silent: number; heard: number; waiting: boolean }

const state = (): State => once('wake-drain', () => ({ lastMs: -Infinity, silent: 0, heard: 0, waiting: false }))

/** How a statement ended: its rows are stored, or none is. */
export type Wake = { stored(): void; lost(): void }

/**
 * Whether a statement that leaves now is to wake the drain itself: at once after a pause, and in a stream of deliveries
 * fifty times a second. Null: it is not; say `silently.stored()` when it stored something, and `wakeSoon()`.
 */
export function takeWake(): Wake | null {
  const now = state()
  const atMs = clock.wallMs()
  if (atMs - now.lastMs < gapMs && atMs >= now.lastMs) return null
  now.lastMs = atMs
  // It tells of what is committed by now; what another statement commits meanwhile is told by the next.
  const before = now.silent
  return { stored: () => void (now.heard = Math.max(now.heard, before)), lost: () => void (now.lastMs = -Infinity) }
}

export const silently: Pick<Wake, 'stored'> = { stored: () => void (state().silent += 1) }

/** Sees to it that the drain is told of what was stored silently: by a statement that wakes it, or else by one of our own. */
export function wakeSoon(): void {
  const now = state()
  if (now.waiting || now.heard === now.silent) return
  now.waiting = true
  // Twice the gap: in a stream the next statement comes first and spares us ours.
  void clock.sleep(2 * gapMs).then(async () => {
    now.waiting = false
    if (now.heard === now.silent) return
    now.heard = now.silent
    now.lastMs = clock.wallMs()
    await notify(workerPool(), channels.inbox).catch((error: unknown) => log().warn({ error: messageOf(error) }, 'the drain could not be woken; it polls'))
  })
}
