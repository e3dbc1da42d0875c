import type { NamedLink } from '@/components/payments/view'
import type { Tone } from '@/components/ui/tone'

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
  /** What Stripe said that the account may do when it was read last; null until then. */
  allowed: { charges: boolean; payouts: boolean; reason: string | null } | null
  /** A key of `healthWords`. */
  health: string
  connectedAt: string
  revokedAt: string | null
  stores: ReadonlyArray<NamedLink>
  hearing: HearingView
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

/** One bar of the chart: deliveries of an hour or a day by what became of them. */
export type HeardBar = { at: string; applied: number; ignored: number; setAside: number }

/** A way in for deliveries. */
export type EndpointView = {
  id: string
  url: string
  /** Of this account alone, or shared by all connected accounts. */
  own: boolean
  state: { label: string; tone: Tone; sentence: string }
  apiVersion: string
  /** False when events come in another version than ours. */
  ours: boolean
  /** Two secrets hold while one is being replaced: until when the former one does. */
  formerSecretUntil: string | null
  refused: { count: number; at: string; reason: string; todo: string } | null
}

/** How well an account is heard. */
export type HearingView = {
  verdict: { tone: Tone; title: string; text: string }
  lastAt: string | null
  lastAppliedAt: string | null
  /** The chart's bars are hours or days. */
  unit: 'hour' | 'day'
  bars: ReadonlyArray<HeardBar>
  spans: ReadonlyArray<{ href: string; label: string; current: boolean }>
  figures: ReadonlyArray<{ label: string; value: string; note?: string; href?: string; meaning: string; tone?: Tone }>
  endpoints: ReadonlyArray<EndpointView>
  /** What was set aside and stays so, by reason. */
  setAside: ReadonlyArray<{ label: string; sentence: string; count: number; at: string; href: string | null }>
}
