import type { Context, Hono } from 'hono'
import { readFileSync } from 'node:fs'
import type { World } from '../core/world'
import { shopsOf } from '../shop/shop-part'
import { fragment, page } from './console/page'
import { ControlError } from './control-reply'

const asset = (name: string) => readFileSync(new URL(`./console/${name}`, import.meta.url), 'utf8')

/** The console page for people, its two assets and the lists it asks for again. */
export function mountConsole(app: Hono, world: World): void {
  const shops = shopsOf(world)
  const origin = (c: Context) => new URL(c.req.url).origin
  const show = (c: Context) => {
    c.header(
      'content-security-policy',
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    c.header('cache-control', 'no-store')
    return c.html(page(world, shops, origin(c)))
  }
  app.get('/_sandbox', show)
  app.get('/_sandbox/', show)
  app.get('/_sandbox/console.css', (c) => c.body(asset('console.css'), 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/_sandbox/console.js', (c) => c.body(asset('console.js'), 200, { 'content-type': 'text/javascript; charset=utf-8' }))
  app.get('/_sandbox/console/:name', (c) => {
    const found = fragment(c.req.param('name'), world, shops, origin(c), c.req.query('shop'))
    if (found === null) throw new ControlError(404, 'no such part of the page')
    return c.html(found)
  })
}
