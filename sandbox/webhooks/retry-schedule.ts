const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * Waits between attempts in sandbox time. Stripe's waits grow exponentially, over three days in live
 * mode and a few hours in test mode; the first three are seconds, so that a receiver which is
 * restarting hears again soon. Source for the spans: docs.stripe.com/webhooks (retry behaviour).
 */
const live = [SECOND, 5 * SECOND, 30 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 12 * HOUR, 18 * HOUR, 24 * HOUR]
const test = [SECOND, 5 * SECOND, 30 * SECOND, 5 * MINUTE, HOUR, 3 * HOUR]

/** Milliseconds to wait after the given number of failed attempts, or null when Stripe gives up. */
export function retryDelayMs(failedAttempts: number, livemode: boolean): number | null {
  return (livemode ? live : test)[failedAttempts - 1] ?? null
}
