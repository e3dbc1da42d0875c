import { DECLINES, type Decline } from './declines'

/** What happens to payments with a test card (docs.stripe.com/testing). */
export interface CardBehaviour {
  readonly brand: string
  readonly country: string
  readonly funding: 'credit' | 'debit' | 'prepaid'
  /** `always`: each payment is authenticated; `unless_off_session`: already set up for off-session use; `errors`: authenticating fails. */
  readonly three_d_secure: 'never' | 'always' | 'unless_off_session' | 'errors'
  /** The bank's answer (after 3-D Secure if there is one). */
  readonly decline: Decline | null
  readonly dispute: 'fraudulent' | 'product_not_received' | 'inquiry' | 'early_fraud_warning' | null
  readonly refund: 'succeeds' | 'pending' | 'fails_later'
  readonly available_at_once: boolean
  readonly risk_level: 'normal' | 'elevated' | 'highest'
}

const GOOD: CardBehaviour = {
  brand: 'visa',
  country: 'US',
  funding: 'credit',
  three_d_secure: 'never',
  decline: null,
  dispute: null,
  refund: 'succeeds',
  available_at_once: false,
  risk_level: 'normal',
}

const declines = (decline: Decline): CardBehaviour => ({ ...GOOD, decline })

/** By card number. */
const CARDS: Readonly<Record<string, CardBehaviour>> = {
  '4242424242424242': GOOD,
  '4000056655665556': { ...GOOD, funding: 'debit' },
  '5555555555554444': { ...GOOD, brand: 'mastercard' },
  '2223003122003222': { ...GOOD, brand: 'mastercard' },
  '5200828282828210': { ...GOOD, brand: 'mastercard', funding: 'debit' },
  '5105105105105100': { ...GOOD, brand: 'mastercard', funding: 'prepaid' },
  '378282246310005': { ...GOOD, brand: 'amex' },
  '371449635398431': { ...GOOD, brand: 'amex' },
  '6011111111111117': { ...GOOD, brand: 'discover' },
  '3056930009020004': { ...GOOD, brand: 'diners' },
  '3566002020360505': { ...GOOD, brand: 'jcb', country: 'JP' },
  '6200000000000005': { ...GOOD, brand: 'unionpay', country: 'CN' },
  '4000000760000002': { ...GOOD, country: 'BR' },
  '4000001240000000': { ...GOOD, country: 'CA' },
  '4000002500000003': { ...GOOD, country: 'FR' },
  '4000002760000016': { ...GOOD, country: 'DE' },
  '4000003920000003': { ...GOOD, country: 'JP' },
  '4000008260000000': { ...GOOD, country: 'GB' },
  '4000000000000077': { ...GOOD, available_at_once: true },

  '4000000000000002': declines(DECLINES.generic),
  '4000000000009995': declines(DECLINES.insufficient_funds),
  '4000000000009987': declines(DECLINES.lost_card),
  '4000000000009979': declines(DECLINES.stolen_card),
  '4000000000000069': declines(DECLINES.expired_card),
  '4000000000000127': declines(DECLINES.incorrect_cvc),
  '4000000000000119': declines(DECLINES.processing_error),
  '4000000000006975': declines(DECLINES.velocity),
  '4000000000000341': declines(DECLINES.generic),

  '4000002500003155': { ...GOOD, three_d_secure: 'always', country: 'FR' },
  '4000002760003184': { ...GOOD, three_d_secure: 'always', country: 'DE' },
  '4000003800000446': { ...GOOD, three_d_secure: 'unless_off_session', country: 'IT' },
  '4000008260003178': { ...declines(DECLINES.insufficient_funds), three_d_secure: 'always', country: 'GB' },
  '4000008400001629': { ...declines(DECLINES.generic), three_d_secure: 'always' },
  '4000008400001280': { ...GOOD, three_d_secure: 'errors' },
  '4000000000003097': GOOD,
  '4000000000003220': { ...GOOD, three_d_secure: 'always' },
  '4000000000003055': GOOD,

  '4000000000000259': { ...GOOD, dispute: 'fraudulent' },
  '4000000000002685': { ...GOOD, dispute: 'product_not_received' },
  '4000000000001976': { ...GOOD, dispute: 'inquiry' },
  '4000000000005423': { ...GOOD, dispute: 'early_fraud_warning' },
  '4000000000007726': { ...GOOD, refund: 'pending' },
  '4000000000005126': { ...GOOD, refund: 'fails_later' },
  '4100000000000019': { ...declines(DECLINES.fraudulent), risk_level: 'highest' },
  '4000000000004954': { ...declines(DECLINES.fraudulent), risk_level: 'highest' },
  '4000000000009235': { ...GOOD, risk_level: 'elevated' },
}

/** `pm_card_...` ids that stand for a card. */
export const CARD_TOKENS: Readonly<Record<string, string>> = {
  pm_card_visa: '4242424242424242',
  pm_card_visa_debit: '4000056655665556',
  pm_card_mastercard: '5555555555554444',
  pm_card_amex: '378282246310005',
  pm_card_discover: '6011111111111117',
  pm_card_jp: '4000003920000003',
  pm_card_gb: '4000008260000000',
  pm_card_de: '4000002760000016',
  pm_card_fr: '4000002500000003',
  pm_card_bypassPending: '4000000000000077',
  pm_card_visa_chargeDeclined: '4000000000000002',
  pm_card_chargeDeclined: '4000000000000002',
  pm_card_visa_chargeDeclinedInsufficientFunds: '4000000000009995',
  pm_card_chargeDeclinedInsufficientFunds: '4000000000009995',
  pm_card_visa_chargeDeclinedLostCard: '4000000000009987',
  pm_card_visa_chargeDeclinedStolenCard: '4000000000009979',
  pm_card_chargeDeclinedExpiredCard: '4000000000000069',
  pm_card_chargeDeclinedIncorrectCvc: '4000000000000127',
  pm_card_chargeDeclinedProcessingError: '4000000000000119',
  pm_card_chargeCustomerFail: '4000000000000341',
  pm_card_authenticationRequired: '4000002500003155',
  pm_card_authenticationRequiredOnSetup: '4000002760003184',
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: '4000008260003178',
  pm_card_threeDSecure2Required: '4000000000003220',
  pm_card_threeDSecureOptional: '4000000000003055',
  pm_card_createDispute: '4000000000000259',
  pm_card_createDisputeProductNotReceived: '4000000000002685',
  pm_card_createDisputeInquiry: '4000000000001976',
  pm_card_createIssuerFraudRecord: '4000000000005423',
  pm_card_pendingRefund: '4000000000007726',
  pm_card_refundFail: '4000000000005126',
  pm_card_radarBlock: '4100000000000019',
  pm_card_riskLevelElevated: '4000000000009235',
}

/** A number that is no test card is declined, as Stripe does in test mode; brand from its first digit. */
export function cardBehaviour(number: string): CardBehaviour {
  const known = CARDS[number]
  if (known !== undefined) return known
  const brand = { '4': 'visa', '5': 'mastercard', '2': 'mastercard', '3': 'amex', '6': 'discover' }[number.charAt(0)] ?? 'unknown'
  return { ...declines(DECLINES.not_a_test_card), brand }
}

/** What may be kept of a number: test cards whole, of any other (it might be somebody's) only the first digit. */
export function storedNumber(number: string): string {
  return number in CARDS ? number : number.charAt(0)
}

/** The Luhn check of a card number. */
export function luhn(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false
  let sum = 0
  for (let at = 0; at < number.length; at++) {
    const digit = Number(number.charAt(number.length - 1 - at))
    const doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2
    sum += at % 2 === 1 ? doubled : digit
  }
  return sum % 10 === 0
}
