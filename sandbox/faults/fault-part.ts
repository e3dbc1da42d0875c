import type { World } from '../core/world'
import { FaultRules } from './fault-rules'

const parts = new WeakMap<World, FaultRules>()

/** The fault rules of a sandbox: one set per world, whoever asks first. */
export function faultRulesOf(world: World): FaultRules {
  let part = parts.get(world)
  if (!part) parts.set(world, (part = new FaultRules(world.store, world.clock)))
  return part
}
