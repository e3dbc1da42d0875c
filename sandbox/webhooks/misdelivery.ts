import type { Clock } from '../core/clock'
import { newId, randomFraction } from '../core/ids'
import { seededRandom } from '../core/seeded-random'
import type { Collection, Row, Store } from '../core/store'
import type { SignatureFault } from './sign'
import { namesType, type Subject } from './subscribers'

export type ReleaseOrder = 'created' | 'reverse' | 'shuffle'

/** What is done to a delivery. Milliseconds: delays in sandbox time, the others in wall time. */
export type Misdelivery =
  | { kind: 'duplicate'; copies: number; together: number; spread_ms: number }
  | { kind: 'delay'; min_ms: number; max_ms: number }
  | { kind: 'reorder'; window_ms: number; order: ReleaseOrder; serial: boolean }
  | { kind: 'drop'; attempts: number | null }
  | { kind: 'bunch'; seconds: number }
  | { kind: 'signature'; fault: SignatureFault; attempts: number }
  | { kind: 'hold' }

export type NewMisdeliveryRule = Misdelivery & {
  /** Null fits every endpoint, account, type. */
  endpoint: string | null
  account: string | null
  types: string[] | null
  /** Share of the fitting deliveries that are hit, 0..1. */
  share: number
  /** Deliveries it hits; null until it is removed. */
  times: number | null
  seed: number | null
}

export type MisdeliveryRule = NewMisdeliveryRule & Row & { readonly hits: number; readonly created: number; readonly bunch_second: number | null }

/** How one delivery of one event goes, all fitting rules taken together. */
export interface DeliveryPlan {
  readonly rules: string[]
  /** Sent this often in all; `together` of them at the same moment over connections of their own. */
  copies: number
  together: number
  spread_ms: number
  delay_ms: number
  /** Attempts that never leave; null for all of them. */
  drop: number | null
  signature: SignatureFault | null
  signature_attempts: number
  hold: boolean
  /** The reorder rule whose window this delivery waits in. */
  window: string | null
}

const plain = (): DeliveryPlan => ({
  rules: [],
  copies: 1,
  together: 1,
  spread_ms: 0,
  delay_ms: 0,
  drop: 0,
  signature: null,
  signature_attempts: 0,
  hold: false,
  window: null,
})

/** The misdelivery rules. Without any, every delivery is sent once and at once. */
export class MisdeliveryRules {
  private readonly rows: Collection<MisdeliveryRule>
  private readonly randoms = new Map<string, () => number>()

  constructor(
    store: Store,
    private readonly clock: Clock,
  ) {
    this.rows = store.collection<MisdeliveryRule>('misdelivery_rule')
  }

  add(input: NewMisdeliveryRule): MisdeliveryRule {
    return this.rows.put({ ...input, id: newId('mis', 12), hits: 0, created: this.clock.now(), bunch_second: null })
  }

  get(id: string): MisdeliveryRule | undefined {
    return this.rows.get(id)
  }

  all(): MisdeliveryRule[] {
    return [...this.rows.all()]
  }

  remove(id: string): boolean {
    this.randoms.delete(id)
    return this.rows.delete(id)
  }

  clear(): number {
    const rules = this.all()
    for (const rule of rules) this.remove(rule.id)
    return rules.length
  }

  /** Numbers in [0, 1) for a rule; repeatable from the start of the process when it has a seed. */
  random(rule: MisdeliveryRule): number {
    if (rule.seed === null) return randomFraction()
    let random = this.randoms.get(rule.id)
    if (!random) this.randoms.set(rule.id, (random = seededRandom(rule.seed)))
    return random()
  }

  /** The plan for one delivery of an event to an endpoint; counts the rules it uses. */
  plan(event: Subject, endpoint: string): DeliveryPlan {
    if (this.rows.size === 0) return plain()
    const plan = plain()
    for (const rule of this.all()) {
      if (rule.kind === 'bunch' || !this.hits(rule, event, endpoint)) continue
      this.rows.put({ ...rule, hits: rule.hits + 1 })
      plan.rules.push(rule.id)
      switch (rule.kind) {
        case 'duplicate':
          plan.copies = Math.max(plan.copies, rule.copies)
          plan.together = Math.max(plan.together, rule.together)
          plan.spread_ms = Math.max(plan.spread_ms, rule.spread_ms)
          break
        case 'delay':
          plan.delay_ms += rule.min_ms + Math.round(this.random(rule) * (rule.max_ms - rule.min_ms))
          break
        case 'reorder':
          plan.window = rule.id
          break
        case 'drop':
          plan.drop = rule.attempts === null || plan.drop === null ? null : plan.drop + rule.attempts
          break
        case 'signature':
          plan.signature = rule.fault
          plan.signature_attempts = rule.attempts
          break
        case 'hold':
          plan.hold = true
          break
      }
    }
    return plan
  }

  /** The second an event's `created` is bunched into, or null when no rule says so. */
  bunchedSecond(event: Subject & { created: number }): number | null {
    for (const rule of this.rows.all()) {
      if (rule.kind !== 'bunch' || !this.hits(rule, event, null)) continue
      const open = rule.bunch_second !== null && event.created < rule.bunch_second + rule.seconds
      const second = open && rule.bunch_second !== null ? rule.bunch_second : event.created
      this.rows.put({ ...rule, hits: rule.hits + 1, bunch_second: second })
      return second
    }
    return null
  }

  private hits(rule: MisdeliveryRule, event: Subject, endpoint: string | null): boolean {
    if (rule.times !== null && rule.hits >= rule.times) return false
    if (rule.endpoint !== null && endpoint !== null && rule.endpoint !== endpoint) return false
    if (rule.account !== null && rule.account !== event.account) return false
    if (rule.types !== null && !namesType(rule.types, event.type)) return false
    return rule.share >= 1 || this.random(rule) < rule.share
  }
}
