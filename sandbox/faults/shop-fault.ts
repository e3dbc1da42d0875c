import type { Context } from 'hono'
import type { World } from '../core/world'
import { breakConnection, hold } from './break-connection'
import { faultRulesOf } from './fault-part'

/** `before` replaces the answer without executing; `after` replaces it once the request was executed. */
export interface ShopFault {
  before?: Response
  after?: () => Promise<Response>
}

const messages: Record<number, string> = {
  429: 'Too many requests.',
  500: 'There has been a critical error on this website.',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
}

/** What goes wrong with this request to a demo shop, if anything. Rules name shops by path (`/shops/<slug>/...`). */
export async function shopFault(world: World, c: Context): Promise<ShopFault | null> {
  const rule = faultRulesOf(world).take({ method: c.req.method, path: c.req.path, account: c.req.param('slug') ?? '', livemode: true })
  if (!rule) return null
  if (rule.kind === 'timeout_before') return { before: await breakConnection(c, rule.hold_ms) }
  if (rule.kind === 'timeout_after') return { after: () => breakConnection(c, rule.hold_ms) }
  if (rule.kind === 'latency') {
    await hold(rule.hold_ms)
    return null
  }
  const status = rule.status ?? 500
  const answer = async (): Promise<Response> => {
    await hold(rule.hold_ms)
    const body = { code: rule.code ?? 'internal_server_error', message: messages[status] ?? 'Something went wrong.', data: { status } }
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
  }
  return rule.after_effect ? { after: answer } : { before: await answer() }
}
