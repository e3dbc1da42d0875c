import type { FeeView, MoneyView } from '@/components/money/view'
import type { TimelineEntry } from '@/components/timeline/view'
import type { TrailDotsView, TrailView } from '@/components/trail/view'
import type { Tone } from '@/components/ui/tone'

/** How the customer paid. `type` is Stripe's payment method type. */
export type MethodView = { type: string; brand?: string | null; last4?: string | null }

/** A link to something with a name. Without `href` it is only the name. */
export type NamedLink = { name: string; href?: string }

/** One row of the payments list. All amounts are in the currency they were charged in, except `net` and a known fee. */
export type PaymentRow = {
  /** `pay_...` */
  id: string
  href: string
  stripeId: string
  /** Display number of its order, as the store shows it. */
  order: NamedLink | null
  customer: string | null
  store: string | null
  /** Made by another application on the same Stripe account. */
  foreign: boolean
  /** A key of `paymentWords`. */
  status: string
  /** A key of `matchWords`; null when no money was taken, so that nothing has to be explained. */
  match: string | null
  hops: TrailDotsView
  amount: MoneyView
  refunded: MoneyView | null
  fee: FeeView
  net: MoneyView | null
  method: MethodView | null
  payout: NamedLink | null
  /** ISO */
  createdAt: string
}

/** What one side says of the payment. */
export type Claim = {
  /** In that side's own word, as people read it: "Processing", "Paid". */
  says: string
  tone: Tone
  amount: MoneyView | null
  /** When it said so, ISO. */
  at: string | null
  /** Where it says so: the order note's id, the charge, the rule. */
  reference?: string
  /** A few words when there is no amount: "not asked yet". */
  note?: string
}

/** Store, Stripe and we, side by side. `verdict` is a full sentence. */
export type ClaimsView = { store: Claim | null; stripe: Claim; ours: Claim; agree: 'yes' | 'no' | 'not_yet'; verdict: string }

/** One try to charge. */
export type ChargeView = {
  id: string
  status: string
  amount: MoneyView
  method: MethodView | null
  at: string
  /** Why it was refused, in words. */
  reason?: string
  /** Stripe's code for it. */
  code?: string
}

export type RefundView = { id: string; status: string; amount: MoneyView; at: string; reason?: string; failure?: string }

export type DisputeView = { id: string; status: string; amount: MoneyView; at: string; reason?: string; dueBy?: string | null }

/** A line of the order, as the store wrote it. `total` is null when the store's figure could not be taken exactly. */
export type LineView = {
  name: string
  sku?: string | null
  quantity: string
  kind: string
  total: MoneyView | null
  totalText?: string
}

/** Something about this payment that does not add up. */
export type ProblemView = { id: string; title: string; text: string; amount: MoneyView | null; at: string; href?: string }

/** All that one payment's screen shows. */
export type PaymentDetailView = {
  id: string
  stripeId: string
  status: string
  match: string | null
  amount: MoneyView
  foreign: boolean
  createdAt: string
  customer: { name: string | null; email: string | null }
  store: NamedLink | null
  order: NamedLink | null
  method: MethodView | null
  description: string | null
  /** Stripe's own screen for it, if there is one. */
  stripeHref: string | null
  trail: TrailView
  amounts: {
    authorised: MoneyView
    captured: MoneyView
    refunded: MoneyView
    disputed: MoneyView
    fee: FeeView
    /** After fees, refunds and disputes, in the currency of the balance; null until it is known. */
    net: MoneyView | null
    /** Filled when the balance has another currency than the charge: `1 EUR = 1.0842 USD`. */
    exchange?: string
  }
  claims: ClaimsView
  charges: ReadonlyArray<ChargeView>
  refunds: ReadonlyArray<RefundView>
  disputes: ReadonlyArray<DisputeView>
  lines: ReadonlyArray<LineView>
  orderTotal: MoneyView | null
  problems: ReadonlyArray<ProblemView>
  timeline: ReadonlyArray<TimelineEntry>
}
