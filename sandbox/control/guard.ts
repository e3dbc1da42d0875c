import type { Context, Next } from 'hono'
import { ControlError } from './control-reply'

/**
 * Keeps web pages of other sites away: a browser on this machine can reach the sandbox, and a page it
 * shows could post to it. Changes need a JSON body (so that a foreign page would need CORS, which is
 * not given) and, where the browser says where it comes from, the sandbox's own origin.
 */
export async function guard(c: Context, next: Next): Promise<void> {
  const changing = c.req.method !== 'GET' && c.req.method !== 'HEAD'
  const origin = c.req.header('origin')
  if (changing && origin !== undefined && origin !== new URL(c.req.url).origin) {
    throw new ControlError(403, `requests from ${origin} are not taken`)
  }
  const type = c.req.header('content-type')
  if (changing && type !== undefined && !type.startsWith('application/json')) {
    throw new ControlError(415, 'send application/json')
  }
  await next()
}
