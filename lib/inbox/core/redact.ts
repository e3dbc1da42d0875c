/** Stands where something was hidden, so that a reader sees that there was something. */
export const hidden = '[hidden]'

/** Names whose value is a person's, a bank's or a secret, wherever they stand in an object. */
const privateName = new RegExp(
  `(^|[._])(${[
    'secret',
    'email',
    'name',
    'phone',
    'address',
    'line1',
    'line2',
    'city',
    'postal_code',
    'zip',
    'town',
    'fingerprint',
    'iban',
    'bic',
    'swift',
    'routing_number',
    'account_number',
    'sort_code',
    'bsb_number',
    'institution_number',
    'transit_number',
    'branch_code',
    'bank_code',
    'clabe',
    'tax_id',
    'vat_number',
    'ssn',
    'ssn_last_4',
    'id_number',
    'dob',
    'birthdate',
    'ip',
    'user_agent',
    'signature',
    'cashtag',
    'payer_id',
    'buyer_id',
    'owner',
    'iban_last4',
    'tax_ids',
    'custom_fields',
    'mandate_url',
    'receipt_url',
    'hosted_invoice_url',
    'invoice_pdf',
    'hosted_instructions_url',
    'hosted_voucher_url',
    'success_url',
    'cancel_url',
    'return_url',
    'redirect_to_url',
    'cvc',
    'number',
    'password',
    'token',
  ].join('|')})$`,
)

/** Names that the rule above would take, and that say nothing of a person. */
const openNames = new Set(['event_name', 'display_number', 'order_number', 'receipt_number', 'number_of_items', 'tracking_number', 'has_evidence', 'is_token'])

/** Facts of a hidden part that name nobody. */
const openInside = new Set(['object', 'country', 'type', 'due_by', 'has_evidence', 'past_due', 'submission_count', 'status', 'verified'])

/** Objects whose every text is a person's, whatever its name. */
const privateObjects = new Set([
  'customer_details',
  'billing_details',
  'shipping',
  'shipping_details',
  'individual',
  'person',
  'company',
  'evidence',
  'owner',
  'payer_details',
  'collected_information',
  'bank_transfer',
  'external_account',
  'external_accounts',
  'requester',
  'beneficiary',
])

const secretValue = /(_secret_[A-Za-z0-9]+|\b(sk|rk|ek)_(live|test)_[A-Za-z0-9]+|\bwhsec_[A-Za-z0-9]+)/
const emailValue = /[^\s@"'<>]+@[^\s@"'<>]+\.[^\s@"'<>]{2,}/
const ibanValue = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b/
const cardValue = /(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])/

/**
 * An event's JSON as people may see it: secrets, e-mail, names, addresses, phone numbers, fingerprints, bank details and
 * what was typed into fields are hidden; ids, amounts, states, countries, card brands and last four digits stay. Judged by
 * name first, then by what a text looks like, so that a field that Stripe adds or a label that a shop fills is caught too.
 */
export function redactEvent(value: unknown): unknown {
  return redact(value, '', false)
}

function redact(value: unknown, name: string, inPrivate: boolean): unknown {
  if (value === null || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map((item) => redact(item, name, inPrivate))
  if (typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const open = inPrivate && openInside.has(key)
        return [key, redact(item, key, !open && (inPrivate || privateObjects.has(key) || isPrivateName(key)))]
      }),
    )
  if (inPrivate || isPrivateName(name)) return hidden
  if (typeof value === 'string') return redactText(value)
  return value
}

function isPrivateName(name: string): boolean {
  return !openNames.has(name) && privateName.test(name)
}

/** A text that is no id: what looks like a secret, an e-mail address, an IBAN or a card number is hidden whole. */
function redactText(text: string): string {
  if (secretValue.test(text) || emailValue.test(text)) return hidden
  if (/^[a-z]{2,10}_[A-Za-z0-9_]+$/.test(text)) return text
  if (ibanValue.test(text) || (cardValue.test(text) && (text.match(new RegExp(cardValue, 'g')) ?? []).some(isCardNumber))) return hidden
  return text
}

/** The Luhn check of ISO/IEC 7812-1. */
function isCardNumber(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].reverse().map(Number)
  const sum = digits.reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2), 0)
  return sum % 10 === 0
}
