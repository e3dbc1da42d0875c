'use client'

import { useRouter } from 'next/navigation'
import { useRef } from 'react'
import { Menu, MenuAction, MenuChoices, MenuHeading, MenuLine } from '@/components/ui/menu'
import { chooseTheme } from '@/components/ui/preference'
import type { FrameView } from './view'

const THEMES = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const

/** Who is signed in, the theme, and the way out. */
export function PeopleMenu({ of }: { of: FrameView }) {
  const router = useRouter()
  const form = useRef<HTMLFormElement>(null)
  const initials = of.person.name
    .split(/\s+/)
    .map((part) => part.slice(0, 1))
    .slice(0, 2)
    .join('')
    .toUpperCase()
  return (
    <>
      <Menu
        label="Your account"
        align="end"
        className="w-60"
        trigger={
          <button
            type="button"
            className="grid size-8 place-items-center rounded-full border border-line-strong bg-surface text-xs font-medium text-soft hover:bg-pressed hover:text-ink"
          >
            <span aria-hidden="true">{initials}</span>
            <span className="sr-only">Signed in as {of.person.name}</span>
          </button>
        }
      >
        <div className="px-2 py-1.5 text-sm">
          <p className="truncate font-medium">{of.person.name}</p>
          <p className="truncate text-soft">{of.person.email}</p>
          <p className="text-xs text-faint">
            {of.person.role} at {of.tenant.name}
          </p>
        </div>
        <MenuLine />
        <MenuHeading>Theme</MenuHeading>
        <MenuChoices
          value={of.theme}
          choices={THEMES}
          onChange={(next) => {
            chooseTheme(next)
            router.refresh()
          }}
        />
        <MenuLine />
        <MenuAction onSelect={() => form.current?.requestSubmit()}>Sign out</MenuAction>
      </Menu>
      <form ref={form} method="post" action={of.signOut.path} hidden>
        {Object.entries(of.signOut.hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
      </form>
    </>
  )
}
