import { config } from '@/lib/config/config'
import type { Scope } from '@/lib/db/tenant'
import { clock } from '@/lib/kernel/clock'
import { Fault, isFault } from '@/lib/kernel/fault'
import { seal, sha256, unseal } from '@/lib/kernel/seal'
import { canonicalJson } from './core/canonical'
import { isIdempotencyKey, judgeRepeat } from './core/claim'
import { answerRequest, findRequest, insertRequest, restartRequest, type RequestRef, type StoredRequest } from './store/requests'

/** An answer of our API. `body` is what `JSON.stringify` keeps whole: no bigint, no Date. */
export type Answer = { status: number; body: unknown }

/**
 * Does `work` once per Idempotency-Key of a caller: a repeat with the same parameters gets the same answer, byte for
 * byte, with `replayed` true. Without a key it simply works. Answers are kept sealed, because they may hold secrets.
 * Work that took so long that a repeat took it over gets that one's answer, so that a key has one answer whoever ends last.
 * @throws Fault `idempotency_key_invalid` 400, `idempotency_mismatch` 422 for other parameters under a known key,
 *   `idempotency_in_progress` 409 while the first is still at work, or the one that took over, and what `work` throws (which is not kept).
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
  const claimed = await claim(scope, ref, hash)
  const place = `${scope.tenant_id}/api_request/${ref.api_key_id}/${ref.key}`
  if ('kept' in claimed) return replay(claimed.kept, place)

  const answerWith = (http_status: number, sealed: string | null) => answerRequest(scope, ref, claimed.at, { http_status, sealed, at: clock.now() })
  let answer: Answer
  let isKept: boolean
  try {
    answer = await work()
    isKept = await answerWith(answer.status, seal(config().secret, place, JSON.stringify(answer.body)))
  } catch (error) {
    const isNoted = await answerWith(isFault(error) ? error.status : 500, null)
    const kept = isNoted ? null : await findKept(scope, ref)
    if (kept) return replay(kept, place)
    throw error
  }
  if (isKept) return { ...answer, replayed: false }
  const kept = await findKept(scope, ref)
  if (kept) return replay(kept, place)
  // What the successor answers will be kept: an answer of ours beside it would be a second one under the key.
  throw inProgress()
}

/** When the work is ours to do, the moment of our claim, which tells it from later ones; else the kept answer. */
async function claim(scope: Scope, ref: RequestRef, hash: string): Promise<{ at: Date } | { kept: StoredRequest }> {
  const now = clock.now()
  if (await insertRequest(scope, ref, hash, now)) return { at: now }
  const kept = await findRequest(scope, ref)
  const verdict = kept && judgeRepeat({ ...kept, state: kept.state === 'answered' ? 'answered' : 'started', has_reply: kept.reply !== null }, hash, now)
  if (verdict === 'other_params') {
    throw new Fault('idempotency_mismatch', 422, 'This Idempotency-Key was used with other parameters.', {
      field: 'Idempotency-Key',
      remedy: 'Use a new key for a new request.',
    })
  }
  if (kept && verdict === 'replay') return { kept }
  if (kept && verdict === 'run_again' && (await restartRequest(scope, ref, kept, now))) return { at: now }
  throw inProgress()
}

/** The answer that another kept under the key, if there is one. */
async function findKept(scope: Scope, ref: RequestRef): Promise<StoredRequest | null> {
  const found = await findRequest(scope, ref)
  return found !== null && found.state === 'answered' && found.reply !== null ? found : null
}

function inProgress(): Fault {
  return new Fault('idempotency_in_progress', 409, 'The first request with this Idempotency-Key is still being worked on.', {
    remedy: 'Send it again in a few seconds.',
    retryable: true,
  })
}

function replay(kept: StoredRequest, place: string): Answer & { replayed: true } {
  const sealed = (kept.reply as { sealed?: unknown } | null)?.sealed
  return { status: kept.http_status ?? 200, body: JSON.parse(unseal(config().secret, place, String(sealed))) as unknown, replayed: true }
}
