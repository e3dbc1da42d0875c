import type { Clock } from '../core/clock'
import type { Fault, FaultQuestion } from '../core/faults'
import { newId } from '../core/ids'
import type { Collection, Row, Store } from '../core/store'
import { matchPath } from './match-path'
import { faultsAreOff } from './without-faults'

export const faultKinds = ['timeout_before', 'timeout_after', 'status', 'latency'] as const
export type FaultKind = (typeof faultKinds)[number]

export interface NewFaultRule {
  /** As matchPath reads it, without the query: `/v1/**`, `/shops/north/wp-json/**`. */
  path: string
  /** Null fits every method, account, mode. */
  method: string | null
  account: string | null
  livemode: boolean | null
  kind: FaultKind
  /** Of kind `status`. */
  status: number | null
  code: string | null
  /** `status` answered after the request was executed. */
  after_effect: boolean
  /** Wall milliseconds before the connection breaks, the status is answered or (latency) the request goes on. */
  hold_ms: number
  /** Requests it hits; null for all until it is removed. */
  times: number | null
  /** Requests it lets pass first. */
  skip: number
}

export interface FaultRule extends NewFaultRule, Row {
  readonly id: string
  readonly hits: number
  readonly passed: number
  readonly created: number
}

/** The fault rules, in the order they were made; the first that fits and is not used up decides. */
export class FaultRules {
  private readonly rows: Collection<FaultRule>

  constructor(
    store: Store,
    private readonly clock: Clock,
  ) {
    this.rows = store.collection<FaultRule>('fault_rule')
  }

  add(input: NewFaultRule): FaultRule {
    return this.rows.put({ ...input, method: input.method?.toUpperCase() ?? null, id: newId('fault', 12), hits: 0, passed: 0, created: this.clock.now() })
  }

  all(): FaultRule[] {
    return [...this.rows.all()]
  }

  remove(id: string): boolean {
    return this.rows.delete(id)
  }

  clear(): number {
    const rules = this.all()
    for (const rule of rules) this.rows.delete(rule.id)
    return rules.length
  }

  /** The rule that hits this request, counted; null when nothing goes wrong. */
  take(question: FaultQuestion): FaultRule | null {
    if (faultsAreOff()) return null
    for (const rule of this.rows.all()) {
      if (rule.times !== null && rule.hits >= rule.times) continue
      if (rule.method !== null && rule.method !== question.method.toUpperCase()) continue
      if (rule.account !== null && rule.account !== question.account) continue
      if (rule.livemode !== null && rule.livemode !== question.livemode) continue
      if (!matchPath(rule.path, question.path)) continue
      if (rule.passed < rule.skip) {
        this.rows.put({ ...rule, passed: rule.passed + 1 })
        return null
      }
      return this.rows.put({ ...rule, hits: rule.hits + 1 })
    }
    return null
  }
}

/** A rule as the Stripe API's protocol wants it. */
export function toFault(rule: FaultRule): Fault | null {
  const holdMs = rule.hold_ms
  if (rule.kind === 'latency') return null
  if (rule.kind !== 'status') return { kind: rule.kind, holdMs }
  return { kind: 'status', status: rule.status ?? 500, code: rule.code ?? undefined, after: rule.after_effect, holdMs }
}
