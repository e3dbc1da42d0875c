import { config } from '@/lib/config/config'
import { Fault } from '@/lib/kernel/fault'
import { comesFromUs } from './core/same-origin'

/** @throws Fault `foreign_origin` 403 for a change with a cookie that none of our own pages asked for. */
export function refuseForeignOrigin(request: Request): void {
  const { origin } = config()
  if (comesFromUs(request, origin)) return
  throw new Fault('foreign_origin', 403, 'This request did not come from our own pages.', {
    remedy: `Open ${origin} and repeat what you did there. Backends use an API key.`,
  })
}
