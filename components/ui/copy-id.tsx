import { cx } from './class-names'
import { hint } from './hint'

/** `pi_3QKx…h2Zf`: prefix and both ends stay readable, because those are what people compare. */
export function middleTruncated(id: string, keep = 5): string {
  const underscore = id.lastIndexOf('_')
  const prefix = underscore > 0 && underscore < 16 ? id.slice(0, underscore + 1) : ''
  const rest = id.slice(prefix.length)
  if (rest.length <= keep * 2 + 1) return id
  return `${prefix}${rest.slice(0, keep)}…${rest.slice(-keep)}`
}

/** An id in the mono face, shortened in the middle; one click copies it whole. */
export function CopyId({
  id,
  label,
  full = false,
  keep,
  className,
}: {
  id: string
  label?: string
  full?: boolean
  /** Letters kept at either end. */
  keep?: number
  className?: string
}) {
  return (
    <button
      type="button"
      data-copy={id}
      {...hint({ text: 'Click to copy', meta: id })}
      className={cx(
        'inline-block max-w-full truncate rounded-[2px] text-left align-baseline font-mono text-xs text-soft hover:bg-pressed hover:text-ink hover:shadow-[0_0_0_3px_var(--color-pressed)]',
        className,
      )}
    >
      {full ? id : middleTruncated(id, keep)}
      <span className="sr-only">, copy {label ?? 'id'}</span>
    </button>
  )
}
