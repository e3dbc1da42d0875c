/** How often a store is asked for changes when it says nothing by itself (business time). */
export const syncEveryMs = 60_000
/** How long one run may be silent before another worker may take the store. */
export const syncLeaseMs = 120_000
/** As many failures in a row, of syncs and effects together, pause a store. */
export const failuresBeforePause = 5
const firstPauseSeconds = 30
const longestPauseSeconds = 900

/** Seconds to leave a store alone after its n-th failure in a row: 0 below the threshold, then doubling up to 15 minutes. `jitter` is 0..1. */
export function pauseSeconds(failures: number, jitter: number): number {
  if (failures < failuresBeforePause) return 0
  const full = Math.min(longestPauseSeconds, firstPauseSeconds * 2 ** Math.min(failures - failuresBeforePause, 10))
  return Math.round(full * (0.75 + jitter * 0.25))
}
