'use client'

import { Menu as MenuIcon, Search } from 'lucide-react'
import dynamic from 'next/dynamic'
import { usePathname } from 'next/navigation'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { IconButton } from '@/components/ui/button'
import { cx } from '@/components/ui/class-names'
import { ClockProvider } from '@/components/ui/clock'
import { Drawer } from '@/components/ui/dialog'
import { hint } from '@/components/ui/hint'
import { HintLayer } from '@/components/ui/hint-layer'
import { useKeptScroll } from '@/components/ui/kept-scroll'
import { Key } from '@/components/ui/keys'
import { isTyping } from '@/components/ui/list-keys'
import { keepPreference } from '@/components/ui/preference'
import { RAIL_COOKIE } from '@/components/ui/theme'
import { ModeSwitch } from './mode-switch'
import { PeopleMenu } from './people-menu'
import { Rail } from './rail'
import type { FrameView } from './view'

// Loaded when it is first asked for: most pages are read without it.
const Palette = dynamic(() => import('./palette').then((module) => module.Palette), { ssr: false })

/** What surrounds every screen of a tenant: rail (a drawer under 900 px), search, mode, people, and the mark of unreal money. */
export function Frame({ of, children }: { of: FrameView; children: ReactNode }) {
  const path = usePathname()
  const [narrow, setNarrow] = useState(of.railNarrow)
  const [drawer, setDrawer] = useState(false)
  const [palette, setPalette] = useState<'never' | 'open' | 'closed'>('never')
  const main = useRef<HTMLElement>(null)
  useKeptScroll(main, path)

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
        event.preventDefault()
        setPalette('open')
      } else if (event.key === '/' && !isTyping(event)) {
        event.preventDefault()
        setPalette('open')
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  const toggle = () => {
    setNarrow(!narrow)
    keepPreference(RAIL_COOKIE, narrow ? null : '1')
  }
  const unreal = of.sandbox || of.mode === 'test'

  return (
    <ClockProvider now={of.now} zone={of.zone}>
      <a
        href="#main"
        className="sr-only rounded-md bg-accent-solid px-3 py-2 text-sm font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-1 focus:left-1 focus:z-50"
      >
        Skip to the page
      </a>
      {unreal && <div aria-hidden="true" className={cx('fixed inset-x-0 top-0 z-30 h-[3px]', of.sandbox ? 'hatched' : 'bg-attention-mark')} />}
      <div className={cx('grid min-h-dvh rail:h-dvh', narrow ? 'rail:grid-cols-[3.25rem_minmax(0,1fr)]' : 'rail:grid-cols-[13.5rem_minmax(0,1fr)]')}>
        <div className="quiet-scroll overflow-y-auto border-r border-line bg-canvas pt-[3px] max-rail:hidden">
          <Rail of={of} narrow={narrow} onToggle={toggle} />
        </div>
        <div className="flex min-h-0 min-w-0 flex-col">
          <header className="sticky top-0 z-20 flex h-12 shrink-0 items-center gap-2 border-b border-line bg-canvas px-3 pt-[3px] sm:px-6 rail:static">
            <IconButton label="Places" className="-ml-1 rail:hidden" onClick={() => setDrawer(true)}>
              <MenuIcon aria-hidden="true" className="size-4.5" />
            </IconButton>
            <button
              type="button"
              onClick={() => setPalette('open')}
              aria-keyshortcuts="/ Control+K"
              className="flex h-8 w-full max-w-md min-w-0 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-left text-sm text-faint hover:border-edge hover:text-soft max-sm:w-auto max-sm:flex-1"
            >
              <Search aria-hidden="true" className="size-4 shrink-0" />
              <span className="flex-1 truncate">
                Search<span className="max-sm:hidden"> orders, payments, amounts, ids</span>
              </span>
              <span className="flex gap-1 max-sm:hidden">
                <Key>/</Key>
              </span>
            </button>
            <div className="flex-1 max-sm:hidden" />
            {unreal && <UnrealMark sandbox={of.sandbox} href={of.consoleHref} />}
            <ModeSwitch mode={of.mode} />
            <PeopleMenu of={of} />
          </header>
          <main ref={main} id="main" tabIndex={-1} className="quiet-scroll relative min-h-0 min-w-0 flex-1 bg-surface outline-none rail:overflow-y-auto">
            {children}
          </main>
        </div>
      </div>
      <Drawer open={drawer} onOpenChange={setDrawer} title="Places">
        <Rail of={of} narrow={false} onGo={() => setDrawer(false)} />
      </Drawer>
      {palette !== 'never' && <Palette of={of} open={palette === 'open'} onOpenChange={(open) => setPalette(open ? 'open' : 'closed')} />}
      <HintLayer />
    </ClockProvider>
  )
}

function UnrealMark({ sandbox, href }: { sandbox: boolean; href: string | undefined }) {
  const look = 'inline-flex h-6 shrink-0 items-center rounded-full bg-attention-tint px-2.5 text-xs font-medium text-attention-ink'
  const why = sandbox
    ? 'Everything here runs on this machine against a stand-in for Stripe. No money is real, in live mode neither.'
    : 'You are looking at test money. Live payments are not shown here.'
  if (href !== undefined) {
    return (
      <a href={href} className={cx(look, 'hover:underline')} {...hint(`${why} Click for its console page.`)}>
        {sandbox ? 'Sandbox' : 'Test money'}
      </a>
    )
  }
  return (
    <span className={cx(look, !sandbox && 'max-sm:hidden')} {...hint(why)}>
      {sandbox ? 'Sandbox' : 'Test money'}
    </span>
  )
}
