import type { MoneyView } from '@/components/money/view'

/** The places of the rail, in order. Only those in `FrameView.places` are shown. */
export const placeKeys = ['home', 'payments', 'orders', 'exceptions', 'payouts', 'disputes', 'exports', 'stores', 'connection', 'events', 'settings'] as const
export type PlaceKey = (typeof placeKeys)[number]

/** What surrounds every screen of a tenant. */
export type FrameView = {
  tenant: { slug: string; name: string }
  /** All tenants of this person; one or more. */
  tenants: ReadonlyArray<{ slug: string; name: string }>
  mode: 'live' | 'test'
  /** True when the whole installation is a sandbox: no money is real, in live mode neither. */
  sandbox: boolean
  person: { name: string; email: string; role: string }
  places: ReadonlyArray<PlaceKey>
  /** Counts beside a place; 0 is not shown. */
  counts: Partial<Record<PlaceKey, number>>
  /** `GET <path>?q=` (tenant and mode already in it) answers `{"hits": SearchHit[]}`. */
  searchPath: string
  /** `POST` here signs out; `hidden` goes with it (a CSRF token). */
  signOut: { path: string; hidden: Readonly<Record<string, string>> }
  /** Stripe stand-in's console, in the sandbox. */
  consoleHref?: string
  railNarrow: boolean
  theme: 'light' | 'dark' | 'system'
  /** The product's clock, ISO. */
  now: string
  /** The tenant's IANA zone. */
  zone: string
}

/** Something found by the search box. */
export type SearchHit = {
  id: string
  kind: 'payment' | 'order' | 'store' | 'event' | 'attempt'
  /** "#1043", "pi_3QKx…h2Zf" */
  label: string
  /** "Nordlicht Living, Marta Lindqvist, 20 Nov" */
  detail: string
  amount?: MoneyView
  href: string
}
