import type { World } from '../core/world'
import { DeliveryEngine } from './engine'

const parts = new WeakMap<World, DeliveryEngine>()

/** The webhook deliveries of a sandbox: one engine per world, whoever asks first. */
export function deliveriesOf(world: World): DeliveryEngine {
  let part = parts.get(world)
  if (!part) parts.set(world, (part = new DeliveryEngine(world)))
  return part
}
