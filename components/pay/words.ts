/** How long a delayed method takes, in words; by Stripe's name of the method. Source: docs.stripe.com/payments, each method's page. */
const settlesIn: Readonly<Record<string, string>> = {
  us_bank_account: 'A bank debit usually takes up to 4 business days.',
  sepa_debit: 'A SEPA debit usually takes up to 6 business days.',
  bacs_debit: 'A Bacs debit usually takes up to 4 business days.',
  acss_debit: 'A pre-authorised debit usually takes up to 5 business days.',
  au_becs_debit: 'A BECS debit usually takes up to 3 business days.',
  nz_bank_account: 'A bank debit usually takes up to 3 business days.',
  boleto: 'A boleto is usually confirmed on the next business day after you pay it.',
  konbini: 'A payment in a shop is usually confirmed within minutes after you pay there.',
  oxxo: 'An OXXO voucher is usually confirmed on the next business day after you pay it.',
  multibanco: 'A Multibanco payment is usually confirmed within a day after you pay it.',
  customer_balance: 'A bank transfer usually takes 1 to 3 business days.',
}

export function settlesWhen(method: string | null): string {
  return (method !== null ? settlesIn[method] : undefined) ?? 'This way to pay can take a few business days.'
}

/** Why a try was declined, calmly; by Stripe's decline code or error code (docs.stripe.com/declines/codes). */
const declines: Readonly<Record<string, string>> = {
  insufficient_funds: 'There is not enough money on the account behind this card.',
  expired_card: 'The card has expired.',
  incorrect_cvc: 'The security code of the card was not right.',
  invalid_cvc: 'The security code of the card was not right.',
  incorrect_number: 'The card number was not right.',
  invalid_number: 'The card number was not right.',
  processing_error: 'The bank had a problem while handling the payment.',
  payment_intent_authentication_failure: 'Your bank could not confirm that it was you.',
  authentication_required: 'Your bank wants you to confirm the payment.',
  card_velocity_exceeded: 'The card has reached a limit of its bank.',
  card_not_supported: 'The card does not support this kind of payment.',
  currency_not_supported: 'The card does not support this currency.',
}

export function declinedBecause(code: string | null): string | null {
  if (code === null) return null
  return declines[code] ?? 'The bank declined the payment without a reason it wants to share.'
}

/** Why no new link could be made; by our own code. */
const problems: Readonly<Record<string, string>> = {
  order_paid: 'This order has been paid meanwhile.',
  order_processing: 'Another payment of this order is already on its way.',
  order_cancelled: 'The store has cancelled this order.',
  order_deleted: 'The store no longer has this order.',
  nothing_to_pay: 'There is nothing left to pay.',
}

export function problemSaid(code: string): string {
  return problems[code] ?? 'A new payment could not be started just now. Please try again in a minute.'
}
