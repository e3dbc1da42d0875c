import type { Hono } from 'hono'
import type { World } from '../core/world'
import { faultRulesOf } from './fault-part'
import { toFault } from './fault-rules'

/** Lets the Stripe API ask the fault rules. The demo shops ask through shop-fault.ts. */
export function mount(_app: Hono, world: World): void {
  const rules = faultRulesOf(world)
  world.faults.use((question) => {
    const rule = rules.take(question)
    return rule === null ? null : toFault(rule)
  })
}
