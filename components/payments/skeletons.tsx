import { Page, PageHead, Panel } from '@/components/ui/page'
import { Loading, Skeleton, TableSkeleton } from '@/components/ui/skeleton'

/** Stands for the payments list while it loads. */
export function PaymentsListSkeleton() {
  return (
    <Page fill>
      <PageHead title="Payments" />
      <div className="flex gap-2 overflow-hidden max-sm:flex-wrap">
        <Skeleton className="h-8 w-64 max-sm:h-10 max-sm:w-full" />
        <Skeleton className="h-8 w-24 max-sm:h-10" />
        <Skeleton className="h-8 w-24 max-sm:h-10" />
        <Skeleton className="h-8 w-20 max-sm:h-10" />
      </div>
      <TableSkeleton what="payments" columns={['w-64', 'w-28', 'w-28', 'w-44', 'w-40', 'w-28', 'flex-1']} rows={16} />
    </Page>
  )
}

/** Stands for one payment while it loads. */
export function PaymentDetailSkeleton() {
  return (
    <Page>
      <Loading what="the payment" />
      <div>
        <Skeleton className="mb-2 h-4 w-20" />
        <Skeleton className="h-8 w-64" />
        <Skeleton className="mt-2 h-4 w-80 max-w-full" />
      </div>
      <Panel className="flex h-96 flex-col justify-between p-5 lg:h-40 lg:flex-row">
        {Array.from({ length: 8 }, (_, index) => (
          <Skeleton key={index} className="h-8 w-24 lg:h-16" />
        ))}
      </Panel>
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_23rem]">
        <Panel className="h-96" />
        <Panel className="h-64" />
      </div>
    </Page>
  )
}
