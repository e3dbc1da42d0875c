import { useId, type ComponentProps, type ReactNode } from 'react'
import { cx } from './class-names'

const BOX =
  'w-full rounded-md border border-edge bg-surface px-2.5 text-base text-ink hover:border-soft disabled:bg-sunken disabled:text-faint ' +
  'aria-invalid:border-bad-mark focus-visible:outline-offset-0'

type FieldParts = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }

/** A label, its input, a line of help and the error, tied together for screen readers. */
export function Field({
  label,
  help,
  error,
  children,
}: {
  label: string
  help?: ReactNode
  error?: string | undefined
  children: (parts: FieldParts) => ReactNode
}) {
  const id = useId()
  const described = [help !== undefined && `${id}-help`, error !== undefined && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {help !== undefined && (
        <p id={`${id}-help`} className="mt-1 text-xs text-faint">
          {help}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="mt-1 text-sm text-bad-ink">
          {error}
        </p>
      )}
    </div>
  )
}

/** One line of text. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={cx(BOX, 'h-9 max-sm:h-11', className)} />
}

/** One choice of a few, with the browser's own list. */
export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={cx(BOX, 'h-9 max-sm:h-11', className)} />
}

/** A box to tick with its words beside it. */
export function Tick({ label, className, ...rest }: Omit<ComponentProps<'input'>, 'type'> & { label: ReactNode }) {
  return (
    <label className={cx('inline-flex items-center gap-2 text-sm', className)}>
      <input type="checkbox" {...rest} className="size-4 accent-accent-solid" />
      {label}
    </label>
  )
}
