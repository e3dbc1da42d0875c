import { config } from '@/lib/config/config'
import type { Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { Fault, isFault } from '@/lib/kernel/fault'
import { seal, sha256, unseal } from '@/lib/kernel/seal'
import { canonicalJson } from './core/canonical'
import { isIdempotencyKey, judgeRepeat } from './core/claim'
import { answerRequest, findRequest, insertRequest, restartRequest, type StoredRequest } from './store/requests'

/** An answer of our API. `body` is what `JSON.stringify` keeps whole: no bigint, no Date. */
export type Answer = { status: number; body: unknown }

/**
 * Does `work` once per Idempotency-Key of a caller: a repeat with the same parameters gets the same answer, byte for
 * byte, with `replayed` true. Without a key it simply works. Answers are kept sealed, because they may hold secrets.
 * @throws Fault `idempotency_key_invalid` 400, `idempotency_mismatch` 422 for other parameters under a known key,
 *   `idempotency_in_progress` 409 while the first is still at work, and what `work` throws (which is not kept).
 */
export async function answerOnce(
  scope: Scope,
  ask: { api_key_id: string; key: string | null; route: string; params: unknown },
  work: () => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  if (ask.key === null) return { ...(await work()), replayed: false }
  if (!isIdempotencyKey(ask.key))
    throw new Fault('idempotency_key_invalid', 400, 'The Idempotency-Key must be 1 to 255 printable characters.', { field: 'Idempotency-Key' })
  const ref = { api_key_id: ask.api_key_id, key: ask.key }
  const hash = sha256(canonicalJson([ask.route, ask.params])).toString('hex')
  const kept = await claim(scope, ref, hash)
  const place = `${scope.tenant_id}/api_request/${ref.api_key_id}/${ref.key}`
  if (kept) return { ...replay(kept, place), replayed: true }

  try {
    const answer = await work()
    await answerRequest(scope, ref, { http_status: answer.status, sealed: seal(config().secret, place, JSON.stringify(answer.body)), at: clock.now() })
    return { ...answer, replayed: false }
  } catch (error) {
    await answerRequest(scope, ref, { http_status: isFault(error) ? error.status : 500, sealed: null, at: clock.now() })
    throw error
  }
}

/** Null when the work is ours to do; else the kept answer. */
async function claim(scope: Scope, ref: { api_key_id: string; key: string }, hash: string): Promise<StoredRequest | null> {
  const now = clock.now()
  if (await insertRequest(scope, ref, hash, now)) return null
  const kept = await findRequest(scope, ref)
  const verdict = kept && judgeRepeat({ ...kept, state: kept.state === 'answered' ? 'answered' : 'started', has_reply: kept.reply !== null }, hash, now)
  if (verdict === 'other_params') {
    throw new Fault('idempotency_mismatch', 422, 'This Idempotency-Key was used with other parameters.', {
      field: 'Idempotency-Key',
      remedy: 'Use a new key for a new request.',
    })
  }
  if (verdict === 'replay') return kept
  if (kept && verdict === 'run_again' && (await restartRequest(scope, ref, kept, now))) return null
  throw new Fault('idempotency_in_progress', 409, 'The first request with this Idempotency-Key is still being worked on.', {
    remedy: 'Send it again in a few seconds.',
    retryable: true,
  })
}

function replay(kept: StoredRequest, place: string): Answer {
  const sealed = (kept.reply as { sealed?: unknown } | null)?.sealed
  return { status: kept.http_status ?? 200, body: JSON.parse(unseal(config().secret, place, String(sealed))) as unknown }
}
