import { Panel } from '@/components/ui/page'
import { Loading, Skeleton } from '@/components/ui/skeleton'

/** Stands for one account while it loads. */
export function ConnectionSkeleton() {
  return (
    <div className="grid gap-4">
      <Loading what="the accounts" />
      <Skeleton className="h-6 w-48" />
      <Skeleton className="h-16 rounded-lg" />
      <Panel className="h-22 max-sm:h-64" />
      <Panel className="h-52" />
      <Panel className="h-24" />
    </div>
  )
}
