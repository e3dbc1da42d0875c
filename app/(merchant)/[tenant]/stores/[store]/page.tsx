import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { RecentPayments } from '@/components/home/recent-payments'
import { StoresList } from '@/components/stores/stores-list'
import { ButtonLink } from '@/components/ui/button'
import { Page, PageHead, Panel, Section } from '@/components/ui/page'
import { storeOf } from '@/lib/commerce/queries'
import { connectionsOf } from '@/lib/connections/queries'
import { codeOf } from '@/lib/kernel/fault'
import { parsePublicId, publicId } from '@/lib/kernel/public-id'
import { noFilter } from '@/lib/payments/core/payment-filter'
import { listPayments } from '@/lib/payments/queries'
import { openPage, type PageProps } from '../../../_views/open-page'
import { paymentRow } from '../../../_views/payment-row'
import { storeView } from '../../../_views/store-view'

export const metadata: Metadata = { title: 'Store' }

/** One store: how it is reached, and its newest payments. */
export default async function StorePage(props: PageProps<{ store: string }>) {
  const { store: text } = await props.params
  const { member, at } = await openPage(props, 'stores.read', `/stores/${encodeURIComponent(text)}`)
  const { scope } = member
  const id = parsePublicId('store', text)
  const store = id === null ? null : await storeOf(scope, id).catch((error: unknown) => (codeOf(error) === 'store_not_found' ? null : Promise.reject(error)))
  if (id === null || store === null) notFound()
  const [connections, recent] = await Promise.all([connectionsOf(scope), listPayments(scope, { filter: { ...noFilter, stores: [id] }, zone: 'UTC', size: 10 })])
  const connection = connections.find((one) => one.id === store.connection_id)?.name ?? 'Unknown'
  const view = storeView(store, { orders: store.order_count, connection }, at)
  return (
    <Page>
      <PageHead
        title={store.name}
        back={{ href: at.place('stores'), label: 'Stores' }}
        actions={
          <>
            <ButtonLink href={at.place('orders', { store: publicId('store', id) })} look="outline">
              Its orders
            </ButtonLink>
            <ButtonLink href={at.place('payments', { store: publicId('store', id) })} look="outline">
              Its payments
            </ButtonLink>
          </>
        }
      />
      <StoresList stores={[{ ...view, href: undefined }]} />
      <Section title="Newest payments">
        <Panel className="overflow-hidden">
          {recent.rows.length === 0 ? (
            <p className="px-4 py-3 text-sm text-soft">The first payment of this store will appear here.</p>
          ) : (
            <RecentPayments rows={recent.rows.map((row) => paymentRow(row, at))} />
          )}
        </Panel>
      </Section>
    </Page>
  )
}
