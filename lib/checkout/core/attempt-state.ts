/**
 * The states of an attempt, in the order in which one beats another: what Stripe told of a session can arrive in any
 * order and repeated, and the strongest word stands. `paid` beats `failed` beats `processing`, as a delayed payment that
 * failed carries the same snapshot as one under way. `expired` and `canceled` end an attempt for good: neither may go
 * back to a state that holds the order's only live place, only money itself (`failed`, `paid`) overrides them.
 */
export const attemptStates = ['creating', 'open', 'processing', 'expired', 'canceled', 'failed', 'paid'] as const
export type AttemptState = (typeof attemptStates)[number]

/** An attempt in one of these holds the order's only live place (index `checkout_attempt_one_live`). */
export const liveStates = ['creating', 'open', 'processing'] as const satisfies readonly AttemptState[]

export function isLive(state: AttemptState): boolean {
  return liveStates.some((live) => live === state)
}

/** True when nothing we expect from Stripe changes it any more. */
export function isOver(state: AttemptState): boolean {
  return !isLive(state)
}

export function strongest(a: AttemptState, b: AttemptState): AttemptState {
  return attemptStates.indexOf(a) >= attemptStates.indexOf(b) ? a : b
}

export function isAttemptState(text: string): text is AttemptState {
  return attemptStates.some((state) => state === text)
}
