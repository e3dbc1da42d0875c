import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** Wall time passing, as a slow peer would let it pass. */
export function hold(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms).unref())
}

/** Says nothing for `holdMs`, then drops the connection: the caller sees a timeout (its own, if shorter) or a reset. */
export async function breakConnection(c: Context, holdMs: number): Promise<Response> {
  await hold(holdMs)
  ;(c.env as HttpBindings).outgoing.destroy()
  return RESPONSE_ALREADY_SENT
}
