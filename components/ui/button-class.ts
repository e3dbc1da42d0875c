import { cx } from './class-names'

/** `solid` for the one main action, `outline` for the others, `ghost` inside bars and rows, `danger` for what cannot be undone. */
export type ButtonLook = 'solid' | 'outline' | 'ghost' | 'danger'

const LOOK: Readonly<Record<ButtonLook, string>> = {
  solid: 'bg-accent-solid text-on-accent hover:bg-accent-solid-hover font-medium',
  outline: 'border border-line-strong bg-surface text-ink hover:bg-hover active:bg-pressed',
  ghost: 'text-soft hover:bg-pressed hover:text-ink',
  danger: 'border border-bad-mark bg-surface text-bad-ink hover:bg-bad-tint font-medium',
}

/** Classes of a button, also for links that look like one. */
export function buttonClass(look: ButtonLook = 'outline', size: 'sm' | 'md' = 'md', extra?: string): string {
  return cx(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md whitespace-nowrap select-none transition-colors',
    'disabled:pointer-events-none disabled:opacity-50 aria-disabled:pointer-events-none aria-disabled:opacity-50',
    size === 'sm' ? 'h-7 px-2 text-sm' : 'h-8 px-3 text-sm max-sm:h-10 max-sm:px-4 max-sm:text-base',
    LOOK[look],
    extra,
  )
}

/** Classes of a square button that holds one icon. */
export function iconButtonClass(extra?: string): string {
  return cx(
    'inline-grid size-8 shrink-0 place-items-center rounded-md text-soft transition-colors hover:bg-pressed hover:text-ink',
    'disabled:pointer-events-none disabled:opacity-40 aria-disabled:pointer-events-none aria-disabled:opacity-40',
    extra,
  )
}
