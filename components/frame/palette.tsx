'use client'

import { Command } from 'cmdk'
import { CornerDownLeft, Search } from 'lucide-react'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { Amount } from '@/components/money/amount'
import { BareDialog } from '@/components/ui/dialog'
import { Key } from '@/components/ui/keys'
import { chooseTheme } from '@/components/ui/preference'
import { switchedTenant } from './address'
import { placeHref, places, switchedMode } from './places'
import type { FrameView, SearchHit } from './view'

const ASK_AFTER_MS = 120

const KIND: Readonly<Record<SearchHit['kind'], string>> = {
  payment: 'Payment',
  order: 'Order',
  store: 'Store',
  event: 'Event',
  attempt: 'Attempt',
}

function hitsOf(body: unknown): SearchHit[] {
  if (typeof body !== 'object' || body === null || !('hits' in body) || !Array.isArray(body.hits)) return []
  return body.hits as SearchHit[]
}

type Found = { query: string; hits: SearchHit[]; failed: boolean }

/** One box for everything: ids, order numbers, amounts and e-mails are looked up, places and commands are found by name. */
export function Palette({ of, open, onOpenChange }: { of: FrameView; open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <BareDialog open={open} onOpenChange={onOpenChange} title="Search and commands">
      <PaletteBody of={of} onDone={() => onOpenChange(false)} />
    </BareDialog>
  )
}

function PaletteBody({ of, onDone }: { of: FrameView; onDone: () => void }) {
  const router = useRouter()
  const path = usePathname()
  const params = useSearchParams()
  const [text, setText] = useState('')
  const [found, setFound] = useState<Found | null>(null)
  const [picked, setPicked] = useState('')
  const query = text.trim()

  useEffect(() => {
    if (query.length < 2) return
    const stop = new AbortController()
    const timer = setTimeout(async () => {
      try {
        const answer = await fetch(`${of.searchPath}${of.searchPath.includes('?') ? '&' : '?'}q=${encodeURIComponent(query)}`, {
          signal: stop.signal,
          headers: { accept: 'application/json' },
        })
        const hits = answer.ok ? hitsOf(await answer.json()) : []
        setFound({ query, hits, failed: !answer.ok })
        // What was found goes first: Enter opens it, whatever was marked while waiting. Where nothing was, a place of that name.
        const place = of.places.find((key) => places[key].name.toLowerCase().startsWith(query.toLowerCase()))
        setPicked(hits[0] !== undefined ? `hit ${hits[0].id}` : place !== undefined ? `place ${place}` : 'all payments')
      } catch {
        if (!stop.signal.aborted) setFound({ query, hits: [], failed: true })
      }
    }, ASK_AFTER_MS)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [query, of.searchPath, of.places])

  const go = (href: string) => {
    onDone()
    router.push(href)
  }
  const asking = query.length >= 2 && found?.query !== query
  const hits = query.length < 2 ? [] : (found?.hits ?? [])
  const word = query.toLowerCase()
  const fits = (name: string) => word === '' || name.toLowerCase().includes(word)
  const other = of.mode === 'live' ? 'test' : 'live'
  const commands = [
    { name: `Switch to ${other} mode`, run: () => go(switchedMode(path, params.toString(), other)) },
    { name: 'Theme: light', run: () => chosen('light') },
    { name: 'Theme: dark', run: () => chosen('dark') },
    { name: 'Theme: as the system', run: () => chosen('system') },
    ...of.tenants
      .filter((tenant) => tenant.slug !== of.tenant.slug)
      .map((tenant) => ({ name: `Go to ${tenant.name}`, run: () => go(switchedTenant(path, tenant.slug, of.mode)) })),
  ].filter((command) => (word === '' ? false : fits(command.name)))
  const shownPlaces = of.places.filter((key) => fits(places[key].name))

  function chosen(theme: 'light' | 'dark' | 'system') {
    chooseTheme(theme)
    onDone()
    router.refresh()
  }

  return (
    <Command label="Search and commands" shouldFilter={false} loop value={picked} onValueChange={setPicked}>
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Search aria-hidden="true" className="size-4 shrink-0 text-faint" />
        <Command.Input
          value={text}
          onValueChange={setText}
          autoFocus
          placeholder="Order number, e-mail, amount, pi_ ch_ cs_ id, or a place"
          className="h-12 w-full bg-transparent text-lg outline-none placeholder:text-faint"
        />
        <Key>Esc</Key>
      </div>
      <Command.List className="quiet-scroll max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5">
        {hits.length > 0 && (
          <Group heading="Found">
            {hits.map((hit) => (
              <Item key={hit.id} value={`hit ${hit.id}`} onSelect={() => go(hit.href)}>
                <span className="w-16 shrink-0 text-xs text-faint">{KIND[hit.kind]}</span>
                <span className="min-w-0 flex-1">
                  <span className="font-medium">{hit.label}</span>
                  <span className="ml-2 text-soft">{hit.detail}</span>
                </span>
                {hit.amount !== undefined && <Amount of={hit.amount} className="max-sm:hidden" />}
              </Item>
            ))}
          </Group>
        )}
        {query !== '' && (
          <Group heading="Payments">
            <Item value="all payments" onSelect={() => go(withQuery(placeHref(of.tenant.slug, 'payments', of.mode), query))}>
              <span className="min-w-0 flex-1 truncate">
                Payments that fit “<span className="font-medium">{query}</span>”
              </span>
              <CornerDownLeft aria-hidden="true" className="size-4 text-faint" />
            </Item>
          </Group>
        )}
        {shownPlaces.length > 0 && (
          <Group heading="Places">
            {shownPlaces.map((key) => {
              const { name, icon: Icon } = places[key]
              return (
                <Item key={key} value={`place ${key}`} onSelect={() => go(placeHref(of.tenant.slug, key, of.mode))}>
                  <Icon aria-hidden="true" className="size-4 text-faint" />
                  {name}
                </Item>
              )
            })}
          </Group>
        )}
        {commands.length > 0 && (
          <Group heading="Commands">
            {commands.map((command) => (
              <Item key={command.name} value={`command ${command.name}`} onSelect={command.run}>
                {command.name}
              </Item>
            ))}
          </Group>
        )}
      </Command.List>
      <p role="status" className="border-t border-line px-4 py-2 text-xs text-faint">
        {query.length < 2
          ? 'Type two letters or digits to search. j and k move in lists, Enter opens, x selects.'
          : asking
            ? 'Searching…'
            : found?.failed === true
              ? 'The search did not answer. Try again, or look in the payments list.'
              : hits.length === 0
                ? 'Nothing in this mode has this number, name or id.'
                : `${hits.length} found in ${of.mode} mode.`}
      </p>
    </Command>
  )
}

function Group({ heading, children }: { heading: string; children: React.ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-faint"
    >
      {children}
    </Command.Group>
  )
}

function Item({ value, onSelect, children }: { value: string; onSelect: () => void; children: React.ReactNode }) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-2.5 py-1 text-sm data-[selected=true]:bg-pressed max-sm:min-h-11"
    >
      {children}
    </Command.Item>
  )
}

function withQuery(href: string, query: string): string {
  return `${href}${href.includes('?') ? '&' : '?'}q=${encodeURIComponent(query)}`
}
