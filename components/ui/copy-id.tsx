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
  className,
}: {
  id: string
  label?: string
  full?: boolean
  className?: string
}) {
  return (
    <button
      type="button"
      data-copy={id}
      aria-label={`Copy ${label ?? 'id'} ${id}`}
      {...hint({ text: 'Click to copy', meta: id })}
      className={cx(
        '-mx-1 max-w-full truncate rounded-sm px-1 text-left font-mono text-xs text-soft hover:bg-pressed hover:text-ink',
        className,
      )}
    >
      {full ? id : middleTruncated(id)}
    </button>
  )
}
