import type { Hono } from 'hono'
import { z } from 'zod'
import type { World } from '../core/world'
import { tablesOf } from '../stripe/tables'
import type { NewMisdeliveryRule } from '../webhooks/misdelivery'
import { signatureFaults } from '../webhooks/sign'
import { deliveriesOf } from '../webhooks/webhook-part'
import { bodyOf, ControlError, queryOf, wholeNumber } from './control-reply'

const ms = z
  .number()
  .int()
  .min(0)
  .max(30 * 86_400_000)
const scope = {
  endpoint: z.string().nullable().default(null),
  account: z.string().nullable().default(null),
  types: z.array(z.string()).min(1).nullable().default(null),
  share: z.number().min(0).max(1).default(1),
  times: z.number().int().min(1).nullable().default(null),
  seed: z.number().int().nullable().default(null),
}
const order = z.enum(['created', 'reverse', 'shuffle'])
const rule = z.discriminatedUnion('kind', [
  z.strictObject({
    ...scope,
    kind: z.literal('duplicate'),
    copies: z.number().int().min(2).max(20).default(2),
    together: z.number().int().min(1).max(20).default(1),
    spread_ms: ms.default(0),
  }),
  z.strictObject({ ...scope, kind: z.literal('delay'), min_ms: ms, max_ms: ms.optional() }),
  z.strictObject({ ...scope, kind: z.literal('reorder'), window_ms: ms.default(500), order: order.default('shuffle'), serial: z.boolean().default(false) }),
  z.strictObject({ ...scope, kind: z.literal('drop'), attempts: z.number().int().min(1).nullable().default(1) }),
  z.strictObject({ ...scope, kind: z.literal('bunch'), seconds: z.number().int().min(1).max(86_400).default(60) }),
  z.strictObject({ ...scope, kind: z.literal('signature'), fault: z.enum(signatureFaults).default('wrong'), attempts: z.number().int().min(1).default(1) }),
  z.strictObject({ ...scope, kind: z.literal('hold') }),
])
const release = z.strictObject({
  deliveries: z.array(z.string()).optional(),
  endpoint: z.string().optional(),
  order: order.default('created'),
  serial: z.boolean().default(false),
  keep_holding: z.boolean().default(false),
})
const deliveryQuery = z.object({
  event: z.string().optional(),
  endpoint: z.string().optional(),
  account: z.string().optional(),
  type: z.string().optional(),
  state: z.enum(['waiting', 'held', 'delivered', 'failed', 'dropped']).optional(),
  limit: wholeNumber(1, 1000).default(100),
})
const eventQuery = z.object({ account: z.string().optional(), type: z.string().optional(), limit: wholeNumber(1, 1000).default(100) })

/** Checks what zod alone cannot, and fills `max_ms`. */
function ruleOf(input: z.infer<typeof rule>): NewMisdeliveryRule {
  if (input.kind === 'delay') {
    const max_ms = input.max_ms ?? input.min_ms
    if (max_ms < input.min_ms) throw new ControlError(400, 'max_ms: must not be less than min_ms', { max_ms: 'must not be less than min_ms' })
    return { ...input, max_ms }
  }
  if (input.kind === 'duplicate' && input.together > input.copies) {
    throw new ControlError(400, 'together: must not be more than copies', { together: 'must not be more than copies' })
  }
  return input
}

/** Webhook deliveries: what was sent, again, and wrongly. */
export function mountWebhooks(app: Hono, world: World): void {
  const engine = deliveriesOf(world)
  app.get('/_sandbox/webhooks/endpoints', (c) => {
    const rows = [...tablesOf(world.store).webhook_endpoint.all()]
    return c.json({ endpoints: rows.map(({ account, connect, secret, object }) => ({ ...object, account, connect, secret })) })
  })
  app.get('/_sandbox/webhooks/deliveries', (c) => {
    const query = queryOf(c, deliveryQuery)
    const rows = query.event === undefined ? [...engine.rows.all()] : engine.rows.ofEvent(query.event)
    const found = rows.filter(
      (row) =>
        (query.endpoint === undefined || row.endpoint === query.endpoint) &&
        (query.account === undefined || row.account === query.account) &&
        (query.type === undefined || row.type === query.type) &&
        (query.state === undefined || row.state === query.state),
    )
    return c.json({ total: found.length, deliveries: found.slice(-query.limit).reverse() })
  })
  app.post('/_sandbox/webhooks/redeliver', async (c) => {
    const input = await bodyOf(c, z.strictObject({ event: z.string(), endpoint: z.string().optional() }))
    const sent = engine.redeliver(input.event, input.endpoint)
    if (sent === 0) throw new ControlError(404, `event ${input.event} went to no such endpoint, or does not exist`)
    return c.json({ redelivering: sent })
  })
  app.get('/_sandbox/webhooks/rules', (c) => c.json({ rules: engine.rules.all() }))
  app.post('/_sandbox/webhooks/rules', async (c) => c.json(engine.rules.add(ruleOf(await bodyOf(c, rule))), 201))
  app.delete('/_sandbox/webhooks/rules', (c) => c.json({ removed: engine.rules.clear() }))
  app.delete('/_sandbox/webhooks/rules/:id', (c) => {
    if (!engine.rules.remove(c.req.param('id'))) throw new ControlError(404, 'no such rule')
    return c.json({ removed: 1 })
  })
  app.post('/_sandbox/webhooks/release', async (c) => {
    const { keep_holding, ...choice } = await bodyOf(c, release)
    if (!keep_holding) for (const held of engine.rules.all()) if (held.kind === 'hold') engine.rules.remove(held.id)
    return c.json({ released: engine.release(choice) })
  })
  app.post('/_sandbox/webhooks/settle', async (c) => {
    const { timeout_ms } = await bodyOf(c, z.strictObject({ timeout_ms: z.number().int().min(0).max(60_000).default(10_000) }))
    return c.json({ settled: await engine.settled(timeout_ms) })
  })
  app.get('/_sandbox/events', (c) => {
    const query = queryOf(c, eventQuery)
    const rows = [...world.events.rows.all()].filter(
      (row) => (query.account === undefined || row.account === query.account) && (query.type === undefined || row.type === query.type),
    )
    const events = rows
      .slice(-query.limit)
      .reverse()
      .map(({ object_json, previous_json, ...event }) => ({
        ...event,
        object: JSON.parse(object_json) as unknown,
        previous_attributes: previous_json === null ? null : (JSON.parse(previous_json) as unknown),
      }))
    return c.json({ total: rows.length, events })
  })
}
