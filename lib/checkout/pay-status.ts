import { withTenant } from '@/lib/db/tenant'
import { wantRead } from '@/lib/inbox/want-read'
import { clock } from '@/lib/kernel/clock'
import type { AttemptRow } from './core/attempt'
import { askAgainAfterMs, payOutcome, type PayOutcome } from './core/pay-outcome'
import { payLinkUnknown } from './errors'
import { payerOf } from './pay-link'
import { selectPayRows, selectPendingRead } from './store/pay-view'

/** `heard_at`: Stripe's time of its last answer about the session; `now`: our business time. ISO 8601, UTC. */
export type PayStatus = { outcome: PayOutcome; declined: string | null; payment_method_type: string | null; heard_at: string | null; now: string }

/**
 * How a payment stands, from stored rows alone. Changes nothing; but while it is not over it may have Stripe asked about
 * the session, seldom enough, and the answer enters by the inbox.
 * @throws Fault `pay_link_unknown`
 */
export async function readPayStatus(token: string): Promise<PayStatus> {
  const { scope, attempt_id } = await payerOf(token)
  return withTenant(scope, async (tx) => {
    const rows = await selectPayRows(tx, scope, attempt_id)
    if (rows === null) throw payLinkUnknown()
    const { attempt, order, payment } = rows
    const outcome = payOutcome(attempt, order)
    const now = clock.now()
    const pause = askAgainAfterMs(outcome)
    if (attempt.session_id !== null && pause !== null) {
      const open = { ...attempt, session_id: attempt.session_id }
      const asked = await selectPendingRead(tx, open)
      if (isDue(open, asked, now, pause))
        await wantRead(tx, { tenant_id: attempt.tenant_id, connection_id: attempt.connection_id, object_id: open.session_id, reason: 'return_page', at: now })
    }
    return {
      outcome,
      declined: outcome === 'open' ? declineOf(payment?.last_error) : null,
      payment_method_type: payment?.payment_method_type ?? null,
      heard_at: attempt.session_as_of?.toISOString() ?? null,
      now: now.toISOString(),
    }
  })
}

/** Not while one is asked for, and not soon after the last answer. */
function isDue(attempt: AttemptRow, asked: Date | null, now: Date, pause: number): boolean {
  if (asked !== null) return false
  return attempt.session_as_of === null || now.getTime() - attempt.session_as_of.getTime() >= pause
}

function declineOf(lastError: unknown): string | null {
  if (typeof lastError !== 'object' || lastError === null) return null
  const { decline_code, code } = lastError as { decline_code?: unknown; code?: unknown }
  return typeof decline_code === 'string' ? decline_code : typeof code === 'string' ? code : null
}
