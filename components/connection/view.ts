import type { NamedLink } from '@/components/payments/view'

/** A Stripe account in one mode, and how well we hear and read it. */
export type ConnectionView = {
  /** `con_...` */
  id: string
  name: string
  accountId: string
  kind: 'connect' | 'own'
  mode: 'live' | 'test'
  country: string
  currency: string
  /** A key of `healthWords`. */
  health: string
  connectedAt: string
  revokedAt: string | null
  stores: ReadonlyArray<NamedLink>
  /** Null when no endpoint is registered: nothing can be heard. */
  hearing: {
    url: string
    apiVersion: string
    lastReceivedAt: string | null
    rejected: { count: number; at: string; reason: string } | null
    /** Of the last 24 hours. */
    events: { applied: number; ignored: number; quarantined: number; href?: string }
  } | null
  /** What is read from Stripe on a schedule: "Balance transactions". */
  reading: ReadonlyArray<{ what: string; lastAt: string | null; error: string | null }>
  /** The keys that this connection's work needs, and whether they are there. */
  keys: ReadonlyArray<{
    job: string
    /** `rk_live_…a1b2`, never the whole key */ hint: string | null
    present: boolean
    meaning: string
  }>
}
