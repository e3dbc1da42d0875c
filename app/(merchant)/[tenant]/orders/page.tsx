import type { Metadata } from 'next'
import { Suspense } from 'react'
import { OrdersList } from '@/components/orders/orders-list'
import { OrdersListSkeleton } from '@/components/orders/skeletons'
import { orderWords } from '@/components/state/words'
import { Page, PageHead } from '@/components/ui/page'
import { zoneName } from '@/components/ui/zoned'
import { listOrders, orderStatusesOf, storesOf } from '@/lib/commerce/queries'
import { codeOf } from '@/lib/kernel/fault'
import { parsePublicId, publicId } from '@/lib/kernel/public-id'
import { day } from '@/lib/payments/core/payment-filter'
import { openPage, type OpenPage, type PageProps } from '../../_views/open-page'
import { orderRow } from '../../_views/order-views'
import { plainWords } from '../../_views/plain'

export const metadata: Metadata = { title: 'Orders' }

/** The orders of all stores of a tenant and mode, as the address filters them. */
export default async function OrdersPage(props: PageProps) {
  const page = await openPage(props, 'orders.read', '/orders')
  return (
    <Suspense fallback={<OrdersListSkeleton />}>
      <Content page={page} />
    </Suspense>
  )
}

async function Content({ page: { member, at, query } }: { page: OpenPage }) {
  const { scope, tenant } = member
  const q = query.get('q')?.trim().replace(/^#/, '') ?? ''
  const filter = {
    store_id: query.getAll('store').flatMap((id) => parsePublicId('store', id) ?? []),
    payment_state: query.getAll('payment').filter((state) => state in orderWords),
    status: query.getAll('store_status').slice(0, 50),
    placed: { from: day(query.get('placed_from')), to: day(query.get('placed_to')), zone: tenant.time_zone },
    oldestFirst: query.get('sort') === 'placed',
    ...(q === '' ? {} : { search: q }),
  }
  const older = query.get('older')
  const newer = query.get('newer')
  const [list, stores, statuses] = await Promise.all([
    listOrders(scope, { ...filter, ...(older === null ? {} : { after: older }), ...(newer === null ? {} : { before: newer }) }).catch((error: unknown) =>
      codeOf(error) === 'invalid_field' ? listOrders(scope, filter) : Promise.reject(error),
    ),
    storesOf(scope),
    orderStatusesOf(scope),
  ])
  const filtered =
    q !== '' || filter.store_id.length + filter.payment_state.length + filter.status.length > 0 || filter.placed.from !== null || filter.placed.to !== null
  return (
    <Page fill>
      <PageHead title="Orders" />
      <OrdersList
        rows={list.orders.map((row) => orderRow(row, at))}
        pager={{ newer: list.previous, older: list.next }}
        stores={stores.map((store) => ({ value: publicId('store', store.store_id), label: store.name }))}
        storeStatuses={statuses.map((status) => ({ value: status, label: plainWords(status) }))}
        zoneName={zoneName(tenant.time_zone)}
        filtered={filtered}
        firstStepHref={at.place('stores')}
      />
    </Page>
  )
}
