import { newId, randomFraction } from '../core/ids'
import type { World } from '../core/world'
import type { EventRow } from '../stripe/events'
import { tablesOf, type WebhookEndpointRow } from '../stripe/tables'
import { DeliveryRows, type Attempt, type Delivery } from './delivery-rows'
import { Lanes } from './lanes'
import { MisdeliveryRules, type ReleaseOrder } from './misdelivery'
import { post, postTogether, type Posted } from './post'
import { retryDelayMs } from './retry-schedule'
import { sealed } from './sign'
import { wants } from './subscribers'
import { ordered, Windows } from './windows'

const DUE = 'webhook_delivery'
const LANE_WIDTH = 32
const good = (posted: Posted) => posted.status !== null && posted.status >= 200 && posted.status < 300

/**
 * Sends events to the endpoints that want them. Nothing waits for it; what was not answered with 2xx is
 * tried again (retry-schedule.ts), and what was waiting when the process died is sent after its restart.
 */
export class DeliveryEngine {
  readonly rules: MisdeliveryRules
  readonly rows: DeliveryRows
  private readonly lanes = new Lanes(LANE_WIDTH)
  private readonly windows = new Windows<string>()

  constructor(private readonly world: World) {
    this.rules = new MisdeliveryRules(world.store, world.clock)
    this.rows = new DeliveryRows(world.store)
    world.events.onCreated((event) => this.fanOut(event))
    world.clock.onDue<{ id: string; due_ms: number }>(DUE, ({ id, due_ms }) => {
      const row = this.rows.get(id)
      if (row?.state === 'waiting' && row.due_ms === due_ms) this.enqueue(this.rows.put({ ...row, due_ms: null }))
    })
    for (const row of [...this.rows.all()]) if (row.state === 'waiting' && row.due_ms === null) this.enqueue(row)
  }

  private endpoint(id: string): WebhookEndpointRow | undefined {
    return tablesOf(this.world.store).webhook_endpoint.get(id)
  }

  private fanOut(created: EventRow): void {
    const second = this.rules.bunchedSecond(created)
    const event = second === null || second === created.created ? created : this.world.events.rows.put({ ...created, created: second })
    const platform = this.world.accounts.get(event.account)?.platform ?? null
    const endpoints = [...tablesOf(this.world.store).webhook_endpoint.all()].filter((row) => wants(row, event, platform))
    if (endpoints.length === 0) return
    const mains = endpoints.map((endpoint) => this.open(event, endpoint))
    this.record(event.id)
    for (const main of mains) this.start(main)
  }

  private open(event: EventRow, endpoint: WebhookEndpointRow): Delivery {
    const plan = this.rules.plan(event, endpoint.id)
    return this.rows.put({
      id: newId('dlv', 16),
      event: event.id,
      type: event.type,
      account: event.account,
      livemode: event.livemode,
      endpoint: endpoint.id,
      copy: false,
      state: 'waiting',
      due_ms: null,
      attempts: [],
      failures: 0,
      plan,
      created: this.world.clock.now(),
    })
  }

  private start(main: Delivery): void {
    const { plan } = main
    if (plan.hold) {
      this.rows.put({ ...main, state: 'held' })
      return
    }
    const spread = () => (plan.spread_ms === 0 ? 0 : Math.round(randomFraction() * plan.spread_ms))
    this.launch(main, plan.delay_ms)
    for (const copy of this.copiesOf(main)) this.launch(copy, plan.delay_ms + spread())
  }

  /** The wilful repeats of a delivery that do not leave at the same moment as the first. */
  private copiesOf(main: Delivery): Delivery[] {
    const { plan } = main
    return Array.from({ length: Math.max(0, plan.copies - plan.together) }, () =>
      this.rows.put({ ...main, id: newId('dlv', 16), copy: true, plan: { ...plan, together: 1 } }),
    )
  }

  private launch(row: Delivery, delayMs: number): void {
    const rule = row.plan.window === null ? undefined : this.rules.get(row.plan.window)
    if (delayMs > 0) this.later(row, delayMs)
    else if (rule?.kind !== 'reorder') this.enqueue(row)
    else {
      this.windows.add(rule.id, row.id, rule.window_ms, (ids) => {
        this.sendAll(
          ordered(ids, rule.order, () => this.rules.random(rule)),
          rule.serial,
        )
      })
    }
  }

  private later(row: Delivery, delayMs: number): void {
    const due_ms = this.world.clock.nowMs() + delayMs
    this.rows.put({ ...row, due_ms })
    this.world.clock.schedule(due_ms / 1000, DUE, { id: row.id, due_ms })
  }

  private enqueue(row: Delivery): void {
    this.lanes.push(row.endpoint, () => this.attempt(row.id, row.copy ? 'copy' : 'attempt'))
  }

  /** One after the other, each answered before the next leaves, or all at once through the lanes. */
  private sendAll(ids: readonly string[], serial: boolean): void {
    if (!serial) {
      for (const id of ids) {
        const row = this.rows.get(id)
        if (row?.state === 'waiting') this.enqueue(row)
      }
      return
    }
    this.lanes.push('serial', async () => {
      for (const id of ids) await this.attempt(id, this.rows.get(id)?.copy ? 'copy' : 'attempt')
    })
  }

  private async attempt(id: string, kind: Attempt['kind']): Promise<void> {
    const row = this.rows.get(id)
    if (row === undefined || (kind !== 'redelivery' && row.state !== 'waiting')) return
    const endpoint = this.endpoint(row.endpoint)
    const event = this.world.events.rows.get(row.event)
    if (endpoint === undefined || endpoint.object.status === 'disabled' || event === undefined) {
      this.finish(row, 'failed', [this.note(row, 'dropped', { status: null, error: 'endpoint or event is gone', duration_ms: 0, answer: '' })])
      return
    }
    const sentBefore = row.attempts.filter((attempt) => attempt.kind !== 'redelivery').length
    if (kind === 'attempt' && (row.plan.drop === null || sentBefore < row.plan.drop)) {
      const dropped = this.note(row, 'dropped', { status: null, error: 'dropped by a misdelivery rule', duration_ms: 0, answer: '' })
      if (row.plan.drop === null) this.finish(row, 'dropped', [dropped])
      else this.retry(row, [dropped])
      return
    }
    const fault = kind !== 'redelivery' && sentBefore < row.plan.signature_attempts ? row.plan.signature : null
    const text = this.world.events.body(event, { connect: endpoint.connect, apiVersion: endpoint.object.api_version })
    const { body, header } = sealed(text, endpoint.secret, Math.floor(Date.now() / 1000), fault)
    const headers: Record<string, string> = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      accept: '*/*; q=0.5, application/xml',
      'cache-control': 'no-cache',
      ...(header === null ? {} : { 'stripe-signature': header }),
    }
    const together = kind === 'attempt' && row.attempts.length === 0 ? row.plan.together : 1
    const posted = together > 1 ? await postTogether(endpoint.object.url, headers, body, together) : [await post(endpoint.object.url, headers, body)]
    const now = this.rows.get(id)
    if (now === undefined) return
    const attempts = posted.map((one, i) => this.note(now, i === 0 ? kind : 'same_moment', one, fault))
    if (posted.some(good)) this.finish(now, 'delivered', attempts)
    else if (now.copy) this.finish(now, 'failed', attempts)
    else if (kind === 'redelivery' || now.state !== 'waiting') this.rows.put({ ...now, attempts: [...now.attempts, ...attempts] })
    else this.retry(now, attempts)
  }

  private note(row: Delivery, kind: Attempt['kind'], posted: Posted, fault: Attempt['signature_fault'] = null): Attempt {
    const wall = Date.now()
    return {
      at_ms: wall,
      sandbox_at: Math.floor((wall + this.world.clock.offsetMs()) / 1000),
      kind: row.copy ? 'copy' : kind,
      status: posted.status,
      error: posted.error,
      duration_ms: posted.duration_ms,
      signature_fault: fault,
      answer: posted.answer,
    }
  }

  private finish(row: Delivery, state: 'delivered' | 'failed' | 'dropped', attempts: Attempt[]): void {
    this.rows.put({ ...row, state, due_ms: null, attempts: [...row.attempts, ...attempts] })
    if (!row.copy) this.record(row.event)
  }

  private retry(row: Delivery, attempts: Attempt[]): void {
    const failures = row.failures + 1
    const delay = retryDelayMs(failures, row.livemode)
    if (delay === null) {
      this.finish({ ...row, failures }, 'failed', attempts)
      return
    }
    this.later({ ...row, failures, attempts: [...row.attempts, ...attempts] }, delay)
    this.record(row.event)
  }

  private record(event: string): void {
    const mains = this.rows.ofEvent(event).filter((row) => !row.copy)
    const open = mains.filter((row) => row.state !== 'delivered')
    this.world.events.recordDelivery(event, { pending: open.length, failed: open.some((row) => row.attempts.length > 0) })
  }

  /** Lets held deliveries go, in the given order. Returns how many. */
  release(choice: { deliveries?: readonly string[]; endpoint?: string; order: ReleaseOrder; serial: boolean }): number {
    const held = [...this.rows.all()].filter(
      (row) => row.state === 'held' && (choice.deliveries?.includes(row.id) ?? true) && (choice.endpoint === undefined || row.endpoint === choice.endpoint),
    )
    const rows = held.flatMap((row) => {
      const main = this.rows.put({ ...row, state: 'waiting', plan: { ...row.plan, hold: false } })
      return [main, ...this.copiesOf(main)]
    })
    this.sendAll(
      ordered(rows, choice.order, randomFraction).map((row) => row.id),
      choice.serial,
    )
    return held.length
  }

  /** Sends an event once more, now, to one endpoint or to all that had it. Returns how many deliveries that is. */
  redeliver(eventId: string, endpointId?: string): number {
    const event = this.world.events.rows.get(eventId)
    if (event === undefined) return 0
    let rows = this.rows.ofEvent(eventId).filter((row) => !row.copy && (endpointId === undefined || row.endpoint === endpointId))
    const endpoint = endpointId === undefined ? undefined : this.endpoint(endpointId)
    if (rows.length === 0 && endpoint !== undefined) {
      rows = [this.open(event, endpoint)]
      this.record(event.id)
    }
    for (const row of rows) this.lanes.push(row.endpoint, () => this.attempt(row.id, 'redelivery'))
    return rows.length
  }

  /** Resolves true when nothing is queued, being sent or in a reorder window, false after `timeoutMs`. Retries and held ones do not count. */
  async settled(timeoutMs: number): Promise<boolean> {
    const until = Date.now() + timeoutMs
    while (this.lanes.pending > 0 || this.windows.size > 0) {
      if (Date.now() >= until) return false
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return true
  }
}
