import { Page, PageHead } from '@/components/ui/page'
import { Skeleton, TableSkeleton } from '@/components/ui/skeleton'

/** Stands for the orders list while it loads. */
export function OrdersListSkeleton() {
  return (
    <Page fill>
      <PageHead title="Orders" />
      <div className="flex gap-2 overflow-hidden max-sm:flex-wrap">
        <Skeleton className="h-8 w-64 max-sm:h-10 max-sm:w-full" />
        <Skeleton className="h-8 w-24 max-sm:h-10" />
        <Skeleton className="h-8 w-20 max-sm:h-10" />
      </div>
      <TableSkeleton what="orders" columns={['w-72', 'w-28', 'w-28', 'w-28', 'w-44', 'w-28', 'flex-1']} rows={16} />
    </Page>
  )
}
