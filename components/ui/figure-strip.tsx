import Link from 'next/link'
import type { ReactNode } from 'react'
import { cx } from './class-names'
import { hint } from './hint'

/** One cell of a strip of figures: a name, the figure, a line below, and where the rows behind it are. */
export type StripFigure = { label: string; value: ReactNode; note?: ReactNode; href?: string; meaning?: string }

/** A short strip of figures above a list: what the list adds up to. */
export function FigureStrip({ label, figures }: { label: string; figures: ReadonlyArray<StripFigure> }) {
  return (
    <dl aria-label={label} className="flex flex-wrap gap-px overflow-hidden rounded-lg border border-line bg-line">
      {figures.map((figure) => (
        <div
          key={figure.label}
          className={cx('relative min-w-min grow basis-[calc(50%-1px)] bg-surface px-4 py-3 sm:basis-44', figure.href !== undefined && 'hover:bg-hover')}
        >
          <dt className="text-sm text-soft" {...(figure.meaning === undefined ? {} : hint(figure.meaning))}>
            {figure.href === undefined ? (
              figure.label
            ) : (
              <Link href={figure.href} className="after:absolute after:inset-0">
                {figure.label}
              </Link>
            )}
          </dt>
          <dd className="mt-0.5 text-xl font-medium tracking-[-0.01em]">{figure.value}</dd>
          {figure.note !== undefined && <dd className="mt-0.5 text-sm text-faint">{figure.note}</dd>}
        </div>
      ))}
    </dl>
  )
}
