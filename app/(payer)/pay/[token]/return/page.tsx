import type { Metadata } from 'next'
import { OutcomePage, UnknownLink } from '@/components/pay/outcome-page'
import { PayShell } from '@/components/pay/pay-shell'
import { ChangeWatch, ReturnWatch } from '@/components/pay/return-watch'
import { moneyOf, orderOf, payPage } from '../show'

type Props = { params: Promise<{ token: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const page = await payPage((await params).token)
  return { title: { absolute: page === null ? 'Payment link' : `${page.store_name}: order ${page.order_number}` }, description: null, referrer: 'no-referrer' }
}

/** Where a customer lands after paying. Says what our own rows say, and waits for them; it changes nothing. */
export default async function ReturnPage({ params }: Props) {
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
  return (
    <PayShell money={moneyOf(page)}>
      <div aria-live="polite">
        {page.outcome === 'open' || page.outcome === 'preparing' ? (
          <ReturnWatch token={token} shown={page.outcome} store={order.store} />
        ) : (
          <OutcomePage outcome={page.outcome} of={order} method={page.payment_method_type} token={token} />
        )}
      </div>
      {page.outcome === 'processing' && <ChangeWatch token={token} shown={page.outcome} everyMs={5_000} />}
    </PayShell>
  )
}
