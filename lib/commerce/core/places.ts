/** Where the sealed texts of a store are bound to: they open nowhere else. */
export function credentialsPlace(store: { tenant_id: string; store_id: string }): string {
  return `${store.tenant_id}/store_connection/${store.store_id}/credentials`
}

export function webhookSecretPlace(store: { tenant_id: string; store_id: string }): string {
  return `${store.tenant_id}/store_connection/${store.store_id}/webhook_secret`
}
