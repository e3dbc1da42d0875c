import { once } from './once'

/**
 * The only source of time for the product. Business time is wall time plus an offset; the offset is 0 except in
 * sandbox mode, where `followSandbox` (lib/config/follow-sandbox.ts) sets what the stand-in reports.
 * The simulator replaces the whole port with `useClock`.
 */
export type Clock = {
  /** Business time, UTC. */
  now(): Date
  /** Business time in milliseconds. */
  nowMs(): number
  /** Wall time in milliseconds: signatures and durations only. */
  wallMs(): number
  /** Waits in wall time. Resolves early, without an error, when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

type State = { offsetMs: number; clock: Clock }

const state = (): State =>
  once('clock', () => {
    const s: State = {
      offsetMs: 0,
      clock: {
        now: () => new Date(Date.now() + s.offsetMs),
        nowMs: () => Date.now() + s.offsetMs,
        wallMs: () => Date.now(),
        sleep: (ms, signal) =>
          new Promise((resolve) => {
            if (signal?.aborted) return resolve()
            const done = () => {
              clearTimeout(timer)
              signal?.removeEventListener('abort', done)
              resolve()
            }
            const timer = setTimeout(done, ms)
            signal?.addEventListener('abort', done, { once: true })
          }),
      },
    }
    return s
  })

export const clock: Clock = {
  now: () => state().clock.now(),
  nowMs: () => state().clock.nowMs(),
  wallMs: () => state().clock.wallMs(),
  sleep: (ms, signal) => state().clock.sleep(ms, signal),
}

/** Shifts business time; sandbox mode only. */
export function setClockOffset(ms: number): void {
  state().offsetMs = ms
}

export function clockOffset(): number {
  return state().offsetMs
}

/** Replaces the clock of this process; for the simulator and for tests that need a fixed time. */
export function useClock(next: Clock): void {
  state().clock = next
}
