import type { Hono } from 'hono'
import { z } from 'zod'
import type { World } from '../core/world'
import { bodyOf, queryOf, wholeNumber } from './control-reply'
import { forget } from './reset'

/** What the sandbox was asked lately, and starting over. */
export function mountLog(app: Hono, world: World): void {
  app.get('/_sandbox/health', (c) => c.json({ ok: true, now: world.clock.now(), offset_ms: world.clock.offsetMs() }))
  app.get('/_sandbox/log', (c) => {
    const { limit } = queryOf(c, z.object({ limit: wholeNumber(1, 2000).default(200) }))
    return c.json({ requests: world.log.recentRequests(limit).reverse() })
  })
  app.get('/_sandbox/unknown', (c) => c.json({ unknown: world.log.unknownRequests() }))
  app.post('/_sandbox/reset', async (c) => {
    const { what } = await bodyOf(c, z.strictObject({ what: z.enum(['rules', 'data']).default('rules') }))
    return c.json(forget(world, what))
  })
}
