import type { World } from '../core/world'
import { ShopWorld } from './shop-world'

const parts = new WeakMap<World, ShopWorld>()

/** The shops of a sandbox: one per world, whoever asks first. */
export function shopsOf(world: World): ShopWorld {
  let part = parts.get(world)
  if (!part) parts.set(world, (part = new ShopWorld(world.store, world.clock)))
  return part
}
