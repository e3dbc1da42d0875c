import type { Collection, Row, Store } from '../core/store'
import type { DeliveryPlan } from './misdelivery'
import type { SignatureFault } from './sign'

export interface Attempt {
  /** Wall clock, unix milliseconds. */
  readonly at_ms: number
  /** Sandbox time, unix seconds. */
  readonly sandbox_at: number
  readonly kind: 'attempt' | 'same_moment' | 'copy' | 'redelivery' | 'dropped'
  readonly status: number | null
  readonly error: string | null
  readonly duration_ms: number
  readonly signature_fault: SignatureFault | null
  readonly answer: string
}

/**
 * waiting: will be sent (now, or at due_ms). held: until released. delivered: answered 2xx.
 * failed: given up. dropped: never to be sent. A `copy` is a wilful repeat and never retried.
 */
export type DeliveryState = 'waiting' | 'held' | 'delivered' | 'failed' | 'dropped'

export interface Delivery extends Row {
  readonly id: string
  readonly event: string
  readonly type: string
  readonly account: string
  readonly livemode: boolean
  readonly endpoint: string
  readonly copy: boolean
  readonly state: DeliveryState
  /** Sandbox milliseconds of the next attempt; null when it is queued or being sent. */
  readonly due_ms: number | null
  readonly attempts: readonly Attempt[]
  /** Failed attempts that count for the retry schedule. */
  readonly failures: number
  readonly plan: DeliveryPlan
  /** Sandbox time, unix seconds. */
  readonly created: number
}

const KEPT_FINISHED = 20_000
const finished = (row: Delivery) => row.state !== 'waiting' && row.state !== 'held'

/** All deliveries, newest kept: the oldest finished ones are forgotten beyond 20,000. */
export class DeliveryRows {
  private readonly rows: Collection<Delivery>
  private readonly done: string[] = []

  constructor(store: Store) {
    this.rows = store.collection<Delivery>('webhook_delivery').index('event', (row) => row.event)
    for (const row of this.rows.all()) if (finished(row)) this.done.push(row.id)
  }

  get(id: string): Delivery | undefined {
    return this.rows.get(id)
  }

  put(row: Delivery): Delivery {
    const before = this.rows.get(row.id)
    this.rows.put(row)
    if (finished(row) && (before === undefined || !finished(before))) {
      this.done.push(row.id)
      for (const old of this.done.splice(0, Math.max(0, this.done.length - KEPT_FINISHED))) this.rows.delete(old)
    }
    return row
  }

  ofEvent(event: string): Delivery[] {
    return this.rows.by('event', event)
  }

  /** Oldest first. */
  all(): IterableIterator<Delivery> {
    return this.rows.all()
  }
}
