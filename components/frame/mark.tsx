import { cx } from '@/components/ui/class-names'

/** The sign and the name of the product. */
export function Mark({ className, signOnly = false }: { className?: string; signOnly?: boolean }) {
  return (
    <span className={cx('inline-flex items-center gap-2', className)}>
      <svg viewBox="0 0 20 20" aria-hidden="true" className="size-5 shrink-0">
        <rect x="1.5" y="3" width="17" height="14" rx="2.5" className="fill-ink" />
        <path d="M1.5 13.2h17" className="stroke-surface" strokeWidth="1.4" />
        <path d="M5.5 9.8V7.2M8.5 9.8V6M11.5 9.8V7.2M14.5 9.8V6" className="stroke-surface" strokeWidth="1.4" strokeLinecap="round" />
      </svg>
      {signOnly ? <span className="sr-only">Matchbook</span> : <span className="text-base font-semibold tracking-[-0.01em]">Matchbook</span>}
    </span>
  )
}
