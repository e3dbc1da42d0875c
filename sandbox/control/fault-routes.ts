import type { Hono } from 'hono'
import { z } from 'zod'
import type { World } from '../core/world'
import { faultRulesOf } from '../faults/fault-part'
import { faultKinds } from '../faults/fault-rules'
import { bodyOf, ControlError } from './control-reply'

const rule = z.strictObject({
  path: z.string().startsWith('/'),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).nullable().default(null),
  account: z.string().nullable().default(null),
  livemode: z.boolean().nullable().default(null),
  kind: z.enum(faultKinds),
  status: z.number().int().min(400).max(599).nullable().default(null),
  code: z.string().nullable().default(null),
  after_effect: z.boolean().default(false),
  hold_ms: z.number().int().min(0).max(600_000).default(0),
  times: z.number().int().min(1).nullable().default(1),
  skip: z.number().int().min(0).default(0),
})

/** What goes wrong with requests to the Stripe API and to the demo shops. */
export function mountFaults(app: Hono, world: World): void {
  const rules = faultRulesOf(world)
  app.get('/_sandbox/faults', (c) => c.json({ faults: rules.all() }))
  app.post('/_sandbox/faults', async (c) => {
    const input = await bodyOf(c, rule)
    if (input.kind === 'status' && input.status === null) throw new ControlError(400, 'status: needed for kind status', { status: 'needed for kind status' })
    if (input.kind === 'latency' && !input.path.startsWith('/shops/')) {
      // The Stripe API's protocol knows no latency per request, only the setting for all of them.
      throw new ControlError(400, 'kind: latency is for /shops/ only; for the Stripe API set latencyMs in /_sandbox/settings', { kind: 'for /shops/ only' })
    }
    return c.json(rules.add(input), 201)
  })
  app.delete('/_sandbox/faults', (c) => c.json({ removed: rules.clear() }))
  app.delete('/_sandbox/faults/:id', (c) => {
    if (!rules.remove(c.req.param('id'))) throw new ControlError(404, 'no such fault')
    return c.json({ removed: 1 })
  })
}
