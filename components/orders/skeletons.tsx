import { Page } from '@/components/ui/page'
import { Skeleton, TableSkeleton } from '@/components/ui/skeleton'

/** Stands for the orders list while it loads. */
export function OrdersListSkeleton() {
  return (
    <Page fill>
      <Skeleton className="h-7 w-28" />
      <div className="flex flex-wrap gap-2">
        <Skeleton className="h-8 w-72 max-sm:h-10 max-sm:w-full" />
        <Skeleton className="h-8 w-24 rounded-full max-sm:h-10" />
        <Skeleton className="h-8 w-20 rounded-full max-sm:h-10" />
      </div>
      <TableSkeleton what="orders" columns={['w-72', 'w-28', 'w-28', 'w-28', 'w-44', 'w-28', 'flex-1']} rows={16} />
    </Page>
  )
}
