import { Fault } from '@/lib/kernel/fault'
import type { Mode } from '@/lib/kernel/mode'
import type { Refusal } from './core/order-to-charge'

/** Also for a store of another tenant: the two must look the same. */
export function storeUnknown(): Fault {
  return new Fault('store_not_found', 404, 'There is no such store.', { field: 'store', remedy: 'Use the id of one of your stores (sto_...).' })
}

export function modesDiffer(store: Mode, key: Mode): Fault {
  return new Fault('mode_mismatch', 409, `This is a ${store} store, but the API key is for ${key} mode.`, {
    field: 'store',
    remedy: `Use a ${store} API key, or a ${key} store.`,
  })
}

export function storeClosed(): Fault {
  return new Fault('store_not_active', 409, 'This store is switched off.', { field: 'store', remedy: 'Switch it on under Stores.' })
}

export function orderUnknown(): Fault {
  return new Fault('order_not_found', 404, 'There is no such order in this store.', { field: 'order', remedy: 'Check the id of the order.' })
}

export function orderRefused(refusal: Refusal): Fault {
  return new Fault(refusal.code, refusal.code === 'order_deleted' ? 404 : 409, refusal.message, { field: 'order', remedy: refusal.remedy })
}

export function orderPaid(): Fault {
  return new Fault('order_paid', 409, 'This order is already paid.', { field: 'order', remedy: 'Nothing is to be done.' })
}

export function orderProcessing(): Fault {
  return new Fault('order_processing', 409, 'A payment of this order is on its way.', { field: 'order', remedy: 'Wait until it is confirmed or has failed.' })
}

export function returnUrlRefused(why: string, remedy: string): Fault {
  return new Fault('return_url_refused', 422, `The return_url ${why}.`, { field: 'return_url', remedy })
}

export function publishableKeyMissing(mode: Mode): Fault {
  return new Fault('publishable_key_missing', 500, `No Stripe publishable key for ${mode} mode is configured.`, {
    remedy: `Set STRIPE_${mode.toUpperCase()}_PUBLISHABLE_KEY, or enter it with the connection.`,
  })
}

/** Somebody else is making the session, or one that was cut off may still come into being. */
export function checkoutInProgress(): Fault {
  return new Fault('checkout_in_progress', 409, 'A checkout of this order is being made at this moment.', {
    remedy: 'Send the request again in a few seconds.',
    retryable: true,
  })
}

export function checkoutUnknown(): Fault {
  return new Fault('checkout_not_found', 404, 'There is no such checkout.', { remedy: 'Use the id that the request to make it answered (att_...).' })
}

/** One answer for every link that opens nothing. */
export function payLinkUnknown(): Fault {
  return new Fault('pay_link_unknown', 404, 'This payment link does not exist.', { remedy: 'Ask the store for a new link.' })
}

export function sessionTotalDiffers(): Fault {
  return new Fault('session_total_differs', 502, 'Stripe made a session for another total than the order has; it was ended at once.', {
    remedy: 'Try again, and tell us if it stays.',
  })
}
