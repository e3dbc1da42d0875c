import { Page, PageHead, Panel } from '@/components/ui/page'
import { Loading, Skeleton, TableSkeleton } from '@/components/ui/skeleton'

/** Stands for the events list while it loads. */
export function EventsListSkeleton() {
  return (
    <Page fill>
      <PageHead title="Events" />
      <div className="flex gap-2 overflow-hidden max-sm:flex-wrap">
        <Skeleton className="h-8 w-64 max-sm:h-10 max-sm:w-full" />
        <Skeleton className="h-8 w-24 max-sm:h-10" />
        <Skeleton className="h-8 w-20 max-sm:h-10" />
        <Skeleton className="h-8 w-28 max-sm:h-10" />
      </div>
      <TableSkeleton what="events" columns={['w-72', 'w-56', 'w-36', 'w-28', 'w-20', 'w-16', 'flex-1']} rows={16} />
    </Page>
  )
}

/** Stands for one event while it loads. */
export function EventDetailSkeleton() {
  return (
    <Page>
      <Loading what="the event" />
      <div>
        <Skeleton className="mb-2 h-4 w-20" />
        <Skeleton className="h-8 w-96 max-w-full" />
        <Skeleton className="mt-2 h-4 w-72 max-w-full" />
      </div>
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_23rem]">
        <Panel className="h-96" />
        <Panel className="h-64" />
      </div>
    </Page>
  )
}
