import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { buttonClass, iconButtonClass, type ButtonLook } from './button-class'

/** A button. `busy` keeps its width and says that work is under way. */
export function Button({
  look = 'outline',
  size = 'md',
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ComponentProps<'button'> & { look?: ButtonLook; size?: 'sm' | 'md'; busy?: boolean }) {
  return (
    <button type="button" {...rest} disabled={disabled === true || busy} aria-busy={busy || undefined} className={buttonClass(look, size, className)}>
      {children}
    </button>
  )
}

/** A link that looks like a button. */
export function ButtonLink({ look = 'outline', size = 'md', className, ...rest }: ComponentProps<typeof Link> & { look?: ButtonLook; size?: 'sm' | 'md' }) {
  return <Link {...rest} className={buttonClass(look, size, className)} />
}

/** A square button with one icon and a spoken name. */
export function IconButton({ label, children, className, ...rest }: Omit<ComponentProps<'button'>, 'aria-label'> & { label: string; children: ReactNode }) {
  return (
    <button type="button" aria-label={label} {...rest} className={iconButtonClass(className)}>
      {children}
    </button>
  )
}
