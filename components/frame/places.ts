import { ArrowLeftRight, Activity, FileDown, Gavel, House, Landmark, type LucideIcon, Plug, ReceiptText, Settings, CircleAlert, Store } from 'lucide-react'
import type { PlaceKey } from './view'

/** Name, path segment and sign of each place. */
export const places: Readonly<Record<PlaceKey, { name: string; path: string; icon: LucideIcon }>> = {
  home: { name: 'Home', path: '', icon: House },
  payments: { name: 'Payments', path: '/payments', icon: ArrowLeftRight },
  orders: { name: 'Orders', path: '/orders', icon: ReceiptText },
  exceptions: { name: 'Exceptions', path: '/exceptions', icon: CircleAlert },
  payouts: { name: 'Payouts', path: '/payouts', icon: Landmark },
  disputes: { name: 'Disputes', path: '/disputes', icon: Gavel },
  exports: { name: 'Exports', path: '/exports', icon: FileDown },
  stores: { name: 'Stores', path: '/stores', icon: Store },
  connection: { name: 'Stripe', path: '/connection', icon: Plug },
  events: { name: 'Events', path: '/events', icon: Activity },
  settings: { name: 'Settings', path: '/settings', icon: Settings },
}

/** Address of a place for a tenant in a mode; live is the mode without a word. */
export function placeHref(slug: string, key: PlaceKey, mode: 'live' | 'test'): string {
  return `/${slug}${places[key].path}${mode === 'test' ? '?mode=test' : ''}`
}

/** The same list in the other mode: one thing's page leads to its list, because the thing is not there. */
export function switchedMode(path: string, query: string, mode: 'live' | 'test'): string {
  const [, slug = '', place = ''] = path.split('/')
  const kept = new URLSearchParams()
  const before = new URLSearchParams(query)
  for (const name of ['sort', 'cols']) {
    const value = before.get(name)
    if (value !== null) kept.set(name, value)
  }
  if (mode === 'test') kept.set('mode', 'test')
  const text = kept.toString()
  return `/${slug}${place === '' ? '' : `/${place}`}${text === '' ? '' : `?${text}`}`
}
