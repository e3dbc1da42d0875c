'use client'

import type { ReactNode } from 'react'
import { optionsOf } from '@/components/state/words'
import { DataTable, type Pager } from '@/components/ui/data-table'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { FilterBar, type Filter } from '@/components/ui/filter-bar'
import { eventColumns } from './columns'
import type { EventRow } from './view'

/** In the order in which people ask for them. */
const outcomeFilter = [
  { value: 'quarantined', label: 'Set aside' },
  { value: 'applied', label: 'Applied' },
  { value: 'ignored', label: 'Ignored' },
  { value: 'waiting', label: 'Waiting' },
]

const onlyFilter = [
  { value: 'repeated', label: 'Delivered more than once' },
  { value: 'alarm', label: 'Repeats that differ' },
]

/**
 * The events list. Parameters in the address: `q`, `outcome`, `kind`, `type`, `reason`, `connection`, `only` (each
 * repeatable), `received_from`, `received_to` (days in the tenant's zone), `cols`, `older`, `newer`.
 */
export function EventsList({
  rows,
  pager,
  types,
  connections,
  zoneName,
  filtered,
  firstStepHref,
  bulk,
}: {
  rows: ReadonlyArray<EventRow>
  pager: Pager
  /** Types that there are. */
  types: ReadonlyArray<string>
  connections: ReadonlyArray<{ value: string; label: string }>
  zoneName: string
  filtered: boolean
  /** Where hearing begins. */
  firstStepHref: string
  bulk?: (ids: ReadonlyArray<string>) => ReactNode
}) {
  const filters: Filter[] = [
    { kind: 'options', name: 'outcome', label: 'Outcome', options: outcomeFilter },
    { kind: 'options', name: 'type', label: 'Event', options: typeOptions(types) },
    { kind: 'options', name: 'kind', label: 'How it came', options: optionsOf('eventKind') },
    { kind: 'days', name: 'received', label: 'Received', zoneName },
    { kind: 'options', name: 'reason', label: 'Reason', options: reasonOptions() },
    { kind: 'options', name: 'only', label: 'Only', options: onlyFilter },
    ...(connections.length > 1 ? [{ kind: 'options' as const, name: 'connection', label: 'Account', options: connections, rare: true }] : []),
  ]
  return (
    <DataTable
      caption="Events"
      rows={rows}
      columns={eventColumns}
      idOf={idOf}
      hrefOf={hrefOf}
      nameOf={nameOf}
      pager={pager}
      bar={<FilterBar search={{ name: 'q', placeholder: 'pi_…, evt_… or charge.' }} filters={filters} />}
      {...(bulk === undefined ? {} : { bulk })}
      empty={
        filtered ? (
          <EmptyState title="No event fits these filters">Take one away, or look at another period.</EmptyState>
        ) : (
          <EmptyState
            title="Events will appear here"
            action={
              <ButtonLink href={firstStepHref} look="solid">
                See how Stripe is heard
              </ButtonLink>
            }
          >
            Everything that Stripe tells about payments, and what became of it. The first comes with the first checkout.
          </EmptyState>
        )
      }
    />
  )
}

/** Families first, as `charge.*`, then every type. */
function typeOptions(types: ReadonlyArray<string>): { value: string; label: string }[] {
  const families = [...new Set(types.map((type) => type.split('.')[0] ?? type))].filter(
    (family) => types.filter((type) => type.startsWith(`${family}.`)).length > 1,
  )
  return [...families.map((family) => ({ value: `${family}.*`, label: `${family}.*` })), ...types.map((type) => ({ value: type, label: type }))]
}

/** Two codes may share a word; then the code tells them apart. */
function reasonOptions(): { value: string; label: string }[] {
  const options = optionsOf('eventReason')
  return options.map((option) =>
    options.filter((other) => other.label === option.label).length > 1
      ? { ...option, label: `${option.label} (${option.value.replaceAll('_', ' ')})` }
      : option,
  )
}

function idOf(row: EventRow): string {
  return row.id
}

function hrefOf(row: EventRow): string {
  return row.href
}

function nameOf(row: EventRow): string {
  return `event ${row.type}`
}
