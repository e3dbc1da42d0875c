import type { PayOutcome } from '@/lib/checkout/core/pay-outcome'
import type { MoneyView } from '@/components/money/view'

export type { PayOutcome }

/** What the payer buys and from whom. `lines` null when they cannot be shown next to this total. */
export type PayOrderView = {
  store: string
  /** The store's own site, or null. */
  store_url: string | null
  number: string
  total: MoneyView
  lines: PayLineView[] | null
}

export type PayLineView = { kind: string; name: string; quantity: string; total: MoneyView }

/** Which money this is: real, a test's, or the sandbox's. */
export type PayMoney = 'live' | 'test' | 'sandbox'

/** What the browser needs to show Stripe's form. `script_url` null: Stripe's own script. */
export type PaySessionView = {
  id: string
  client_secret: string
  publishable_key: string
  account: string | null
  script_url: string | null
}
