import { clock, clockOffset, setClockOffset } from '@/lib/kernel/clock'
import { messageOf } from '@/lib/kernel/fault'
import { once } from '@/lib/kernel/once'
import { log } from '@/lib/log/log'

/**
 * Keeps business time on the stand-in's time: asks once before anything else runs, then long-polls, so that the
 * stand-in can wait for us before its time moves. Sandbox mode only.
 */
export async function followSandbox(url: string, subscriber: string): Promise<() => void> {
  return once('follow-sandbox', async () => {
    const stop = new AbortController()
    await askUntilAnswered(`${url}/_sandbox/clock`, stop.signal)
    void (async () => {
      while (!stop.signal.aborted) {
        const query = new URLSearchParams({ wait: String(clockOffset()), subscriber })
        try {
          setClockOffset(await ask(`${url}/_sandbox/clock?${query}`, stop.signal))
        } catch (error) {
          if (stop.signal.aborted) return
          log().debug({ error: messageOf(error) }, 'the sandbox clock did not answer')
          await clock.sleep(500, stop.signal)
        }
      }
    })()
    return () => stop.abort()
  })
}

async function askUntilAnswered(url: string, signal: AbortSignal): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return setClockOffset(await ask(url, signal))
    } catch (error) {
      if (tries >= 60) throw error
      await clock.sleep(250, signal)
    }
  }
}

async function ask(url: string, signal: AbortSignal): Promise<number> {
  const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]) })
  const body = (await answer.json()) as { offset_ms?: unknown }
  if (typeof body.offset_ms !== 'number') throw new Error(`no offset in the answer of ${url}`)
  return body.offset_ms
}
