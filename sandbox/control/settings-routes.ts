import type { Hono } from 'hono'
import { z } from 'zod'
import { DEFAULT_SETTINGS, type SandboxSettings } from '../core/config'
import type { World } from '../core/world'
import { bodyOf } from './control-reply'

const value = z
  .number()
  .min(0)
  .max(10 * 365 * 86_400)
const names = Object.keys(DEFAULT_SETTINGS) as (keyof SandboxSettings)[]
const change = z.strictObject(Object.fromEntries(names.map((name) => [name, value.optional()])))

/** How long things take in the sandbox. */
export function mountSettings(app: Hono, world: World): void {
  app.get('/_sandbox/settings', (c) => c.json(world.config.values))
  app.on(['POST', 'PATCH'], '/_sandbox/settings', async (c) => c.json(world.config.set(await bodyOf(c, change))))
}
