import type { NamedLink } from '@/components/payments/view'

/** One store and how it last answered. */
export type StoreView = {
  /** `sto_...` */
  id: string
  name: string
  href?: string
  /** "WooCommerce", "Shopify". */
  platform: string
  host: string
  currency: string
  zone: string
  /** The Stripe account through which it collects. */
  connection: NamedLink
  /** A key of `healthWords`. */
  health: string
  lastReadAt: string | null
  nextReadAt: string | null
  lastError: { text: string; at: string } | null
  /** Whether we may mark orders as paid there. */
  writeBack: boolean
  /** Deliveries of the store's own webhooks; null when it never sent one, left out when it is not known. */
  webhookAt?: string | null
  orders: { count: number; href: string }
  /** `POST` here asks the store now; null when this person may not. Answers `{"ok": boolean, "message": string}`. */
  testPath: string | null
}
