import type { TrailKind } from './view'

/** What a station is called, and what it stands for. */
export const stationNames: Readonly<Record<TrailKind, { name: string; meaning: string }>> = {
  store: { name: 'Store', meaning: 'The storefront where the customer bought.' },
  order: { name: 'Order', meaning: 'The order in that store, as last read from it.' },
  attempt: { name: 'Attempt', meaning: 'Our intent to collect the order’s money, stored before Stripe was asked.' },
  session: { name: 'Session', meaning: 'Stripe’s Checkout Session in which the customer paid.' },
  payment: { name: 'Payment', meaning: 'Stripe’s PaymentIntent: the money asked for, however many tries it took.' },
  charge: { name: 'Charge', meaning: 'The try that went through.' },
  balance: { name: 'Balance', meaning: 'The balance transaction: what came in, the fee, and what is left.' },
  payout: { name: 'Payout', meaning: 'The transfer to the bank account in which the money left.' },
}
