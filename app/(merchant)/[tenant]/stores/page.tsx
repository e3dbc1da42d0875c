import type { Metadata } from 'next'
import { StoresList } from '@/components/stores/stores-list'
import { Page, PageHead } from '@/components/ui/page'
import { orderCountsOf, storesOf } from '@/lib/commerce/queries'
import { connectionsOf } from '@/lib/connections/queries'
import { openPage, type PageProps } from '../../_views/open-page'
import { storeView } from '../../_views/store-view'

export const metadata: Metadata = { title: 'Stores' }

/** The stores of a tenant in one mode, and how each last answered. */
export default async function StoresPage(props: PageProps) {
  const { member, at } = await openPage(props, 'stores.read', '/stores')
  const [stores, counts, connections] = await Promise.all([storesOf(member.scope), orderCountsOf(member.scope), connectionsOf(member.scope)])
  const nameOf = (id: string) => connections.find((connection) => connection.id === id)?.name ?? 'Unknown'
  return (
    <Page>
      <PageHead title="Stores" note="Where your customers buy. Each one’s orders are read, and paid orders are marked there once." />
      <StoresList stores={stores.map((store) => storeView(store, { orders: counts.get(store.store_id) ?? 0, connection: nameOf(store.connection_id) }, at))} />
    </Page>
  )
}
