import type { ReactNode } from 'react'
import { cx } from './class-names'
import { Glyph } from './glyph'
import { hint } from './hint'
import { toneInk, toneTint, type Tone } from './tone'

/**
 * A state word with its mark. `ground` puts it on a tint (headers, panels); without it, it is quiet enough for rows.
 * `sentence` says on hover what the word means and what happens next; `focusable` lets the keyboard reach it too.
 */
export function Pill({
  tone,
  children,
  sentence,
  ground = false,
  focusable = false,
  className,
}: {
  tone: Tone
  children: ReactNode
  sentence?: string
  ground?: boolean
  focusable?: boolean
  className?: string
}) {
  return (
    <span
      {...(sentence === undefined ? {} : hint(sentence))}
      {...(focusable && sentence !== undefined ? { tabIndex: 0, role: 'note' } : {})}
      className={cx(
        'inline-flex items-center gap-1.5 text-sm whitespace-nowrap',
        ground && 'h-6 rounded-full px-2.5 font-medium',
        ground && toneTint[tone],
        ground || tone !== 'good' ? toneInk[tone] : 'text-ink',
        className,
      )}
    >
      <Glyph tone={tone} />
      {children}
    </span>
  )
}

/** A quiet label without meaning in its colour: a kind, a platform, a mode. */
export function Tag({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <span className={cx('inline-flex h-5 items-center rounded-sm border border-line-strong px-1.5 text-xs whitespace-nowrap text-soft', className)}>
      {children}
    </span>
  )
}
