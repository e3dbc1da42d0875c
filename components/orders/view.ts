import type { MoneyView } from '@/components/money/view'
import type { LineView, NamedLink } from '@/components/payments/view'
import type { TimelineEntry } from '@/components/timeline/view'

/** One row of the orders list. */
export type OrderRow = {
  /** `ord_...` */
  id: string
  href: string
  /** Display number, as the store shows it: "#1043". */
  number: string
  customer: string | null
  store: string
  /** The store's own word: "processing", "on-hold". */
  storeStatus: string
  /** A key of `orderWords`. */
  payment: string
  /** Null when the store's figure could not be taken exactly; `totalText` is what it said. */
  total: MoneyView | null
  totalText: string
  /** What is linked to it. */
  matched: MoneyView
  placedAt: string | null
  readAt: string
  /** Why it needs a look, in words. */
  problem: string | null
}

/** A checkout attempt of an order. */
export type AttemptView = {
  id: string
  /** A key of `attemptWords`. */
  state: string
  amount: MoneyView
  at: string
  sessionId: string | null
  reason?: string
}

/** A payment of an order, ours or what the store claims. */
export type OrderPaymentView = {
  id: string
  href: string
  status: string
  match: string | null
  amount: MoneyView
  /** What of it is linked to this order. */
  matched: MoneyView
  at: string
}

/** Something done in the store as a consequence. */
export type WriteBackView = {
  id: string
  what: string
  /** A key of `effectWords`. */ state: string
  at: string
  detail?: string
}

/** All that one order's screen shows. */
export type OrderDetailView = {
  id: string
  number: string
  externalId: string
  storeHref: string | null
  store: NamedLink
  customer: { name: string | null; email: string | null }
  storeStatus: string
  storePaymentMethod: string | null
  payment: string
  total: MoneyView | null
  totalText: string
  matched: MoneyView
  placedAt: string | null
  paidAt: string | null
  readAt: string
  revision: number
  problem: string | null
  lines: ReadonlyArray<LineView>
  payments: ReadonlyArray<OrderPaymentView>
  attempts: ReadonlyArray<AttemptView>
  /** Payments that the store itself says paid the order. */
  claims: ReadonlyArray<{ reference: string; gateway: string | null; at: string | null }>
  writeBacks: ReadonlyArray<WriteBackView>
  timeline: ReadonlyArray<TimelineEntry>
}
