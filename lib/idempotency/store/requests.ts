import { Prisma } from '@/lib/db/generated/client'
import { withTenant, type Scope } from '@/lib/db/tenant'

export type RequestRef = { api_key_id: string; key: string }
export type StoredRequest = { params_hash: string; state: string; http_status: number | null; reply: unknown; created_at: Date }

const whereOf = (scope: Scope, ref: RequestRef) => ({ tenant_id: scope.tenant_id, api_key_id: ref.api_key_id, key: ref.key })

/** True when this call is the first under its key. */
export async function insertRequest(scope: Scope, ref: RequestRef, paramsHash: string, at: Date): Promise<boolean> {
  return withTenant(scope, async (tx) => {
    const { count } = await tx.apiRequest.createMany({
      data: [{ ...whereOf(scope, ref), params_hash: paramsHash, state: 'started', created_at: at }],
      skipDuplicates: true,
    })
    return count === 1
  })
}

export async function findRequest(scope: Scope, ref: RequestRef): Promise<StoredRequest | null> {
  return withTenant(scope, (tx) =>
    tx.apiRequest.findFirst({ where: whereOf(scope, ref), select: { params_hash: true, state: true, http_status: true, reply: true, created_at: true } }),
  )
}

/** Takes over a request as it was last seen; false when another was faster, or an answer was kept since. */
export async function restartRequest(scope: Scope, ref: RequestRef, seen: { state: string; created_at: Date }, at: Date): Promise<boolean> {
  return withTenant(scope, async (tx) => {
    const { count } = await tx.apiRequest.updateMany({
      where: { ...whereOf(scope, ref), state: seen.state, created_at: seen.created_at, reply: { equals: Prisma.DbNull } },
      data: { state: 'started', created_at: at, answered_at: null, http_status: null },
    })
    return count === 1
  })
}

/**
 * Keeps the answer of the work that claimed the request at `claimedAt`, `sealed` null being a refusal, which is noted
 * without it. False when another has taken the request over, and is at work or was kept. Where that one was refused
 * nobody is at work and nothing is kept: then an answer that made something is kept after all.
 */
export async function answerRequest(
  scope: Scope,
  ref: RequestRef,
  claimedAt: Date,
  answer: { http_status: number; sealed: string | null; at: Date },
): Promise<boolean> {
  const ours = { state: 'started', created_at: claimedAt }
  return withTenant(scope, async (tx) => {
    const { count } = await tx.apiRequest.updateMany({
      where: { ...whereOf(scope, ref), ...(answer.sealed === null ? ours : { OR: [ours, { state: 'answered', reply: { equals: Prisma.DbNull } }] }) },
      data: { state: 'answered', http_status: answer.http_status, answered_at: answer.at, ...(answer.sealed !== null && { reply: { sealed: answer.sealed } }) },
    })
    return count === 1
  })
}
