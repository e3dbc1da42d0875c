import type { Hono } from 'hono'
import type { World } from '../core/world'
import { deliveriesOf } from './webhook-part'

/** Starts delivering events to webhook endpoints. */
export function mount(_app: Hono, world: World): void {
  deliveriesOf(world)
}
