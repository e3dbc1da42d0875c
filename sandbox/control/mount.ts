import { Hono } from 'hono'
import type { World } from '../core/world'
import { shopsOf } from '../shop/shop-part'
import { mountAccounts } from './account-routes'
import { mountClock } from './clock-routes'
import { mountConsole } from './console-routes'
import { answerError, ControlError } from './control-reply'
import { mountFaults } from './fault-routes'
import { guard } from './guard'
import { mountLog } from './log-routes'
import { mountPayers } from './payer-routes'
import { mountPayments } from './payment-routes'
import { mountSettings } from './settings-routes'
import { mountShops } from './shop-routes'
import { StripeCaller } from './stripe-caller'
import { mountWebhooks } from './webhook-routes'

/** The control API under /_sandbox, and the console page there. */
export function mount(app: Hono, world: World): void {
  const control = new Hono()
  const stripe = new StripeCaller(app, world)
  control.onError((error, c) => {
    if (error instanceof ControlError) return answerError(c, error)
    if (error instanceof RangeError) return answerError(c, new ControlError(400, error.message))
    world.log.error('a control request failed', error)
    return c.json({ error: { message: `the sandbox failed: ${error.message}`, fields: {} } }, 500)
  })
  control.use('/_sandbox/*', guard)
  const shops = shopsOf(world)
  control.use('/_sandbox/*', async (c, next) => {
    shops.origin = new URL(c.req.url).origin
    await next()
    world.store.flush()
  })
  mountAccounts(control, world)
  mountClock(control, world)
  mountSettings(control, world)
  mountWebhooks(control, world)
  mountFaults(control, world)
  mountPayments(control, world, stripe)
  mountShops(control, world)
  mountLog(control, world)
  mountPayers(control, world, stripe)
  mountConsole(control, world)
  control.all('/_sandbox/*', (c) => {
    throw new ControlError(404, `no route ${c.req.method} ${c.req.path}`)
  })
  app.route('/', control)
}
