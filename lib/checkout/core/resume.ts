/** A request to Stripe as stored. Times UTC. */
export type SentRequest = { state: string; http_status: number | null; params_hash: string; sent_at: Date }

/** Stripe may forget an idempotency key after 24 hours (docs.stripe.com/api/idempotent_requests); an hour of margin. */
export const keyTrustedMs = 23 * 3_600_000
/** A request that was sent longer ago has had its effect or never will: two tries of ten seconds, and the way. */
export const settledAfterMs = 60_000
/** So recently sent, another process is probably still waiting for the answer. */
export const underWayMs = 20_000

/**
 * How to go on with a create whose answer we do not have. `send`: the same again under the same key, which Stripe does
 * once. `look_up`: the key would not help (it may be forgotten, it replays a 500, or the order changed meanwhile), so
 * ask whether the session exists, and only then take a new generation.
 */
export function resumeWith(request: SentRequest | null, paramsHash: string, now: Date): 'send' | 'look_up' {
  if (request === null) return 'send'
  if (now.getTime() - request.sent_at.getTime() >= keyTrustedMs) return 'look_up'
  if (replaysFailure(request)) return 'look_up'
  return request.params_hash === paramsHash ? 'send' : 'look_up'
}

/** Is somebody else probably waiting for this answer? */
export function isUnderWay(request: SentRequest | null, now: Date): boolean {
  return request !== null && request.state === 'sent' && now.getTime() - request.sent_at.getTime() < underWayMs
}

/** May a session that a look-up did not find still come into being? */
export function mayStillArrive(request: SentRequest | null, now: Date): boolean {
  if (request === null || request.state === 'refused' || replaysFailure(request)) return false
  return now.getTime() - request.sent_at.getTime() < settledAfterMs
}

/**
 * Stripe keeps a 500 under the key: its work is over. A 502, 503 or 504 may be told by what stands before Stripe, while an
 * earlier sending is still worked on.
 */
export function replaysFailure(request: Pick<SentRequest, 'state' | 'http_status'>): boolean {
  return request.state === 'unanswered' && request.http_status === 500
}

/**
 * The generation under which the end of a session that is still open is asked for; `first` when nobody asked yet. The
 * same as before while that request may be under way or was turned away at the door, so that tries at the same moment
 * share a key. The next once Stripe has answered in a way that it may keep, or a reading found the session open since.
 */
export function generationToEnd(last: (Pick<SentRequest, 'state' | 'http_status'> & { generation: number }) | null, first: number): number {
  if (last === null) return first
  const mayBeKept = last.state === 'answered' || last.state === 'refused' || (last.state === 'unanswered' && (last.http_status ?? 0) >= 500)
  return mayBeKept ? last.generation + 1 : last.generation
}
