import { Fault } from '@/lib/kernel/fault'

export function orderNotFound(externalId: string): Fault {
  return new Fault('order_not_found', 404, `The store has no order ${externalId}.`, {
    field: 'order',
    remedy: 'Check the id of the order (not its display number).',
  })
}

export function storeNotFound(): Fault {
  return new Fault('store_not_found', 404, 'There is no such store in this mode.', {
    field: 'store',
    remedy: 'Check the id of the store and whether it is a live or a test store.',
  })
}

/** Does a failure speak about the store as a whole, rather than about one order? Then it counts for the breaker, and what is to be told waits for days. */
export function isOutage(fault: { code: string; retryable: boolean }): boolean {
  if (fault.code === 'store_credentials_refused') return true
  return fault.retryable && /^(outbound|store)_/.test(fault.code) && !['outbound_too_late', 'store_not_marked_paid', 'store_note_not_kept'].includes(fault.code)
}
