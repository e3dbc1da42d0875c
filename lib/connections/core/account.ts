import type Stripe from 'stripe'

/** What Stripe last said about a connection's account. Times UTC; null until it was read once. */
export type AccountRow = {
  tenant_id: string
  id: string
  charges_enabled: boolean | null
  payouts_enabled: boolean | null
  disabled_reason: string | null
  account_as_of: Date | null
}

/** Accounts are never folded from events, only from reads: the newest read is the word. */
export function foldAccount(row: AccountRow, account: Stripe.Account, asOf: Date): AccountRow {
  if (row.account_as_of !== null && asOf.getTime() < row.account_as_of.getTime()) return row
  return {
    ...row,
    charges_enabled: account.charges_enabled ?? null,
    payouts_enabled: account.payouts_enabled ?? null,
    disabled_reason: account.requirements?.disabled_reason ?? null,
    account_as_of: asOf,
  }
}
