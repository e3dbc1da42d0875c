'use client'

import { ChevronDown, ListFilterPlus, Search, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Popover } from 'radix-ui'
import { useRef, useState, useTransition } from 'react'
import { Button } from './button'
import { cx } from './class-names'
import { Field, Input } from './field'
import { floatClass, Menu, MenuAction, MenuTick } from './menu'
import { useViewAddress } from './view-address'

/** A filter over a closed list. Several values may be on; they are an "or". `name` is its parameter in the address. */
export type OptionFilter = {
  kind: 'options'
  name: string
  label: string
  options: ReadonlyArray<{ value: string; label: string }>
  rare?: boolean
}

/** A filter over days, both ends included, in the zone of the tenant: `<name>_from` and `<name>_to`, `YYYY-MM-DD`. */
export type DayFilter = { kind: 'days'; name: string; label: string; zoneName: string; rare?: boolean }

/** A filter of a list. A `rare` one waits under More until it is on. */
export type Filter = OptionFilter | DayFilter

/** Search and filter chips above a list. What they hold is in the address and nowhere else. */
export function FilterBar({ filters, search }: { filters: ReadonlyArray<Filter>; search?: { name: string; placeholder: string } }) {
  const address = useViewAddress()
  const router = useRouter()
  const [pending, startTransition] = useTransition()
  const [asked, setAsked] = useState<ReadonlyArray<string>>([])
  const go = (href: string) => startTransition(() => router.replace(href, { scroll: false }))

  const names = filters.flatMap((filter) => (filter.kind === 'options' ? [filter.name] : [`${filter.name}_from`, `${filter.name}_to`]))
  const isOn = (filter: Filter) =>
    filter.kind === 'options' ? address.get(filter.name) !== null : address.get(`${filter.name}_from`) !== null || address.get(`${filter.name}_to`) !== null
  const hidden = filters.filter((filter) => filter.rare === true && !asked.includes(filter.name) && !isOn(filter))
  const shown = filters.filter((filter) => !hidden.includes(filter))
  const anyOn = [...names, ...(search === undefined ? [] : [search.name])].some((name) => address.get(name) !== null)

  return (
    <div className="relative flex flex-wrap items-center gap-2" role="search" aria-label="Filter the list" aria-busy={pending}>
      {search !== undefined && (
        <SearchBox
          key={address.get(search.name) ?? ''}
          value={address.get(search.name) ?? ''}
          placeholder={search.placeholder}
          onSearch={(text) => go(address.hrefWith({ [search.name]: text === '' ? null : text }))}
        />
      )}
      <div className="quiet-scroll flex min-w-0 items-center gap-2 max-sm:-mx-4 max-sm:w-[calc(100%+2rem)] max-sm:overflow-x-auto max-sm:px-4 max-sm:py-0.5 sm:flex-wrap">
        {shown.map((filter) =>
          filter.kind === 'options' ? (
            <OptionChip
              key={filter.name}
              filter={filter}
              values={address.getAll(filter.name)}
              onChange={(values) => go(address.hrefWith({ [filter.name]: values.length === 0 ? null : values }))}
            />
          ) : (
            <DayChip
              key={filter.name}
              filter={filter}
              from={address.get(`${filter.name}_from`) ?? ''}
              to={address.get(`${filter.name}_to`) ?? ''}
              onChange={(from, to) => go(address.hrefWith({ [`${filter.name}_from`]: from || null, [`${filter.name}_to`]: to || null }))}
            />
          ),
        )}
        {hidden.length > 0 && (
          <Menu
            label="More filters"
            trigger={
              <button type="button" className={`${CHIP_OFF} max-sm:shrink-0`}>
                <ListFilterPlus aria-hidden="true" className="size-3.5" />
                More
              </button>
            }
          >
            {hidden.map((filter) => (
              <MenuAction key={filter.name} onSelect={() => setAsked([...asked, filter.name])}>
                {filter.label}
              </MenuAction>
            ))}
          </Menu>
        )}
        {anyOn && (
          <Button
            look="ghost"
            onClick={() => go(address.hrefWith(Object.fromEntries([...names, ...(search === undefined ? [] : [search.name])].map((name) => [name, null]))))}
          >
            Clear
          </Button>
        )}
      </div>
      {pending && (
        <span aria-hidden="true" className="absolute inset-x-0 -bottom-2 h-0.5 overflow-hidden rounded-full">
          <span className="block h-full w-1/3 animate-sweep bg-accent" />
        </span>
      )}
    </div>
  )
}

function SearchBox({ value, placeholder, onSearch }: { value: string; placeholder: string; onSearch: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <form
      className="relative w-64 max-sm:w-full"
      onSubmit={(event) => {
        event.preventDefault()
        onSearch(input.current?.value.trim() ?? '')
      }}
    >
      <Search aria-hidden="true" className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint" />
      <input
        ref={input}
        type="search"
        name="q"
        defaultValue={value}
        placeholder={placeholder}
        aria-label={placeholder}
        enterKeyHint="search"
        className="h-8 w-full rounded-md border border-edge bg-surface pr-2 pl-8 text-sm hover:border-soft max-sm:h-10 max-sm:text-lg"
      />
    </form>
  )
}

const CHIP = 'inline-flex h-8 max-w-full min-w-0 items-center gap-1.5 px-2.5 text-sm whitespace-nowrap max-sm:h-10'
const CHIP_OFF = `${CHIP} rounded-md border border-dashed border-line-strong bg-surface text-soft hover:border-edge hover:bg-hover hover:text-ink`
const CHIP_ON = `${CHIP} rounded-l-md bg-accent-tint text-soft hover:text-ink`

function ChipLabel({ label, value }: { label: string; value: string | null }) {
  return (
    <>
      <span>{label}</span>
      {value === null ? (
        <ChevronDown aria-hidden="true" className="-mr-0.5 size-3.5 text-faint" />
      ) : (
        <span className="min-w-0 truncate font-medium text-accent">{value}</span>
      )}
    </>
  )
}

function ClearChip({ label, onClear }: { label: string; onClear: () => void }) {
  return (
    <button
      type="button"
      aria-label={`Clear ${label}`}
      onClick={onClear}
      className="inline-grid h-8 w-7 shrink-0 place-items-center rounded-r-md bg-accent-tint text-soft hover:text-ink max-sm:h-10 max-sm:w-9"
    >
      <X aria-hidden="true" className="size-3.5" />
    </button>
  )
}

function OptionChip({ filter, values, onChange }: { filter: OptionFilter; values: ReadonlyArray<string>; onChange: (values: string[]) => void }) {
  const names = values.map((value) => filter.options.find((option) => option.value === value)?.label ?? value)
  const on = values.length > 0
  return (
    <span className="inline-flex max-w-full min-w-0 items-center max-sm:shrink-0">
      <Menu
        label={filter.label}
        trigger={
          <button type="button" className={on ? CHIP_ON : CHIP_OFF}>
            <ChipLabel label={filter.label} value={!on ? null : names.length > 2 ? `${names.slice(0, 2).join(', ')} +${names.length - 2}` : names.join(', ')} />
          </button>
        }
      >
        {filter.options.map((option) => (
          <MenuTick
            key={option.value}
            checked={values.includes(option.value)}
            onChange={(checked) => onChange(checked ? [...values, option.value] : values.filter((value) => value !== option.value))}
          >
            {option.label}
          </MenuTick>
        ))}
      </Menu>
      {on && <ClearChip label={filter.label} onClear={() => onChange([])} />}
    </span>
  )
}

function DayChip({ filter, from, to, onChange }: { filter: DayFilter; from: string; to: string; onChange: (from: string, to: string) => void }) {
  const [open, setOpen] = useState(false)
  const on = from !== '' || to !== ''
  return (
    <span className="inline-flex max-w-full min-w-0 items-center max-sm:shrink-0">
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger asChild>
          <button type="button" className={on ? CHIP_ON : CHIP_OFF}>
            <ChipLabel label={filter.label} value={!on ? null : from === to ? from : `${from === '' ? 'start' : from} – ${to === '' ? 'now' : to}`} />
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="start"
            sideOffset={4}
            collisionPadding={8}
            aria-label={filter.label}
            className={cx(floatClass, 'w-84 max-w-[calc(100vw-1rem)] p-3')}
          >
            <form
              className="space-y-3"
              onSubmit={(event) => {
                event.preventDefault()
                const data = new FormData(event.currentTarget)
                setOpen(false)
                onChange(String(data.get('from') ?? ''), String(data.get('to') ?? ''))
              }}
            >
              <div className="grid grid-cols-2 gap-2">
                <Field label="From">{(parts) => <Input {...parts} type="date" name="from" defaultValue={from} />}</Field>
                <Field label="To">{(parts) => <Input {...parts} type="date" name="to" defaultValue={to} />}</Field>
              </div>
              <p className="text-xs text-faint">Whole days in {filter.zoneName} time, both included.</p>
              <Button type="submit" look="solid" className="w-full">
                Apply
              </Button>
            </form>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {on && <ClearChip label={filter.label} onClear={() => onChange('', '')} />}
    </span>
  )
}
