import { listen, type Channel } from '@/lib/db/notify'
import { clock } from '@/lib/kernel/clock'
import { messageOf } from '@/lib/kernel/fault'
import { log } from '@/lib/log/log'

export type Loop = {
  name: string
  /** Wakes the loop; the poll is the net under it. */
  channel: Channel | null
  pollMs: number
  /** The least time between the beginnings of two steps that follow each other: what comes meanwhile is done together. */
  restMs?: number
  /** Does what is due now; true when there may be more at once. Must be safe to repeat: it can be killed anywhere. */
  step(): Promise<boolean>
}

/**
 * Runs a step again and again: at once while there is more, else on a notification, else on the poll. An error is
 * logged and backed off from (up to 10 s), never fatal. Stopping lets the running step finish.
 */
export function runLoop(loop: Loop): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let wake = new AbortController()
  const unlisten = loop.channel === null ? () => undefined : listen(loop.channel, () => wake.abort())
  const finished = (async () => {
    for (let failures = 0; !stopping.signal.aborted;) {
      wake = new AbortController()
      try {
        const startedMs = clock.wallMs()
        const hasMore = await loop.step()
        failures = 0
        if (hasMore) {
          const restMs = (loop.restMs ?? 0) - (clock.wallMs() - startedMs)
          if (restMs > 0) await clock.sleep(restMs, stopping.signal)
          continue
        }
        // One signal for both: what AbortSignal.any makes stays on the list of a signal that lives as long as the process.
        await clock.sleep(loop.pollMs, wake.signal)
      } catch (error) {
        failures += 1
        log().error({ job_id: loop.name, error, failures }, `${loop.name} failed: ${messageOf(error)}`)
        await clock.sleep(Math.min(10_000, 200 * 2 ** Math.min(failures, 6)), stopping.signal)
      }
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      wake.abort()
      unlisten()
      await finished
    },
  }
}
