/** How a bank debit ends. */
export interface DebitBehaviour {
  readonly outcome: 'succeeds' | 'fails' | 'stays_processing' | 'succeeds_then_disputed' | 'refused'
  /** At least this long until it ends. */
  readonly min_seconds: number
  readonly failure_code: string | null
  readonly failure_message: string | null
}

const SUCCEEDS: DebitBehaviour = { outcome: 'succeeds', min_seconds: 0, failure_code: null, failure_message: null }

function fails(failure_code: string, failure_message: string): DebitBehaviour {
  return { outcome: 'fails', min_seconds: 0, failure_code, failure_message }
}

/** US bank accounts by account number, routing number 110000000 (docs.stripe.com/payments/ach-direct-debit/accept-a-payment). */
const US_ACCOUNTS: Readonly<Record<string, DebitBehaviour>> = {
  '000123456789': SUCCEEDS,
  '000111111113': fails('account_closed', "The customer's bank account has been closed."),
  '000111111116': fails('no_account', "The customer's bank account could not be located."),
  '000222222227': fails('insufficient_funds', "The customer's account has insufficient funds to cover this payment."),
  '000333333335': fails('debit_not_authorized', 'The customer has notified their bank that this payment was unauthorized.'),
  '000444444440': fails('invalid_currency', 'The bank was unable to process this payment because of its currency.'),
  '000555555559': { ...SUCCEEDS, outcome: 'succeeds_then_disputed' },
  '000000000009': { ...SUCCEEDS, outcome: 'stays_processing' },
  '000777777771': {
    outcome: 'refused',
    min_seconds: 0,
    failure_code: 'charge_exceeds_weekly_limit',
    failure_message: 'This payment exceeds the weekly limit for ACH Direct Debit transactions.',
  },
}

/** SEPA accounts by IBAN (docs.stripe.com/payments/sepa-debit/accept-a-payment). */
const IBANS: Readonly<Record<string, DebitBehaviour>> = {
  AT611904300234573201: SUCCEEDS,
  DE89370400440532013000: SUCCEEDS,
  FR1420041010050500013M02606: SUCCEEDS,
  NL39RABO0300065264: SUCCEEDS,
  AT321904300235473204: { ...SUCCEEDS, min_seconds: 180 },
  AT861904300235473202: fails('generic_decline', 'The payment failed.'),
  AT051904300235473205: { ...fails('generic_decline', 'The payment failed.'), min_seconds: 180 },
  AT591904300235473203: { ...SUCCEEDS, outcome: 'succeeds_then_disputed' },
}

/** Tokens that stand for a bank account. */
export const BANK_TOKENS: Readonly<Record<string, { readonly type: 'us_bank_account' | 'sepa_debit'; readonly number: string }>> = {
  pm_usBankAccount_success: { type: 'us_bank_account', number: '000123456789' },
  pm_usBankAccount_accountClosed: { type: 'us_bank_account', number: '000111111113' },
  pm_usBankAccount_insufficientFunds: { type: 'us_bank_account', number: '000222222227' },
  pm_usBankAccount_processing: { type: 'us_bank_account', number: '000000000009' },
  pm_sepaDebit_success_at: { type: 'sepa_debit', number: 'AT611904300234573201' },
  pm_success_at: { type: 'sepa_debit', number: 'AT611904300234573201' },
}

export function usAccountBehaviour(accountNumber: string): DebitBehaviour | null {
  return US_ACCOUNTS[accountNumber] ?? null
}

export function ibanBehaviour(iban: string): DebitBehaviour | null {
  return IBANS[iban] ?? null
}
