import Link from 'next/link'
import type { ReactNode } from 'react'
import { cx } from './class-names'

/**
 * One screen inside the frame. `fill` gives the last child the rest of the height on wide windows, so that a table
 * scrolls under its own head instead of the whole page.
 */
export function Page({ children, fill = false, width = 'full' }: { children: ReactNode; fill?: boolean; width?: 'full' | 'reading' }) {
  return (
    <div className={cx('flex flex-col gap-4 px-4 pt-4 pb-6 sm:px-6', fill && 'rail:h-full rail:pb-0', width === 'reading' && 'mx-auto w-full max-w-4xl')}>
      {children}
    </div>
  )
}

/** The name of a screen, what it is about in one line, and its actions. */
export function PageHead({ title, note, back, actions }: { title: ReactNode; note?: ReactNode; back?: { href: string; label: string }; actions?: ReactNode }) {
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        {back !== undefined && (
          <Link href={back.href} className="mb-1 inline-flex rounded-sm text-sm text-faint hover:text-ink hover:underline">
            <span aria-hidden="true">←&nbsp;</span>
            {back.label}
          </Link>
        )}
        <h1 className="text-xl font-semibold tracking-[-0.01em] text-balance">{title}</h1>
        {note !== undefined && <p className="mt-0.5 text-sm text-soft">{note}</p>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  )
}

/** A titled part of a screen. */
export function Section({
  title,
  note,
  actions,
  children,
  id,
  className,
}: {
  title: string
  note?: ReactNode
  actions?: ReactNode
  children: ReactNode
  id?: string
  className?: string
}) {
  return (
    <section aria-label={title} id={id} className={cx('min-w-0', className)}>
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
        <div className="flex flex-wrap items-baseline gap-x-2">
          <h2 className="text-base font-semibold">{title}</h2>
          {note !== undefined && <p className="text-sm text-faint">{note}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  )
}

/** A bordered ground for things that belong together. */
export function Panel({ children, className }: { children?: ReactNode; className?: string }) {
  return <div className={cx('rounded-lg border border-line bg-surface', className)}>{children}</div>
}

/** Names and values, one pair per row. */
export function Facts({ children, className }: { children: ReactNode; className?: string }) {
  return <dl className={cx('divide-y divide-line', className)}>{children}</dl>
}

/** One pair of `Facts`. */
export function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-0.5 py-2 text-sm">
      <dt className="text-soft">{name}</dt>
      <dd className="ml-auto min-w-0 text-right break-words text-ink">{children}</dd>
    </div>
  )
}
