/** A caller's request under its Idempotency-Key, as stored. Times UTC. */
export type KeptRequest = { params_hash: string; state: 'started' | 'answered'; http_status: number | null; has_reply: boolean; created_at: Date }

/** A request that was started longer ago and has no answer was cut off: the same may be done again. */
export const abandonedAfterMs = 60_000

export type Claim = 'replay' | 'run_again' | 'in_progress' | 'other_params'

/**
 * What a repeat under a known key gets. An answer that made something is kept and replayed; a refusal is not, so that
 * the caller can mend what was wrong and send the same again.
 */
export function judgeRepeat(kept: KeptRequest, paramsHash: string, now: Date): Claim {
  if (kept.params_hash !== paramsHash) return 'other_params'
  if (kept.state === 'answered') return kept.has_reply ? 'replay' : 'run_again'
  return now.getTime() - kept.created_at.getTime() >= abandonedAfterMs ? 'run_again' : 'in_progress'
}

/** 1 to 255 printable ASCII characters. */
export function isIdempotencyKey(text: string): boolean {
  return /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(text)
}
