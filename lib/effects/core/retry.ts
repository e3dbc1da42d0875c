/** Tries of an effect whose failures may pass by themselves: about a day of a store being away. */
export const triesWhenRetryable = 100
/** Tries when the store refuses: a person must look soon. */
export const triesWhenRefused = 5
const longestWaitSeconds = 900
/** A write that was sent longer ago has been done or never will be; as with a request to Stripe. */
export const settledAfterSeconds = 60

/**
 * What follows the n-th failed try: a further one after a wait that doubles from 2 seconds up to 15 minutes, or death.
 * `jitter` is 0..1 and shortens the wait by up to a quarter, so that what failed together does not return together.
 */
export function afterFailure(attempts: number, retryable: boolean, jitter: number): { state: 'queued'; waitSeconds: number } | { state: 'dead' } {
  if (attempts >= (retryable ? triesWhenRetryable : triesWhenRefused)) return { state: 'dead' }
  const full = Math.min(longestWaitSeconds, 2 ** Math.min(attempts, 12))
  return { state: 'queued', waitSeconds: full * (1 - jitter * 0.25) }
}
