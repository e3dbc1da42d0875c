import type { Hono } from 'hono'
import { z } from 'zod'
import type { World } from '../core/world'
import { ClockSubscribers } from './clock-subscribers'
import { bodyOf, queryOf } from './control-reply'

const poll = z.object({ wait: z.coerce.number().int().optional(), subscriber: z.string().min(1).max(100).optional() })
const advance = z.union(
  [
    z.strictObject({
      by_seconds: z
        .number()
        .positive()
        .max(400 * 86_400),
    }),
    z.strictObject({ to_offset_ms: z.number().int() }),
  ],
  { error: 'give by_seconds (a positive number) or to_offset_ms (a whole number)' },
)

/** Sandbox time: read it, follow it, move it on. */
export function mountClock(app: Hono, world: World): void {
  const subscribers = new ClockSubscribers(world.clock)
  const shown = (offset_ms: number) => ({ now: Math.floor((Date.now() + offset_ms) / 1000), offset_ms })

  app.get('/_sandbox/clock', async (c) => {
    const { wait, subscriber } = queryOf(c, poll)
    if (wait === undefined) return c.json({ ...shown(subscribers.offsetMs()), subscribers: subscribers.names() })
    return c.json(shown(await subscribers.poll(subscriber ?? 'anonymous', wait, c.req.raw.signal)))
  })
  app.post('/_sandbox/clock/advance', async (c) => {
    await world.clock.advance(await bodyOf(c, advance))
    world.store.flush()
    return c.json(shown(world.clock.offsetMs()))
  })
}
