import type { Hono } from 'hono';
import type { World } from '../core/world';

/** The Stripe API under /v1. */
export function mount(app: Hono, world: World): void {
  void app;
  void world;
}
