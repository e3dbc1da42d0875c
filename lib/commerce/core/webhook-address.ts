import { parsePublicId, publicId } from '@/lib/kernel/public-id'

/**
 * The last part of a store's webhook address: `tn_....sto_...`. It names the tenant so that the secret can be found; the
 * signature made with that secret, not the address, is what proves the store.
 */
export function webhookAddress(store: { tenant_id: string; store_id: string }): string {
  return `${publicId('tenant', store.tenant_id)}.${publicId('store', store.store_id)}`
}

export function parseWebhookAddress(text: string): { tenant_id: string; store_id: string } | null {
  const [tenant = '', store = '', ...rest] = text.split('.')
  const tenant_id = parsePublicId('tenant', tenant)
  const store_id = parsePublicId('store', store)
  return tenant_id === null || store_id === null || rest.length > 0 ? null : { tenant_id, store_id }
}
