import type { Appearance } from '@stripe/stripe-js'

/** Stripe's fields in our colours. They live in a frame of Stripe's, where the page's tokens do not reach: the values repeat app/globals.css. */
const light = {
  colorPrimary: '#3b44b4',
  colorBackground: '#ffffff',
  colorText: '#1c1a17',
  colorTextSecondary: '#4b463f',
  colorTextPlaceholder: '#6a6359',
  colorDanger: '#83191f',
  line: '#8f877b',
}
const dark = {
  colorPrimary: '#a3abfa',
  colorBackground: '#1b1a17',
  colorText: '#f1eee9',
  colorTextSecondary: '#c2bcb2',
  colorTextPlaceholder: '#a19a8f',
  colorDanger: '#f8b3b0',
  line: '#857e73',
}

export function appearanceFor(scheme: 'light' | 'dark'): Appearance {
  const { line, ...colors } = scheme === 'dark' ? dark : light
  return {
    theme: scheme === 'dark' ? 'night' : 'stripe',
    variables: { ...colors, borderRadius: '6px', fontSizeBase: '16px', spacingUnit: '4px' },
    rules: { '.Input': { border: `1px solid ${line}`, boxShadow: 'none' }, '.Tab': { boxShadow: 'none' } },
  }
}

/** Which of the two the page shows now: the person's choice on this site, else the system's. */
export function schemeOf(): 'light' | 'dark' {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'light' || chosen === 'dark') return chosen
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}
