import type { Clock } from '../core/clock'

export const POLL_MS = 25_000
const ANNOUNCE_MS = 1000
/** A subscriber that was answered and did not ask again for this long is gone. */
const FORGOTTEN_MS = 5000

interface Poll {
  readonly name: string
  readonly answer: (offsetMs: number) => void
}

/**
 * Who follows the sandbox's clock. An advance is announced to them first and becomes effective only
 * when each has come back with the new offset (or a second has passed): sandbox time never runs
 * ahead of what they see.
 */
export class ClockSubscribers {
  private readonly polls = new Set<Poll>()
  private readonly lastAnswered = new Map<string, number>()
  private announced: number | null = null
  private missing = new Map<string, number>()
  private allBack: (() => void) | null = null

  constructor(private readonly clock: Clock) {
    clock.onAnnounce((offsetMs) => this.announce(offsetMs))
    clock.onOffset((offsetMs) => {
      if (this.announced !== null && offsetMs >= this.announced) this.announced = null
    })
  }

  /** The offset to go by: the announced one already counts. */
  offsetMs(): number {
    return this.announced ?? this.clock.offsetMs()
  }

  names(): string[] {
    return [...new Set([...this.lastAnswered.keys(), ...[...this.polls].map((poll) => poll.name)])].sort()
  }

  /** Resolves with the offset once it differs from `known`, or after 25 s with the same. */
  poll(name: string, known: number, signal: AbortSignal): Promise<number> {
    const now = this.offsetMs()
    if (known === now) this.back(name)
    if (known !== now) {
      this.lastAnswered.set(name, Date.now())
      return Promise.resolve(now)
    }
    return new Promise((resolve) => {
      const close = () => {
        clearTimeout(timer)
        this.polls.delete(poll)
        signal.removeEventListener('abort', gone)
      }
      const poll: Poll = {
        name,
        answer: (offsetMs) => {
          close()
          this.lastAnswered.set(name, Date.now())
          resolve(offsetMs)
        },
      }
      const gone = () => {
        close()
        this.lastAnswered.delete(name)
        this.back(name)
        resolve(known)
      }
      const timer = setTimeout(() => poll.answer(this.offsetMs()), POLL_MS)
      timer.unref()
      this.polls.add(poll)
      if (signal.aborted) gone()
      else signal.addEventListener('abort', gone, { once: true })
    })
  }

  private async announce(offsetMs: number): Promise<void> {
    const recent = Date.now() - FORGOTTEN_MS
    this.missing = new Map()
    for (const [name, at] of this.lastAnswered) {
      if (at >= recent) this.missing.set(name, 1)
      else this.lastAnswered.delete(name)
    }
    const waiting = new Map<string, number>()
    for (const { name } of this.polls) waiting.set(name, (waiting.get(name) ?? 0) + 1)
    for (const [name, count] of waiting) this.missing.set(name, count)
    this.announced = offsetMs
    const known = [...this.missing.keys()]
    if (known.length === 0) return
    const back = new Promise<void>((resolve) => (this.allBack = resolve))
    for (const poll of [...this.polls]) poll.answer(offsetMs)
    let timer: NodeJS.Timeout | undefined
    await Promise.race([back, new Promise<void>((resolve) => (timer = setTimeout(resolve, ANNOUNCE_MS)))])
    clearTimeout(timer)
    // Who did not come back in time is not waited for again until it asks again.
    for (const name of this.missing.keys()) this.lastAnswered.delete(name)
    this.missing = new Map()
    this.allBack = null
  }

  private back(name: string): void {
    const left = (this.missing.get(name) ?? 0) - 1
    if (left > 0) this.missing.set(name, left)
    else this.missing.delete(name)
    if (this.missing.size === 0) this.allBack?.()
  }
}
