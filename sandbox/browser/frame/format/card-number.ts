/** Card brands the element knows; `unknown` while the first digits do not tell. */
export type Brand = 'visa' | 'mastercard' | 'amex' | 'discover' | 'diners' | 'jcb' | 'unionpay' | 'unknown'

type BrandRule = { brand: Brand; name: string; prefix: RegExp; lengths: readonly number[]; groups: readonly number[]; cvc: number }

// Issuer ranges as ISO/IEC 7812 lists publish them. The first match wins, so narrow ranges stand before wide ones.
const RULES: readonly BrandRule[] = [
  { brand: 'amex', name: 'American Express', prefix: /^3[47]/, lengths: [15], groups: [4, 6, 5], cvc: 4 },
  { brand: 'diners', name: 'Diners Club', prefix: /^3(0[0-5]|095|[689])/, lengths: [14, 16], groups: [4, 6, 4], cvc: 3 },
  { brand: 'jcb', name: 'JCB', prefix: /^35(2[89]|[3-8])/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { brand: 'visa', name: 'Visa', prefix: /^4/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { brand: 'mastercard', name: 'Mastercard', prefix: /^(5[1-5]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720))/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { brand: 'discover', name: 'Discover', prefix: /^6(011|4[4-9]|5)/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { brand: 'unionpay', name: 'UnionPay', prefix: /^(62|81)/, lengths: [16, 19], groups: [4, 4, 4, 4, 3], cvc: 3 },
]
const UNKNOWN: BrandRule = { brand: 'unknown', name: 'card', prefix: /^/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 }

/** Length, grouping and security code length that go with the digits typed so far. */
export function brandRule(digits: string): BrandRule {
  return RULES.find((rule) => rule.prefix.test(digits)) ?? UNKNOWN
}

/** Most digits a number with this beginning can have. */
export function longestNumber(digits: string): number {
  return Math.max(...brandRule(digits).lengths)
}

/** "4242424242424242" -> "4242 4242 4242 4242", American Express 4-6-5, Diners 4-6-4. Extra digits are cut. */
export function formatCardNumber(digits: string): string {
  const rule = brandRule(digits)
  const parts: string[] = []
  let rest = digits.slice(0, longestNumber(digits))
  const groups = rule.brand === 'diners' && rest.length > 14 ? [4, 4, 4, 4] : rule.groups
  for (const size of groups) {
    if (rest === '') break
    parts.push(rest.slice(0, size))
    rest = rest.slice(size)
  }
  return parts.join(' ')
}

/** ISO/IEC 7812-1 check digit. */
export function luhnValid(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return digits.length > 0 && sum % 10 === 0
}

/** `incomplete` while digits are missing, `invalid` when a full number fails its check digit. */
export function cardNumberState(digits: string): 'complete' | 'incomplete' | 'invalid' {
  const { lengths } = brandRule(digits)
  if (!lengths.includes(digits.length)) return 'incomplete'
  if (luhnValid(digits)) return 'complete'
  return digits.length < longestNumber(digits) ? 'incomplete' : 'invalid'
}
