'use client'

import { Check } from 'lucide-react'
import Link from 'next/link'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { cx } from './class-names'

const ITEM =
  'flex min-h-8 w-full items-center gap-2 rounded-sm px-2 py-1 text-sm text-ink outline-none select-none ' +
  'data-highlighted:bg-pressed data-disabled:text-faint max-sm:min-h-10'

/** The ground of everything that floats. */
export const floatClass =
  'z-40 max-h-[min(26rem,var(--radix-popper-available-height,80dvh))] overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-float animate-rise outline-none quiet-scroll'

/** A list of actions or choices that opens from a button. */
export function Menu({
  trigger,
  children,
  align = 'start',
  label,
  className,
}: {
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'end'
  label: string
  className?: string
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content aria-label={label} align={align} sideOffset={4} collisionPadding={8} className={cx(floatClass, 'min-w-44', className)}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** An action. */
export function MenuAction({ onSelect, children, disabled }: { onSelect: () => void; children: ReactNode; disabled?: boolean }) {
  return (
    <DropdownMenu.Item className={ITEM} onSelect={onSelect} disabled={disabled}>
      {children}
    </DropdownMenu.Item>
  )
}

/** A link; `current` marks where one is. */
export function MenuLink({ href, children, current }: { href: string; children: ReactNode; current?: boolean }) {
  return (
    <DropdownMenu.Item asChild className={ITEM}>
      <Link href={href} aria-current={current === true ? 'true' : undefined}>
        <span className="min-w-0 flex-1 truncate">{children}</span>
        {current === true && <Check aria-hidden="true" className="size-4 text-soft" />}
      </Link>
    </DropdownMenu.Item>
  )
}

/** A choice among several that may be on together; the menu stays open. */
export function MenuTick({
  checked,
  onChange,
  children,
  disabled,
}: {
  checked: boolean
  onChange: (checked: boolean) => void
  children: ReactNode
  disabled?: boolean
}) {
  return (
    <DropdownMenu.CheckboxItem className={ITEM} checked={checked} disabled={disabled} onCheckedChange={onChange} onSelect={(event) => event.preventDefault()}>
      <span
        aria-hidden="true"
        className={cx('grid size-4 place-items-center rounded-sm border', checked ? 'border-accent-solid bg-accent-solid text-on-accent' : 'border-edge')}
      >
        {checked && <Check className="size-3" strokeWidth={3} />}
      </span>
      {children}
    </DropdownMenu.CheckboxItem>
  )
}

/** A choice of exactly one. */
export function MenuChoices<Value extends string>({
  value,
  onChange,
  choices,
}: {
  value: Value
  onChange: (value: Value) => void
  choices: ReadonlyArray<{ value: Value; label: string }>
}) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)}>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem key={choice.value} value={choice.value} className={ITEM} onSelect={(event) => event.preventDefault()}>
          <span className="flex-1">{choice.label}</span>
          <DropdownMenu.ItemIndicator>
            <Check aria-hidden="true" className="size-4 text-soft" />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

/** Words above a group of items. */
export function MenuHeading({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-xs text-faint">{children}</DropdownMenu.Label>
}

/** A line between groups. */
export function MenuLine() {
  return <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />
}
