/**
 * Tables without row level security by tenant, each with the reason. Everything else is a tenant's, has tenant_id and a
 * forced policy; the catalog test fails for a table that is neither.
 */
export const globalTables: Readonly<Record<string, string>> = {
  tenant: 'the tenants themselves: their id is the tenant id; the app role sees the row of the tenant that is set',
  user: 'people sign in before any tenant is known, and may be members of several',
  session: 'the cookie names a session before any tenant is known',
  membership: 'leads from a person to tenants, so it is asked before one is chosen; the app role only reads it',
  sign_in_throttle: 'counts failures of people and addresses that may not exist; holds keyed hashes alone',
  webhook_endpoint: 'a delivery names its endpoint before any tenant is known; secrets are sealed',
  stripe_account: 'Stripe account and mode to tenant: the question is which tenant; not readable by the app role',
  inbox_lease: 'which worker folds a bucket of all tenants; not readable by the app role',
  worker_heartbeat: 'signs of life of processes, no data of tenants',
  _prisma_migrations: 'the schema itself',
}
