import type { Mode } from '@/lib/kernel/mode'

/** A store with how it is reached. */
export type StoreRow = {
  tenant_id: string
  store_id: string
  mode: Mode
  name: string
  platform: string
  state: string
  connection_id: string
  currency: string
  time_zone: string
  hosts: string[]
  created_at: Date
  base_url: string
  credentials_sealed: string
  webhook_secret_sealed: string | null
  write_back: boolean
  sync_from: Date | null
  last_sync_at: Date | null
  last_webhook_at: Date | null
  next_sync_at: Date | null
  last_error: string | null
  last_error_at: Date | null
  failures_in_a_row: number
  paused_until: Date | null
}
