import type { Clock } from '../core/clock'
import { newId } from '../core/ids'
import type { Collection, Row, Store } from '../core/store'
import { API_VERSION } from './protocol/version'

/** An event as stored. `object_json` is data.object as it was at that moment and never changes. */
export interface EventRow extends Row {
  readonly id: string
  readonly account: string
  readonly livemode: boolean
  readonly type: string
  /** Unix seconds; a busy second holds several events. */
  readonly created: number
  readonly object_json: string
  readonly previous_json: string | null
  readonly request_id: string | null
  readonly idempotency_key: string | null
  /** Deliveries that were not yet answered with 2xx. */
  readonly pending_webhooks: number
  /** True once a delivery failed and none of the same endpoint succeeded since; for the filter delivery_success. */
  readonly delivery_failed: boolean
}

/** The request that caused an event, or null for what Stripe does by itself. */
export interface EventRequest {
  readonly id: string | null
  readonly idempotency_key: string | null
}

export interface NewEvent {
  readonly account: string
  readonly livemode: boolean
  readonly type: string
  readonly object: object
  readonly previous?: Record<string, unknown>
  readonly request?: EventRequest | null
}

const KEPT_SECONDS = 30 * 86_400

/** The event log of all accounts. */
export class Events {
  readonly rows: Collection<EventRow>
  private readonly handlers: ((event: EventRow) => void)[] = []

  constructor(
    store: Store,
    private readonly clock: Clock,
  ) {
    this.rows = store
      .collection<EventRow>('event')
      .index('scope', (event) => scopeOf(event.account, event.livemode))
      .index('type', (event) => `${scopeOf(event.account, event.livemode)}:${event.type}`)
  }

  /** Stores an event with a frozen copy of `object`, then tells the subscribers (in order of subscription). */
  emit(input: NewEvent): EventRow {
    const event = this.rows.put({
      id: newId('evt'),
      account: input.account,
      livemode: input.livemode,
      type: input.type,
      created: this.clock.now(),
      object_json: JSON.stringify(input.object),
      previous_json: input.previous === undefined ? null : JSON.stringify(input.previous),
      request_id: input.request?.id ?? null,
      idempotency_key: input.request?.idempotency_key ?? null,
      pending_webhooks: 0,
      delivery_failed: false,
    })
    for (const handler of this.handlers) handler(event)
    return event
  }

  onCreated(handler: (event: EventRow) => void): void {
    this.handlers.push(handler)
  }

  /** Notes how the deliveries of an event stand; `failed` as in EventRow.delivery_failed. */
  recordDelivery(id: string, state: { pending: number; failed: boolean }): void {
    const event = this.rows.get(id)
    if (event === undefined) return
    this.rows.put({ ...event, pending_webhooks: state.pending, delivery_failed: state.failed })
  }

  /**
   * The JSON text of an event: what GET /v1/events/:id answers and what a delivery carries.
   * `connect` adds the top-level `account`; `apiVersion` is the endpoint's.
   */
  body(event: EventRow, options: { connect?: boolean; apiVersion?: string | null } = {}): string {
    const head = {
      id: event.id,
      object: 'event',
      ...(options.connect === true ? { account: event.account } : {}),
      api_version: options.apiVersion ?? API_VERSION,
      created: event.created,
    }
    const tail = {
      livemode: event.livemode,
      pending_webhooks: event.pending_webhooks,
      request: { id: event.request_id, idempotency_key: event.idempotency_key },
      type: event.type,
    }
    const previous = event.previous_json === null ? '' : `,"previous_attributes":${event.previous_json}`
    return `${JSON.stringify(head).slice(0, -1)},"data":{"object":${event.object_json}${previous}},${JSON.stringify(tail).slice(1)}`
  }

  /** Events older than 30 days can no longer be read. */
  oldestReadable(): number {
    return this.clock.now() - KEPT_SECONDS
  }
}

/** Key of everything that belongs to one account in one mode. */
export function scopeOf(account: string, livemode: boolean): string {
  return `${account}:${livemode ? 'live' : 'test'}`
}
