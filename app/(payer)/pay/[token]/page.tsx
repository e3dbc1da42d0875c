import type { Metadata } from 'next'
import { OrderSummary } from '@/components/pay/order-summary'
import { OutcomePage, UnknownLink } from '@/components/pay/outcome-page'
import { PayForm } from '@/components/pay/pay-form'
import { PayShell } from '@/components/pay/pay-shell'
import { ChangeWatch, ReturnWatch } from '@/components/pay/return-watch'
import { moneyOf, orderOf, payPage, sessionOf } from './show'

type Props = { params: Promise<{ token: string }>; searchParams: Promise<{ problem?: string | string[] }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const page = await payPage((await params).token)
  return { title: { absolute: page === null ? 'Payment link' : `${page.store_name}: order ${page.order_number}` }, description: null, referrer: 'no-referrer' }
}

/** What a customer sees: the store, the order, and while it is open the way to pay it. */
export default async function PayLinkPage({ params, searchParams }: Props) {
  const { token } = await params
  const page = await payPage(token)
  if (page === null) {
    return (
      <PayShell money={moneyOf(page)}>
        <UnknownLink />
      </PayShell>
    )
  }
  const order = orderOf(page)
  const session = sessionOf(page)
  const { problem } = await searchParams
  if (page.outcome === 'open' && session !== null) {
    return (
      <PayShell money={moneyOf(page)}>
        <OrderSummary of={order} />
        <div className="mt-6">
          <PayForm session={session} token={token} />
        </div>
      </PayShell>
    )
  }
  if (page.outcome === 'open' || page.outcome === 'preparing') {
    return (
      <PayShell money={moneyOf(page)}>
        <ReturnWatch token={token} shown={page.outcome} store={order.store} />
      </PayShell>
    )
  }
  return (
    <PayShell money={moneyOf(page)}>
      <OutcomePage
        outcome={page.outcome}
        of={order}
        method={page.payment_method_type}
        token={token}
        problem={typeof problem === 'string' ? problem : undefined}
      />
      {page.outcome === 'processing' && <ChangeWatch token={token} shown={page.outcome} everyMs={5_000} />}
    </PayShell>
  )
}
