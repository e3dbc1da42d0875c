// Lengths of IBANs in the SEPA area, from the SWIFT IBAN registry.
const IBAN_LENGTHS: Record<string, number> = {
  AD: 24,
  AT: 20,
  BE: 16,
  BG: 22,
  CH: 21,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  EE: 20,
  ES: 24,
  FI: 18,
  FR: 27,
  GB: 22,
  GI: 23,
  GR: 27,
  HR: 21,
  HU: 28,
  IE: 22,
  IS: 26,
  IT: 27,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  MC: 27,
  MT: 31,
  NL: 18,
  NO: 15,
  PL: 28,
  PT: 25,
  RO: 24,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  VA: 22,
}

export type IbanState = 'complete' | 'incomplete' | 'invalid' | 'unsupported_country'

/** Letters and digits in capitals, at most 34. */
export function ibanCharacters(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 34)
}

/** Groups of four. */
export function formatIban(characters: string): string {
  return characters.replace(/(.{4})(?=.)/g, '$1 ')
}

/** Checks country, length and the ISO 7064 mod 97-10 check digits. */
export function ibanState(characters: string): IbanState {
  const country = characters.slice(0, 2)
  if (characters.length < 2) return 'incomplete'
  if (!/^[A-Z]{2}/.test(characters)) return 'invalid'
  const length = IBAN_LENGTHS[country]
  if (length === undefined) return 'unsupported_country'
  if (characters.length < length) return 'incomplete'
  if (characters.length > length) return 'invalid'
  let remainder = 0
  for (const character of characters.slice(4) + characters.slice(0, 4)) {
    const value = parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1 ? 'complete' : 'invalid'
}

/** Whether nine digits are an American routing number: ABA check digit, weights 3-7-1. */
export function routingNumberValid(digits: string): boolean {
  if (!/^\d{9}$/.test(digits)) return false
  const weights = [3, 7, 1]
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (weights[index % 3] ?? 0), 0)
  return sum > 0 && sum % 10 === 0
}
