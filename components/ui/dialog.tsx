'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useState, type ReactNode } from 'react'
import { iconButtonClass } from './button-class'
import { cx } from './class-names'

const SCRIM = 'fixed inset-0 z-40 bg-scrim animate-fade'

/**
 * Gives the focus back to where it was when the box opened: these boxes are opened by state, so that Radix knows no
 * trigger to return to and would leave a keyboard at the top of the page.
 */
function useFocusBack(open: boolean): { onCloseAutoFocus: (event: Event) => void } {
  const [seen, setSeen] = useState<{ open: boolean; before: Element | null }>({ open: false, before: null })
  if (seen.open !== open) setSeen({ open, before: open ? document.activeElement : seen.before })
  return {
    onCloseAutoFocus: (event) => {
      event.preventDefault()
      if (seen.before instanceof HTMLElement) seen.before.focus({ preventScroll: true })
    },
  }
}

/** A question or a form in front of the page. */
export function Dialog({
  open,
  onOpenChange,
  title,
  note,
  children,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  note?: string
  children: ReactNode
}) {
  const focusBack = useFocusBack(open)
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={SCRIM} />
        <Radix.Content
          {...focusBack}
          {...(note === undefined ? { 'aria-describedby': undefined } : {})}
          className="fixed top-[12dvh] left-1/2 z-40 w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 animate-fade rounded-xl border border-line-strong bg-raised p-5 shadow-float outline-none"
        >
          <div className="mb-3 flex items-start justify-between gap-4">
            <div>
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {note !== undefined && <Radix.Description className="mt-0.5 text-sm text-soft">{note}</Radix.Description>}
            </div>
            <Radix.Close aria-label="Close" className={iconButtonClass('-mt-1 -mr-1')}>
              <X aria-hidden="true" className="size-4" />
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** A bare box in front of the page whose content brings its own look, for the command palette. */
export function BareDialog({
  open,
  onOpenChange,
  title,
  children,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  children: ReactNode
}) {
  const focusBack = useFocusBack(open)
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={SCRIM} />
        <Radix.Content
          {...focusBack}
          aria-describedby={undefined}
          className="fixed top-[10dvh] left-1/2 z-40 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 animate-fade overflow-hidden rounded-xl border border-line-strong bg-raised shadow-float outline-none"
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** A sheet that slides in from the left, for the rail on narrow windows. */
export function Drawer({
  open,
  onOpenChange,
  title,
  children,
  className,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  children: ReactNode
  className?: string
}) {
  const focusBack = useFocusBack(open)
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={SCRIM} />
        <Radix.Content
          {...focusBack}
          aria-describedby={undefined}
          className={cx(
            'fixed inset-y-0 left-0 z-40 w-72 max-w-[85vw] animate-slide overflow-y-auto border-r border-line-strong bg-canvas shadow-float outline-none',
            className,
          )}
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
