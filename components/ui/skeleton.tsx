import { cx } from './class-names'

/** A quiet block with the size of what it stands for. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('block animate-wait rounded-sm bg-pressed', className)} />
}

/** Says to those who cannot see the blocks that something is loading. */
export function Loading({ what }: { what: string }) {
  return (
    <span role="status" className="sr-only">
      Loading {what}
    </span>
  )
}

/** Stands for a table: head and rows have the heights of the real ones, on wide windows and on phones. */
export function TableSkeleton({ what, columns, rows = 12 }: { what: string; columns: ReadonlyArray<string>; rows?: number }) {
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0">
      <Loading what={what} />
      <div className="hidden h-9 items-center gap-4 border-b border-line px-3 sm:flex">
        {columns.map((width, index) => (
          <span key={index} className={width}>
            <Skeleton className="h-2.5 w-12" />
          </span>
        ))}
      </div>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-16 items-center gap-4 border-b border-line px-4 last:border-b-0 sm:h-10 sm:px-3">
          {columns.map((width, index) => (
            <span key={index} className={cx(width, index > 1 && 'max-sm:hidden')}>
              <Skeleton className={cx('h-3', index % 3 === 0 ? 'w-4/5' : 'w-3/5')} />
            </span>
          ))}
        </div>
      ))}
    </div>
  )
}
