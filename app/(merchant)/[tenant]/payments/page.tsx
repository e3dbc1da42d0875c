import type { Metadata } from 'next'
import { Suspense } from 'react'
import { methodText } from '@/components/payments/method'
import { PaymentsList } from '@/components/payments/payments-list'
import { PaymentsListSkeleton } from '@/components/payments/skeletons'
import { buttonClass } from '@/components/ui/button-class'
import { Page, PageHead } from '@/components/ui/page'
import { zoneName } from '@/components/ui/zoned'
import { storesOf } from '@/lib/commerce/queries'
import { publicId } from '@/lib/kernel/public-id'
import { isFiltered, readPaymentFilter } from '@/lib/payments/core/payment-filter'
import { listPayments, paymentChoices } from '@/lib/payments/queries'
import { openPage, type OpenPage, type PageProps } from '../../_views/open-page'
import { paymentRow } from '../../_views/payment-row'

export const metadata: Metadata = { title: 'Payments' }

/** The payments of a tenant and mode, as the address filters them. */
export default async function PaymentsPage(props: PageProps) {
  const page = await openPage(props, 'payments.read', '/payments')
  return (
    <Suspense fallback={<PaymentsListSkeleton />}>
      <Content page={page} />
    </Suspense>
  )
}

async function Content({ page: { member, at, query } }: { page: OpenPage }) {
  const { scope, tenant } = member
  const filter = readPaymentFilter(query)
  const [list, choices, stores] = await Promise.all([
    listPayments(scope, { filter, zone: tenant.time_zone, oldestFirst: query.get('sort') === 'created', older: query.get('older'), newer: query.get('newer') }),
    paymentChoices(scope),
    storesOf(scope),
  ])
  const exported = Object.fromEntries(
    [...new Set(query.keys())].filter((name) => !['sort', 'cols', 'older', 'newer'].includes(name)).map((name) => [name, query.getAll(name)]),
  )
  const exportHref = at.api('/api/exports/payments', exported)
  const mayExport = member.actions.includes('exports.create')
  return (
    <Page fill>
      <PageHead
        title="Payments"
        actions={
          mayExport ? (
            <a href={exportHref} className={buttonClass('outline')}>
              Export as CSV
            </a>
          ) : undefined
        }
      />
      <PaymentsList
        rows={list.rows.map((row) => paymentRow(row, at))}
        pager={{ newer: list.newer, older: list.older }}
        stores={stores.map((store) => ({ value: publicId('store', store.store_id), label: store.name }))}
        methods={choices.methods.map((type) => ({ value: type, label: methodText({ type }) }))}
        currencies={choices.currencies.map((code) => ({ value: code, label: code.toUpperCase() }))}
        zoneName={zoneName(tenant.time_zone)}
        filtered={isFiltered(filter)}
        firstStepHref={at.place('stores')}
        exportHref={mayExport ? exportHref : null}
      />
    </Page>
  )
}
