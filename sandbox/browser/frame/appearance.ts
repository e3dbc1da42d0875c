import type { Appearance } from '@stripe/stripe-js'

type Variables = Record<string, string>

const LIGHT: Variables = {
  colorPrimary: '#0f6fde',
  colorBackground: '#ffffff',
  colorText: '#2a2c36',
  colorDanger: '#c9143a',
  colorTextSecondary: '#626571',
  colorTextPlaceholder: '#747784',
  colorBorder: '#dfe1e6',
}

const THEMES: Record<string, Variables> = {
  stripe: LIGHT,
  flat: { ...LIGHT, colorBackground: '#f1f1f3', colorBorder: '#f1f1f3' },
  night: {
    colorPrimary: '#7db4ff',
    colorBackground: '#26272f',
    colorText: '#f2f2f4',
    colorDanger: '#ff8a94',
    colorTextSecondary: '#b3b5c0',
    colorTextPlaceholder: '#94969f',
    colorBorder: '#474955',
  },
}

const BASE: Variables = {
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontSizeBase: '16px',
  fontSizeSm: '0.93rem',
  spacingUnit: '4px',
  borderRadius: '5px',
}

// Parts of the element a page may restyle, as Stripe's Appearance API names them.
const RULE =
  /^\.(Input|Label|Error|Tab|TabIcon|TabLabel|AccordionItem|Block|TermsText|RadioIcon)(--(selected|invalid|empty))?(:(hover|focus|focus-visible|disabled)|::placeholder)?$/

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

let ruleSheet: CSSStyleSheet | null = null

/**
 * Applies a page's appearance: a theme, its variables over it, and rules for the known parts. Everything goes
 * through the CSS object model, so a value can only ever be a value.
 */
export function applyAppearance(appearance: Appearance): void {
  const theme = appearance.theme ?? 'stripe'
  const root = document.documentElement
  root.dataset.theme = theme
  root.dataset.still = String(appearance.disableAnimations === true)
  const given: Variables = Object.fromEntries(
    Object.entries(appearance.variables ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
  const { fontSizeBase, ...rest } = { ...BASE, ...(THEMES[theme] ?? LIGHT), ...given }
  root.removeAttribute('style')
  if (fontSizeBase) root.style.fontSize = fontSizeBase
  for (const [name, value] of Object.entries(rest)) root.style.setProperty(`--${name}`, value)

  const sheet = new CSSStyleSheet()
  for (const [selector, properties] of Object.entries(appearance.rules ?? {})) {
    if (!RULE.test(selector)) continue
    const rule = sheet.cssRules[sheet.insertRule(`${selector} {}`, sheet.cssRules.length)]
    if (!(rule instanceof CSSStyleRule)) continue
    for (const [property, value] of Object.entries(properties)) rule.style.setProperty(kebab(property), String(value))
  }
  document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter((other) => other !== ruleSheet), sheet]
  ruleSheet = sheet
}
