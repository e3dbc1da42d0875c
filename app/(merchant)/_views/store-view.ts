import type { Addresses } from '@/components/frame/address'
import type { StoreView } from '@/components/stores/view'
import type { StoreView as StoreRow } from '@/lib/commerce/queries'
import { publicId } from '@/lib/kernel/public-id'
import { iso } from './plain'

/** One store for its card. */
export function storeView(store: StoreRow, more: { orders: number; connection: string }, at: Addresses): StoreView {
  const id = publicId('store', store.store_id)
  return {
    id,
    name: store.name,
    href: at.store(id),
    platform: store.platform_name,
    host: hostOf(store.base_url),
    currency: store.currency,
    zone: store.time_zone,
    connection: { name: more.connection, href: at.place('connection') },
    health: store.health,
    lastReadAt: iso(store.last_sync_at),
    webhookAt: iso(store.last_webhook_at),
    nextReadAt: iso(store.paused_until ?? store.next_sync_at),
    lastError:
      store.last_error === null || store.last_error_at === null
        ? null
        : { text: store.last_error.replace(/^[a-z_]+: /, ''), at: store.last_error_at.toISOString() },
    writeBack: store.write_back && store.can_mark_paid,
    orders: { count: more.orders, href: at.place('orders', { store: id }) },
    testPath: null,
  }
}

function hostOf(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return `${host}${pathname === '/' ? '' : pathname.replace(/\/$/, '')}`
  } catch {
    return url
  }
}
