import type { Tx } from '@/lib/db/tenant'
import { newId } from '@/lib/kernel/id'
import type { AttemptRow } from '../core/attempt'
import type { SentRequest } from '../core/resume'

export type Operation = 'create_session' | 'expire_session'

/** `<attempt>:<operation>:<generation>`: one business action, one key, for ever. The end of a session counts its own generations, from that of the attempt on. */
export function keyOf(attempt: Pick<AttemptRow, 'id' | 'generation'>, operation: Operation): string {
  return `${attempt.id}:${operation}:${attempt.generation}`
}

type Ref = Pick<AttemptRow, 'tenant_id' | 'id' | 'mode' | 'connection_id' | 'generation'>

/** Notes a request before it is sent. One that was noted before keeps the time of its first sending. */
export async function noteSending(tx: Tx, attempt: Ref, operation: Operation, paramsHash: string, at: Date): Promise<void> {
  const key = { tenant_id: attempt.tenant_id, idempotency_key: keyOf(attempt, operation) }
  const { count } = await tx.outboundRequest.createMany({
    data: [
      {
        ...key,
        id: newId(),
        mode: attempt.mode,
        connection_id: attempt.connection_id,
        attempt_id: attempt.id,
        operation,
        generation: attempt.generation,
        params_hash: paramsHash,
        state: 'sent',
        sent_at: at,
      },
    ],
    skipDuplicates: true,
  })
  if (count === 0)
    await tx.outboundRequest.updateMany({ where: { ...key, state: { in: ['unanswered', 'refused'] } }, data: { state: 'sent', answered_at: null } })
}

/** `unanswered`: nothing usable came back, or an error of Stripe's own; what was asked may have been done. */
export async function noteAnswer(
  tx: Tx,
  attempt: Ref,
  operation: Operation,
  answer: {
    state: 'answered' | 'refused' | 'unanswered'
    http_status: number | null
    request_id: string | null
    error: string | null
    reply: { session: string; status: string | null } | null
    at: Date
  },
): Promise<void> {
  await tx.outboundRequest.updateMany({
    // Of two that sent the same, the one that learned nothing must not hide what the other was answered.
    where: { tenant_id: attempt.tenant_id, idempotency_key: keyOf(attempt, operation), ...(answer.state === 'unanswered' && { state: { not: 'answered' } }) },
    data: {
      state: answer.state,
      http_status: answer.http_status,
      request_id: answer.request_id,
      error: answer.error,
      answered_at: answer.at,
      ...(answer.reply !== null && { reply: answer.reply }),
    },
  })
}

/** The newest request for one thing, of any generation. */
export async function selectLastRequest(tx: Tx, attempt: Ref, operation: Operation): Promise<(SentRequest & { generation: number }) | null> {
  return tx.outboundRequest.findFirst({
    where: { tenant_id: attempt.tenant_id, attempt_id: attempt.id, operation },
    select: { state: true, http_status: true, params_hash: true, sent_at: true, generation: true },
    orderBy: { generation: 'desc' },
  })
}

export async function selectRequest(tx: Tx, attempt: Ref, operation: Operation): Promise<SentRequest | null> {
  const found = await tx.outboundRequest.findFirst({
    where: { tenant_id: attempt.tenant_id, idempotency_key: keyOf(attempt, operation) },
    select: { state: true, http_status: true, params_hash: true, sent_at: true },
  })
  return found
}
