import type { NewException } from '@/lib/exceptions/open-exceptions'
import type { OrderReading } from '@/lib/commerce/fetch-order'
import type { Mode } from '@/lib/kernel/mode'
import type { EffectKind } from './effect'
import type { Away } from './retry'

/** An effect that this worker holds. A write counts only while its epoch stands. */
export type HeldEffect = {
  tenant_id: string
  id: string
  mode: Mode
  key: string
  kind: EffectKind
  store_id: string
  order_id: string
  payment_id: string | null
  payload: unknown
  attempts: number
  /** Code of the fault that the last try ended with; null when none has failed since it was queued. */
  last_code: string | null
  /** What is remembered of the store's outages since it was queued; null without any. */
  away: Away | null
  lease_epoch: number
}

/** How an effect ended, and what was learnt on the way. */
export type Outcome = {
  state: 'done' | 'skipped'
  receipt: Record<string, unknown>
  /** The newest answer of the store about the order, when it was asked. */
  reading: OrderReading | null
  exceptions: NewException[]
}

/**
 * Makes sure that the effect is still ours, for long enough, and says until when (wall time) a request may leave that
 * stands on what the store was asked for at `askedAtMs` (wall time).
 */
export type Hold = (askedAtMs: number) => Promise<number>
