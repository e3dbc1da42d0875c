/** How often a connection is heard, from the times of its newest deliveries. Milliseconds. */
export type Rhythm = {
  /** Half of the pauses between two bursts are shorter; null while too few are known. */
  usual_ms: number | null
  /** The longest pause of those seen, nights included. */
  longest_ms: number | null
}

/** Deliveries of one payment come together: what is closer than this is one burst. */
const burstMs = 60_000
const fewest = 5

/** The rhythm of deliveries; `times` in any order, `longPauseMs` the longest pause that is known from before them. */
export function rhythmOf(times: readonly Date[], longPauseMs: number | null): Rhythm {
  const sorted = times.map((time) => time.getTime()).sort((a, b) => a - b)
  const pauses = sorted
    .slice(1)
    .map((time, index) => time - (sorted[index] ?? time))
    .filter((pause) => pause >= burstMs)
    .sort((a, b) => a - b)
  const longest_ms = pauses.length === 0 ? longPauseMs : Math.max(pauses.at(-1) ?? 0, longPauseMs ?? 0)
  return { usual_ms: pauses.length < fewest ? null : (pauses[Math.floor((pauses.length - 1) / 2)] ?? null), longest_ms }
}

export type HearingVerdict = 'never' | 'as_usual' | 'quiet' | 'silent'

/** A pause longer than this much of the longest one seen is out of the ordinary. */
const stretch = 1.5
/** Nobody is alarmed earlier. */
const leastMs = 30 * 60_000
/** Without a rhythm to compare with, a day of silence is worth a look. */
const unknownMs = 24 * 3_600_000

/**
 * Whether a pause is as usual, longer than most (`quiet`), or longer than any that was seen (`silent`).
 * @param sinceMs time since the last delivery, null when there was none
 */
export function judgeSilence(sinceMs: number | null, rhythm: Rhythm): HearingVerdict {
  if (sinceMs === null) return 'never'
  if (rhythm.usual_ms === null || rhythm.longest_ms === null) return sinceMs > unknownMs ? 'quiet' : 'as_usual'
  if (sinceMs > Math.max(leastMs, rhythm.longest_ms * stretch)) return 'silent'
  return sinceMs > Math.max(leastMs, rhythm.usual_ms * 10) ? 'quiet' : 'as_usual'
}
