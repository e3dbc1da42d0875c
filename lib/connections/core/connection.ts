import type { Mode } from '@/lib/kernel/mode'

/** A tenant's link to one Stripe account in one mode: a connected account of the platform, or the merchant's own by restricted keys. */
export type Connection = {
  tenant_id: string
  id: string
  mode: Mode
  kind: 'connect' | 'own'
  account_id: string
  name: string
  country: string
  default_currency: string
  state: 'active' | 'revoked'
  publishable_key: string | null
  keys_sealed: string | null
  created_at: Date
  revoked_at: Date | null
}
