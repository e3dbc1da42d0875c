type PostalRule = { label: string; placeholder: string; numeric: boolean; complete: (text: string) => boolean; incomplete: string }

const RULES: Record<string, PostalRule> = {
  US: {
    label: 'ZIP code',
    placeholder: '12345',
    numeric: true,
    complete: (text) => /^\d{5}(-?\d{4})?$/.test(text),
    incomplete: 'Your ZIP is incomplete.',
  },
  CA: {
    label: 'Postal code',
    placeholder: 'M5T 1T4',
    numeric: false,
    complete: (text) => /^[A-Z]\d[A-Z] ?\d[A-Z]\d$/i.test(text),
    incomplete: 'Your postal code is incomplete.',
  },
  GB: {
    label: 'Postal code',
    placeholder: 'WS11 1DB',
    numeric: false,
    complete: (text) => /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i.test(text),
    incomplete: 'Your postal code is incomplete.',
  },
}

/** Postal code asked with a card in this country, or null: like Stripe's, only where banks check it. */
export function postalRule(country: string): PostalRule | null {
  return RULES[country] ?? null
}
