import { svg } from './dom'

const plate = (fill: string, inner: string, edge = 'none') =>
  `<svg class="Brand" viewBox="0 0 32 20" width="28" height="18" role="img" focusable="false"><rect x=".5" y=".5" width="31" height="19" rx="3" fill="${fill}" stroke="${edge}"/>${inner}</svg>`
const word = (text: string, fill: string, size = 7.5, more = '') =>
  `<text x="16" y="13" text-anchor="middle" font-family="Arial, Helvetica, sans-serif" font-weight="700" font-size="${size}" fill="${fill}" ${more}>${text}</text>`
const circles = (left: string, right: string) =>
  `<circle cx="13" cy="10" r="5.2" fill="${left}"/><circle cx="19" cy="10" r="5.2" fill="${right}" fill-opacity=".92"/>`

const BRANDS: Record<string, string> = {
  visa: plate('#ffffff', word('VISA', '#1a3a8f', 9, 'font-style="italic"'), '#dfe3ea'),
  mastercard: plate('#1f2430', circles('#e8232f', '#f5a11b')),
  amex: plate('#1673c8', word('AMEX', '#ffffff', 8)),
  discover: plate('#ffffff', `${word('DISC', '#23252b', 7.5)}<path d="M32 12v5a3 3 0 0 1-3 3H14c8-1 14-4 18-8z" fill="#ee7623"/>`, '#dfe3ea'),
  diners: plate(
    '#ffffff',
    '<circle cx="16" cy="10" r="6" fill="#1b5fa6"/><path d="M14.6 6.3v7.4a4 4 0 0 1 0-7.4zm2.8 0a4 4 0 0 1 0 7.4z" fill="#fff"/>',
    '#dfe3ea',
  ),
  jcb: plate(
    '#ffffff',
    '<rect x="7" y="4" width="5.4" height="12" rx="2" fill="#1d6db5"/><rect x="13.3" y="4" width="5.4" height="12" rx="2" fill="#c8102e"/><rect x="19.6" y="4" width="5.4" height="12" rx="2" fill="#1c8a43"/>',
    '#dfe3ea',
  ),
  unionpay: plate(
    '#ffffff',
    '<path d="M8 4h6l-2.5 12h-6z" fill="#d6152f"/><path d="M14 4h6l-2.5 12h-6z" fill="#16437f"/><path d="M20 4h6l-2.5 12h-6z" fill="#0f7f86"/>',
    '#dfe3ea',
  ),
}

/** A small plate for a card brand; unknown names get a blank card. */
export function brandIcon(brand: string): SVGElement {
  return svg(BRANDS[brand] ?? plate('#e9ebef', '<rect x="0" y="5" width="32" height="3" fill="#c3c8d1"/>'))
}

/** The back of a card with its security code. */
export function cvcIcon(): SVGElement {
  return svg(
    '<svg viewBox="0 0 32 20" width="28" height="18" focusable="false"><rect x=".75" y=".75" width="30.5" height="18.5" rx="3" fill="none" stroke="currentColor" stroke-width="1.5"/><rect x="1" y="4.4" width="30" height="3.6" fill="currentColor"/><circle cx="17.5" cy="13.2" r="1.2" fill="currentColor"/><circle cx="21.5" cy="13.2" r="1.2" fill="currentColor"/><circle cx="25.5" cy="13.2" r="1.2" fill="currentColor"/></svg>',
  )
}

const line = (paths: string) =>
  svg(
    `<svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" focusable="false">${paths}</svg>`,
  )

/** Icon of a payment method in the list. */
export function methodIcon(method: string): SVGElement {
  if (method === 'card') return line('<rect x="1.2" y="3" width="13.6" height="10" rx="1.8"/><path d="M1.2 6.3h13.6"/>')
  if (method === 'sepa_debit') return line('<path d="M12.4 4.2A4.9 4.9 0 1 0 12.4 11.8M2.2 7h6.6M2.2 9.2h5.6"/>')
  return line('<path d="M1.8 6.2 8 2.4l6.2 3.8zM3.4 8v4M6.5 8v4M9.5 8v4M12.6 8v4M1.8 13.6h12.4"/>')
}
