import type { ReactNode } from 'react'
import { cx } from './class-names'
import { Glyph } from './glyph'
import { toneInk, toneTint, type Tone } from './tone'

/** A message in the page: what happened, what was not lost, what to do. `urgent` has it read out at once. */
export function Notice({
  tone,
  title,
  children,
  actions,
  urgent = false,
}: {
  tone: Tone
  title: string
  children?: ReactNode
  actions?: ReactNode
  urgent?: boolean
}) {
  return (
    <div role={urgent ? 'alert' : 'status'} className={cx('flex items-start gap-3 rounded-lg px-4 py-3 text-sm', toneTint[tone])}>
      <Glyph tone={tone} className="mt-[5px]" />
      <div className="min-w-0 flex-1">
        <p className={cx('font-medium', toneInk[tone])}>{title}</p>
        {children !== undefined && <div className="mt-0.5 text-soft">{children}</div>}
      </div>
      {actions !== undefined && <div className="flex shrink-0 flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
