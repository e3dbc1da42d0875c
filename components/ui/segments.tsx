import Link from 'next/link'
import { cx } from './class-names'
import { countText } from './count'

/** A few places side by side of which one is current: tabs, views, modes. Each is a link, so each has an address. */
export function Segments({
  label,
  items,
  className,
}: {
  label: string
  items: ReadonlyArray<{ href: string; label: string; current: boolean; count?: number }>
  className?: string
}) {
  return (
    <nav aria-label={label} className={cx('inline-flex h-8 items-stretch rounded-md bg-pressed p-0.5', className)}>
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          scroll={false}
          aria-current={item.current ? 'page' : undefined}
          className={cx(
            'inline-flex items-center gap-1.5 rounded-[5px] px-2.5 text-sm whitespace-nowrap',
            item.current ? 'bg-surface font-medium text-ink shadow-[0_0_0_1px_var(--color-line-strong)]' : 'text-soft hover:text-ink',
          )}
        >
          {item.label}
          {item.count !== undefined && <span className="figures text-xs text-faint">{countText(item.count)}</span>}
        </Link>
      ))}
    </nav>
  )
}

/** Tabs under a screen's name, each with its own address. */
export function TabLinks({ label, items }: { label: string; items: ReadonlyArray<{ href: string; label: string; current: boolean; count?: number }> }) {
  return (
    <nav aria-label={label} className="-mx-4 overflow-x-auto border-b border-line px-4 sm:-mx-6 sm:px-6">
      <ul className="flex gap-5">
        {items.map((item) => (
          <li key={item.href}>
            <Link
              href={item.href}
              scroll={false}
              aria-current={item.current ? 'page' : undefined}
              className={cx(
                '-mb-px inline-flex h-9 items-center gap-1.5 border-b-2 text-sm whitespace-nowrap focus-visible:-outline-offset-2',
                item.current ? 'border-ink font-medium text-ink' : 'border-transparent text-soft hover:text-ink',
              )}
            >
              {item.label}
              {item.count !== undefined && <span className="figures rounded-full bg-pressed px-1.5 text-xs text-soft">{countText(item.count)}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
