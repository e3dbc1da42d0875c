import type { MethodView } from './view'

const METHODS: Readonly<Record<string, string>> = {
  acss_debit: 'Pre-authorised debit',
  affirm: 'Affirm',
  afterpay_clearpay: 'Afterpay',
  alipay: 'Alipay',
  amazon_pay: 'Amazon Pay',
  au_becs_debit: 'BECS debit',
  bacs_debit: 'Bacs debit',
  bancontact: 'Bancontact',
  blik: 'BLIK',
  card: 'Card',
  cashapp: 'Cash App',
  customer_balance: 'Bank transfer',
  eps: 'EPS',
  ideal: 'iDEAL',
  klarna: 'Klarna',
  konbini: 'Konbini',
  link: 'Link',
  p24: 'Przelewy24',
  paypal: 'PayPal',
  sepa_debit: 'SEPA debit',
  twint: 'TWINT',
  us_bank_account: 'US bank account',
  wechat_pay: 'WeChat Pay',
}

const BRANDS: Readonly<Record<string, string>> = {
  amex: 'Amex',
  cartes_bancaires: 'Cartes Bancaires',
  diners: 'Diners',
  discover: 'Discover',
  eftpos_au: 'eftpos',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
}

/** `Visa 4242`, `SEPA debit 3000`; a type we do not know is shown as Stripe calls it. */
export function methodText(method: MethodView): string {
  const name =
    method.type === 'card' && method.brand != null && method.brand !== ''
      ? (BRANDS[method.brand] ?? method.brand)
      : (METHODS[method.type] ?? method.type.replaceAll('_', ' '))
  return method.last4 == null || method.last4 === '' ? name : `${name} ${method.last4}`
}

/** How the customer paid, with the last four digits where there are any. */
export function Method({ of }: { of: MethodView | null }) {
  if (of === null) return <span className="text-soft">–</span>
  const text = methodText(of)
  const digits = of.last4 == null || of.last4 === '' ? null : of.last4
  return (
    <span className="whitespace-nowrap text-soft">
      {digits === null ? text : text.slice(0, -digits.length).trimEnd()}
      {digits !== null && (
        <span className="figures ml-1.5">
          <span aria-hidden="true" className="mr-0.5 text-faint">
            ••
          </span>
          <span className="sr-only">ending in </span>
          {digits}
        </span>
      )}
    </span>
  )
}
