import type { MoneyView } from '@/components/money/view'
import type { HopState } from '@/components/state/words'

/** The stations of a trail, always in this order. */
export const trailKinds = ['store', 'order', 'attempt', 'session', 'payment', 'charge', 'balance', 'payout'] as const
export type TrailKind = (typeof trailKinds)[number]

/** How two neighbouring stations hang together, and why we think so. */
export type TrailLink = {
  state: HopState
  /** A full sentence: "Metadata and amount agree." */
  evidence: string
  /** Name of the rule that decided, if one did. */
  rule?: string
  /** Stripe's event that proved it. */
  eventId?: string
  /** When it was proven, ISO. */
  at?: string
}

/** One station. `link` joins it to the station before; the first has none. */
export type TrailNode = {
  kind: TrailKind
  /** What people call it: "#1043", "Nordlicht Living". Without it the station is empty. */
  label?: string
  /** Its id at Stripe or in the store; copied with a click. */
  id?: string
  href?: string
  amount?: MoneyView
  /** ISO. */
  at?: string
  /** A few words instead of an amount: "expected 24 Nov", "not made here". */
  note?: string
  link: TrailLink | null
}

/** A whole trail in order. `summary` says in a sentence how far the payment is explained. */
export type TrailView = { nodes: ReadonlyArray<TrailNode>; summary?: string }

/** The trail of a row in a list: one state per station. The first stands for the store itself. */
export type TrailDotsView = ReadonlyArray<HopState>
