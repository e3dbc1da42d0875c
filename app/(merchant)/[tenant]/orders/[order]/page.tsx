import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { OrderDetail } from '@/components/orders/order-detail'
import { attemptsOfOrder } from '@/lib/checkout/queries'
import { orderOf } from '@/lib/commerce/queries'
import { effectsOfOrder } from '@/lib/effects/queries'
import { parsePublicId } from '@/lib/kernel/public-id'
import { matchedOf } from '@/lib/matching/queries'
import { noFilter } from '@/lib/payments/core/payment-filter'
import { listPayments } from '@/lib/payments/queries'
import { openPage, type PageProps } from '../../../_views/open-page'
import { orderDetail } from '../../../_views/order-views'

export const metadata: Metadata = { title: 'Order' }

/** One order with every attempt to pay it and what its store was told. */
export default async function OrderPage(props: PageProps<{ order: string }>) {
  const { order } = await props.params
  const { member, at } = await openPage(props, 'orders.read', `/orders/${encodeURIComponent(order)}`)
  const { scope } = member
  const id = parsePublicId('order', order)
  const file = id === null ? null : await orderOf(scope, id)
  if (id === null || file === null) notFound()
  const [attempts, payments, effects, matched] = await Promise.all([
    attemptsOfOrder(scope, id),
    listPayments(scope, { filter: { ...noFilter, search: [{ by: 'order', id }] }, zone: 'UTC', oldestFirst: true }),
    effectsOfOrder(scope, id),
    matchedOf(scope, id),
  ])
  return <OrderDetail of={orderDetail(file, attempts, payments.rows, effects, matched, at)} backHref={at.place('orders')} />
}
