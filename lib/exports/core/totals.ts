/** Sums of a file, to check a copy against: minor units as decimal text, one entry per currency, never added up. */
export type ControlTotals = {
  /** In the currency that was charged. */
  presentment: { currency: string; payments: number; taken: string; refunded: string }[]
  /** In the currency of the balance, of the payments whose fee is known. */
  settlement: { currency: string; payments: number; gross: string; fee: string; net: string }[]
}
