import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Suspense } from 'react'
import { PaymentDetail } from '@/components/payments/payment-detail'
import { PaymentDetailSkeleton } from '@/components/payments/skeletons'
import { AskReplay } from '@/components/replays/ask-replay'
import { ButtonLink } from '@/components/ui/button'
import { orderOf } from '@/lib/commerce/queries'
import { config } from '@/lib/config/config'
import { effectsOfPayment } from '@/lib/effects/queries'
import { parsePublicId, publicId } from '@/lib/kernel/public-id'
import { paymentHead, paymentParts, type PaymentHead } from '@/lib/payments/queries'
import { openPage, type OpenPage, type PageProps } from '../../../_views/open-page'
import { paymentDetail } from '../../../_views/payment-detail'
import { replayAsk } from '../../../_views/replay-views'

export const metadata: Metadata = { title: 'Payment' }

/** One payment, explained. */
export default async function PaymentPage(props: PageProps<{ payment: string }>) {
  const { payment } = await props.params
  const page = await openPage(props, 'payments.read', `/payments/${encodeURIComponent(payment)}`)
  const id = parsePublicId('payment', payment)
  const head = id === null ? null : await paymentHead(page.member.scope, id)
  if (head === null) notFound()
  return (
    <Suspense fallback={<PaymentDetailSkeleton />}>
      <Content page={page} head={head} />
    </Suspense>
  )
}

async function Content({ page: { member, at }, head }: { page: OpenPage; head: PaymentHead }) {
  const { scope } = member
  const orderId = head.order_id ?? head.attempt_order_id
  const [parts, order, effects] = await Promise.all([
    paymentParts(scope, head),
    orderId === null ? null : orderOf(scope, orderId),
    effectsOfPayment(scope, head.id),
  ])
  const ask = replayAsk({ payment: publicId('payment', head.id) }, member.actions.includes('replays.write'), at)
  return (
    <PaymentDetail
      of={paymentDetail(head, parts, order, effects, at, scope.mode, config().sandboxUrl !== null)}
      backHref={at.place('payments')}
      actions={
        <>
          <ButtonLink href={at.place('events', { q: publicId('payment', head.id) })}>Its events</ButtonLink>
          {ask !== null && <AskReplay of={ask} label="Replay…" />}
        </>
      }
    />
  )
}
