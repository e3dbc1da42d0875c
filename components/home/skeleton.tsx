import { Page, PageHead, Panel } from '@/components/ui/page'
import { Loading, Skeleton } from '@/components/ui/skeleton'

/** Stands for the first screen while it loads; two currencies are the usual. */
export function HomeSkeleton({ currencies = 2 }: { currencies?: number }) {
  return (
    <Page>
      <Loading what="today" />
      <PageHead title="Today" />
      <Panel>
        <div className="flex gap-10 px-5 pt-3 pb-1 max-md:hidden">
          {Array.from({ length: 6 }, (_, index) => (
            <Skeleton key={index} className="my-1 h-3 w-20" />
          ))}
        </div>
        {Array.from({ length: currencies }, (_, row) => (
          <div key={row} className="flex h-[4.25rem] items-center gap-10 border-line px-5 not-first:border-t max-md:h-44">
            {Array.from({ length: 5 }, (_, index) => (
              <Skeleton key={index} className="h-6 w-28 max-md:nth-[n+3]:hidden" />
            ))}
          </div>
        ))}
      </Panel>
      <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <Panel className="h-[25rem]" />
        <Panel className="h-48" />
      </div>
    </Page>
  )
}
