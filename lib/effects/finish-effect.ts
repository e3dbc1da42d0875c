import { credentialsRefusedCode, unsettledCode } from '@/lib/commerce/contract'
import type { StoreRow } from '@/lib/commerce/core/store'
import { isOutage } from '@/lib/commerce/errors'
import { recordAnswer, recordFailure } from '@/lib/commerce/store-health'
import { takeReading } from '@/lib/commerce/take-reading'
import { onWorker } from '@/lib/db/executor'
import { inWorkerTransaction, type Sql } from '@/lib/db/pools'
import { closeExceptions, openExceptions } from '@/lib/exceptions/open-exceptions'
import { clock } from '@/lib/kernel/clock'
import { isFault, messageOf } from '@/lib/kernel/fault'
import { secretBytes } from '@/lib/kernel/id'
import { publicId } from '@/lib/kernel/public-id'
import { redact } from '@/lib/log/redact'
import { lockTenants } from '@/lib/matching/lock-tenants'
import { reconcilePayments } from '@/lib/matching/reconcile-payments'
import { markPaidFindings } from './core/mark-paid'
import type { HeldEffect, Outcome } from './core/outcome'
import { afterFailure, longestUnseenMs, settledAfterSeconds, triesWhenRefused, type Away } from './core/retry'
import { postponeStore, tellIfMore, wasReadSince, writeDeath, writeEnd, writeRetry } from './store/end-effects'

/**
 * Writes the end of an effect in one transaction with what was learnt: the order as read, findings, and the payment
 * explained again. Nothing is written when the lease is no longer ours.
 * @returns false when the lease was lost.
 */
export async function finishEffect(effect: HeldEffect, store: StoreRow & { external_id: string }, outcome: Outcome): Promise<boolean> {
  return inWorkerTransaction(async (sql) => {
    await lockTenants(sql, [effect.tenant_id])
    const db = onWorker(sql)
    if (!(await writeEnd(sql, effect, { state: outcome.state, receipt: outcome.receipt, at: clock.now() }))) return false
    await openExceptions(db, outcome.exceptions, clock.now())
    const stillSo = new Set(outcome.exceptions.map(({ key }) => key))
    const settled = findingsOf(effect).filter((key) => !stillSo.has(key))
    await closeExceptions(db, effect.tenant_id, settled, outcome.state === 'done' ? 'done' : 'no_longer_so', clock.now())
    if (outcome.reading !== null) {
      await takeReading(sql, store, store.external_id, outcome.reading, 'effect')
      await recordAnswer(db, store)
    }
    if (effect.payment_id !== null) await reconcilePayments(sql, effect.tenant_id, [effect.payment_id])
    await tellIfMore(sql, effect)
    return true
  })
}

/** What an earlier try of the same effect may have left open: it was given up, or the order did not look as it should. */
function findingsOf(effect: HeldEffect): string[] {
  const { reference } = effect.payload as { reference?: unknown }
  const order = publicId('order', effect.order_id)
  const onOrder = effect.kind === 'order.mark_paid' && typeof reference === 'string' ? markPaidFindings.map((type) => `${type}:${order}:${reference}`) : []
  return [`effect_dead:${publicId('effect', effect.id)}`, ...onOrder]
}

/**
 * Writes a failed try: due again later, or dead with an exception. After a write that the store may still do it is due when
 * that is settled. Outages count against the store, and what waits for a paused store waits with it.
 * @returns what became of it, or `lost` when the lease was no longer ours.
 */
export async function failEffect(effect: HeldEffect, error: unknown): Promise<'queued' | 'dead' | 'lost'> {
  const fault = isFault(error)
    ? { code: error.code, message: error.message, retryable: error.retryable }
    : { code: 'internal_error', message: messageOf(error), retryable: true }
  const text = redact(`${fault.code}: ${fault.message}`).slice(0, 1000)
  const trouble = isOutage(fault) ? 'away' : fault.retryable ? 'passing' : 'refused'
  const heldSeconds = fault.code === unsettledCode ? settledAfterSeconds : 0
  return inWorkerTransaction(async (sql) => {
    await lockTenants(sql, [effect.tenant_id])
    const db = onWorker(sql)
    const now = clock.now()
    const next = afterFailure(trouble, effect, now, secretBytes(1).readUInt8(0) / 255)
    const failed = { error: text, away: next.away }
    const held =
      next.state === 'dead'
        ? await writeDeath(sql, effect, failed, { at: now, heldSeconds })
        : await writeRetry(sql, effect, failed, { due_at: new Date(now.getTime() + Math.max(next.waitSeconds, heldSeconds) * 1000), heldSeconds })
    if (!held) return 'lost'
    const until = isFault(error) ? await recordFailure(db, effect, error) : null
    if (until !== null) await postponeStore(sql, effect, until)
    if (next.state === 'dead' || (await isForPeople(sql, effect, fault.code, next.away, now))) {
      const id = publicId('effect', effect.id)
      await openExceptions(
        db,
        [
          {
            tenant_id: effect.tenant_id,
            mode: effect.mode,
            key: `effect_dead:${id}`,
            type: 'effect_dead',
            subject_kind: 'effect',
            subject_id: id,
            payment_id: effect.payment_id,
            order_id: effect.order_id,
            store_id: effect.store_id,
            amount_at_risk: null,
            currency: null,
            detail: { kind: effect.kind, key: effect.key, attempts: effect.attempts, last_error: text },
          },
        ],
        now,
      )
    }
    if (next.state === 'dead') {
      if (effect.payment_id !== null) await reconcilePayments(sql, effect.tenant_id, [effect.payment_id])
      await tellIfMore(sql, effect)
    }
    return next.state
  })
}

/**
 * What a person must see though it is tried for days: keys that stay refused, and a write that fails for a day at a store
 * that can be read all the while. Both look well from outside.
 */
async function isForPeople(sql: Sql, effect: HeldEffect, code: string, away: Away | null, now: Date): Promise<boolean> {
  if (code === credentialsRefusedCode) return (away?.tries ?? 0) >= triesWhenRefused
  if (away?.since == null || now.getTime() - Date.parse(away.since) < longestUnseenMs) return false
  return wasReadSince(sql, effect, away.since)
}
