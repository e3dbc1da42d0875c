'use client'

import { Amount } from '@/components/money/amount'
import { State } from '@/components/state/state'
import { optionsOf } from '@/components/state/words'
import { ButtonLink } from '@/components/ui/button'
import { DataTable, RowLink, type Column, type Pager } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { FilterBar } from '@/components/ui/filter-bar'
import { Glyph } from '@/components/ui/glyph'
import { hint } from '@/components/ui/hint'
import { Time, ZoneName } from '@/components/ui/time'
import type { OrderRow } from './view'

const columns: ReadonlyArray<Column<OrderRow>> = [
  {
    id: 'order',
    name: 'Order',
    card: 'title',
    className: 'sm:max-w-72',
    cell: (row) => (
      <span className="flex min-w-0 items-baseline gap-2">
        <RowLink href={row.href} className="max-w-full shrink-0 truncate">
          {row.number}
        </RowLink>
        <span className="min-w-0 truncate text-soft">{row.customer}</span>
      </span>
    ),
  },
  {
    id: 'total',
    name: 'Total',
    align: 'end',
    card: 'figure',
    cell: (row) =>
      row.total === null ? (
        <span className="figures text-attention-ink" {...hint(row.problem ?? 'The store’s figure could not be taken exactly.')}>
          {row.totalText}
        </span>
      ) : (
        <Amount of={row.total} className="font-medium" />
      ),
  },
  { id: 'payment', name: 'Payment', card: 'first', cell: (row) => <State of="order" is={row.payment} /> },
  {
    id: 'matched',
    name: 'Linked',
    align: 'end',
    cell: (row) => (BigInt(row.matched.minor) === 0n ? <span className="text-soft">–</span> : <Amount of={row.matched} less />),
  },
  {
    id: 'store',
    name: 'Store',
    className: 'sm:max-w-48 truncate text-soft',
    cell: (row) => <span title={row.store}>{row.store}</span>,
  },
  {
    id: 'store_status',
    name: 'Store says',
    card: 'second',
    className: 'text-soft',
    cell: (row) => (
      <span className="inline-flex items-center gap-1.5">
        {row.problem !== null && (
          <span {...hint(row.problem)}>
            <Glyph tone="attention" />
            <span className="sr-only">{row.problem}</span>
          </span>
        )}
        {row.storeStatus}
      </span>
    ),
  },
  {
    id: 'read',
    name: 'Read',
    align: 'end',
    off: true,
    className: 'text-soft',
    cell: (row) => <Time at={row.readAt} show="relative" />,
  },
  {
    id: 'placed',
    name: 'Placed',
    head: (
      <>
        Placed, <ZoneName />
      </>
    ),
    align: 'end',
    sort: 'placed',
    card: 'end',
    className: 'text-soft',
    cell: (row) => (row.placedAt === null ? '–' : <Time at={row.placedAt} />),
  },
]

/**
 * The orders of all stores. Parameters in the address: `q`, `payment`, `store`, `store_status` (repeatable), `placed_from`,
 * `placed_to`, `sort` (`placed`), `cols`, `older`, `newer`.
 */
export function OrdersList({
  rows,
  pager,
  stores,
  storeStatuses,
  zoneName,
  filtered,
  firstStepHref,
}: {
  rows: ReadonlyArray<OrderRow>
  pager: Pager
  stores: ReadonlyArray<{ value: string; label: string }>
  storeStatuses: ReadonlyArray<{ value: string; label: string }>
  zoneName: string
  filtered: boolean
  firstStepHref: string
}) {
  return (
    <DataTable
      caption="Orders"
      rows={rows}
      columns={columns}
      idOf={(row) => row.id}
      hrefOf={(row) => row.href}
      nameOf={(row) => `order ${row.number}`}
      pager={pager}
      defaultSort="-placed"
      bar={
        <FilterBar
          search={{ name: 'q', placeholder: 'Order number, e-mail' }}
          filters={[
            { kind: 'options', name: 'payment', label: 'Payment', options: optionsOf('order') },
            { kind: 'options', name: 'store', label: 'Store', options: stores },
            { kind: 'options', name: 'store_status', label: 'Store says', options: storeStatuses },
            { kind: 'days', name: 'placed', label: 'Placed', zoneName },
          ]}
        />
      }
      empty={
        filtered ? (
          <EmptyState title="No order fits these filters">Take one away, or look at another period.</EmptyState>
        ) : (
          <EmptyState
            title="Orders will appear here"
            action={
              <ButtonLink href={firstStepHref} look="solid">
                How to connect a store
              </ButtonLink>
            }
          >
            As each store tells of them, with what was paid for each.
          </EmptyState>
        )
      }
    />
  )
}
