'use client'

import { ChevronsUpDown, PanelLeft } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { IconButton } from '@/components/ui/button'
import { cx } from '@/components/ui/class-names'
import { countText } from '@/components/ui/count'
import { hint } from '@/components/ui/hint'
import { Menu, MenuHeading, MenuLink } from '@/components/ui/menu'
import { switchedTenant } from './address'
import { placeHref, places } from './places'
import type { FrameView, PlaceKey } from './view'

/** The places of a tenant. `narrow` shows only their signs. */
export function Rail({ of, narrow, onToggle, onGo }: { of: FrameView; narrow: boolean; onToggle?: () => void; onGo?: () => void }) {
  return (
    <section aria-label="Account and places" className="flex h-full flex-col px-2 pt-2 pb-3">
      <TenantSwitch of={of} narrow={narrow} />
      <nav aria-label="Places" className="mt-2 flex-1">
        <ul className="grid gap-px">
          {of.places.map((key) => (
            <Place key={key} of={of} place={key} narrow={narrow} onGo={onGo} />
          ))}
        </ul>
      </nav>
      {onToggle !== undefined && (
        <IconButton label={narrow ? 'Widen the rail' : 'Narrow the rail'} onClick={onToggle} aria-expanded={!narrow}>
          <PanelLeft aria-hidden="true" className="size-4" />
        </IconButton>
      )}
    </section>
  )
}

function Place({ of, place, narrow, onGo }: { of: FrameView; place: PlaceKey; narrow: boolean; onGo: (() => void) | undefined }) {
  const path = usePathname()
  const { name, path: segment, icon: Icon } = places[place]
  const root = `/${of.tenant.slug}${segment}`
  const current = place === 'home' ? path === root : path === root || path.startsWith(`${root}/`)
  const count = of.counts[place] ?? 0
  return (
    <li>
      <Link
        href={placeHref(of.tenant.slug, place, of.mode)}
        aria-current={current ? 'page' : undefined}
        onClick={onGo}
        {...(narrow ? hint(name) : {})}
        className={cx(
          'flex h-8 items-center gap-2.5 rounded-md px-2 text-sm max-rail:h-10',
          current ? 'bg-pressed font-medium text-ink' : 'text-soft hover:bg-pressed/60 hover:text-ink',
          narrow && 'justify-center',
        )}
      >
        <Icon aria-hidden="true" className="size-4 shrink-0" strokeWidth={current ? 2.2 : 1.8} />
        <span className={narrow ? 'sr-only' : 'flex-1 truncate'}>{name}</span>
        {count > 0 && (
          <span className={cx('figures rounded-full bg-attention-tint text-xs font-medium text-attention-ink', narrow ? 'sr-only' : 'px-1.5')}>
            {countText(count)}
          </span>
        )}
      </Link>
    </li>
  )
}

function TenantSwitch({ of, narrow }: { of: FrameView; narrow: boolean }) {
  const path = usePathname()
  const sign = (
    <span aria-hidden="true" className="grid size-6 shrink-0 place-items-center rounded-md bg-ink text-xs font-semibold text-surface">
      {of.tenant.name.slice(0, 1).toUpperCase()}
    </span>
  )
  if (of.tenants.length < 2) {
    return (
      <div className={cx('flex h-9 items-center gap-2.5 px-1.5', narrow && 'justify-center')}>
        {sign}
        <span className={narrow ? 'sr-only' : 'truncate text-sm font-semibold'}>{of.tenant.name}</span>
      </div>
    )
  }
  return (
    <Menu
      label="Accounts"
      className="w-60"
      trigger={
        <button type="button" className={cx('flex h-9 w-full items-center gap-2.5 rounded-md px-1.5 text-left hover:bg-pressed', narrow && 'justify-center')}>
          {sign}
          <span className={narrow ? 'sr-only' : 'min-w-0 flex-1 truncate text-sm font-semibold'}>{of.tenant.name}</span>
          <span className="sr-only">, change account</span>
          {!narrow && <ChevronsUpDown aria-hidden="true" className="size-3.5 text-faint" />}
        </button>
      }
    >
      <MenuHeading>Accounts</MenuHeading>
      {of.tenants.map((tenant) => (
        <MenuLink key={tenant.slug} href={switchedTenant(path, tenant.slug, of.mode)} current={tenant.slug === of.tenant.slug}>
          {tenant.name}
        </MenuLink>
      ))}
    </Menu>
  )
}
