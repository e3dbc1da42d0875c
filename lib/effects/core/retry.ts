/**
 * away: the store as a whole (no answer, failures of its own, our keys refused). passing: about this effect, and time may
 * heal it. refused: time will not.
 */
export type Trouble = 'away' | 'passing' | 'refused'

/** Tries that found the store away, and since when it is (ISO): null when the last try found it there. */
export type Away = { tries: number; since: string | null }

/** An outage may last for a weekend and longer. */
export const longestAwayMs = 5 * 86_400_000
/** A store that can be read and fails at one write for so long is no outage that passes unseen. */
export const longestUnseenMs = 86_400_000
/** Tries of an effect whose failures may pass by themselves: about a day. */
export const triesWhenPassing = 100
/** Tries when the store refuses: a person must look soon. */
export const triesWhenRefused = 5
const longestWaitSeconds = 900
/** A write that was sent longer ago has been done or never will be; as with a request to Stripe. */
export const settledAfterSeconds = 60

export type AfterFailure = { state: 'queued'; waitSeconds: number; away: Away | null } | { state: 'dead'; away: Away | null }

/**
 * What follows a failed try: a further one after a wait that doubles from 2 seconds up to 15 minutes, or death. An outage
 * is bound by its age and not by tries, and its tries count for nothing else: a store that is back is told as if it had
 * not been away. `jitter` is 0..1 and shortens the wait by up to a quarter, so that what failed together does not return together.
 */
export function afterFailure(trouble: Trouble, tried: { attempts: number; away: Away | null }, now: Date, jitter: number): AfterFailure {
  const away = awayAfter(trouble, tried.away, now)
  const tries = trouble === 'away' ? (away?.tries ?? 0) : tried.attempts - (away?.tries ?? 0)
  const full = Math.min(longestWaitSeconds, 2 ** Math.min(tries, 12))
  const isOver =
    trouble === 'away' ? now.getTime() - Date.parse(away?.since ?? '') >= longestAwayMs : tries >= (trouble === 'passing' ? triesWhenPassing : triesWhenRefused)
  return isOver ? { state: 'dead', away } : { state: 'queued', waitSeconds: full * (1 - jitter * 0.25), away }
}

function awayAfter(trouble: Trouble, before: Away | null, now: Date): Away | null {
  if (trouble === 'away') return { tries: (before?.tries ?? 0) + 1, since: before?.since ?? now.toISOString() }
  return before && { ...before, since: null }
}
