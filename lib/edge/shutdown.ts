import { closeHub } from '@/lib/db/notify'
import { closePools } from '@/lib/db/pools'
import { clock } from '@/lib/kernel/clock'
import { once } from '@/lib/kernel/once'
import { log } from '@/lib/log/log'

type State = { draining: boolean; closers: Set<() => void> }
const state = (): State => once('edge-shutdown', () => ({ draining: false, closers: new Set<() => void>() }))

/** After this the process goes, whatever still runs. */
const hardExitMs = 8_000

export function isDraining(): boolean {
  return state().draining
}

/** Calls `close` when the process is told to stop; returns how to forget it. For what would keep the server open, such as a stream. */
export function onDrain(close: () => void): () => void {
  const { closers } = state()
  closers.add(close)
  return () => void closers.delete(close)
}

/** From now on `/readyz` says no, streams are closed, and nobody listens for notifications. Running requests go on. */
export async function drain(): Promise<void> {
  const now = state()
  if (now.draining) return
  now.draining = true
  log().info({ open_streams: now.closers.size }, 'stopping: no new work')
  for (const close of [...now.closers]) close()
  await closeHub()
}

/**
 * Stops on SIGTERM and SIGINT beside Next's own handler, which ends the process once the last request is answered but
 * would wait for an open stream for ever. If it has not ended by then, the pools are closed and the process exits.
 * `exit` is a parameter for the test.
 */
export function stopOnSignal(exit: (code: number) => void): void {
  once('edge-stop-on-signal', () => {
    const stop = () => {
      void drain()
      void clock.sleep(hardExitMs).then(async () => {
        log().warn({}, 'stopping: requests were still running; they are cut off')
        await Promise.race([closePools(), clock.sleep(1_000)])
        exit(143)
      })
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
    return true
  })
}
