import { type Call } from '../call'
import type { ChargeRow } from '../tables'

export type DisputeKind = 'fraudulent' | 'product_not_received' | 'inquiry' | 'early_fraud_warning' | 'debit'

/** Scheduled right after a payment with a disputing test method. */
export interface DisputeDue {
  readonly account: string
  readonly livemode: boolean
  readonly charge: string
  readonly kind: DisputeKind
}

export const DISPUTE_DUE = 'stripe.dispute'

/** Lets the dispute of a test method follow its payment, once the current request is over. */
export function afterSuccess(call: Call, charge: ChargeRow, kind: DisputeKind | null): void {
  if (kind === null) return
  const due: DisputeDue = { account: call.account.id, livemode: call.livemode, charge: charge.id, kind }
  call.world.clock.schedule(call.world.clock.nowMs() / 1000, DISPUTE_DUE, due)
}
