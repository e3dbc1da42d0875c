'use client'

import Link from 'next/link'
import { Amount } from '@/components/money/amount'
import { State } from '@/components/state/state'
import { optionsOf } from '@/components/state/words'
import { DataTable, RowLink, type Column, type Pager } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { FilterBar } from '@/components/ui/filter-bar'
import { hint } from '@/components/ui/hint'
import { PostButton } from '@/components/ui/post-button'
import { Time } from '@/components/ui/time'
import { wordFor } from '@/components/state/words'
import { Glyph } from '@/components/ui/glyph'
import type { ExceptionRow, UndoneRow } from './view'

const NONE = <span className="text-soft">–</span>

const exceptionColumns: ReadonlyArray<Column<ExceptionRow>> = [
  {
    id: 'type',
    name: 'What',
    card: 'title',
    className: 'sm:max-w-64',
    cell: (row) => {
      const word = wordFor('exception', row.type)
      return (
        <span className="flex min-w-0 items-center gap-1.5" {...hint(row.detail === null ? word.sentence : { text: word.sentence, meta: row.detail })}>
          <Glyph tone={word.tone} />
          <RowLink href={row.href} className="truncate">
            {word.label}
          </RowLink>
        </span>
      )
    },
  },
  {
    id: 'amount',
    name: 'At risk',
    align: 'end',
    card: 'figure',
    cell: (row) => (row.amount === null ? NONE : <Amount of={row.amount} className="font-medium" />),
  },
  {
    id: 'about',
    name: 'About',
    card: 'first',
    className: 'sm:max-w-48 truncate',
    cell: (row) =>
      row.about === null ? (
        NONE
      ) : row.about.href === undefined ? (
        row.about.name
      ) : (
        <Link href={row.about.href} title={row.about.name} className="hover:underline">
          {row.about.name}
        </Link>
      ),
  },
  { id: 'store', name: 'Store', className: 'sm:max-w-40 truncate text-soft', cell: (row) => row.store ?? NONE },
  {
    id: 'fix',
    name: 'What to do',
    className: 'sm:max-w-64 truncate text-soft',
    cell: (row) => (row.fix === null ? NONE : <span title={row.fix}>{row.fix}</span>),
  },
  {
    id: 'action',
    name: 'Action',
    card: 'second',
    head: <span className="sr-only">Action</span>,
    cell: (row) =>
      row.requeuePath === null ? null : (
        <PostButton path={row.requeuePath} size="sm" done="Queued">
          Queue again
        </PostButton>
      ),
  },
  {
    id: 'opened',
    name: 'Open since',
    align: 'end',
    sort: 'opened',
    card: 'end',
    className: 'text-soft',
    cell: (row) => <Time at={row.openedAt} show="relative" />,
  },
]

/** The open exceptions. Parameters in the address: `type` (repeatable), `sort` (`opened` is oldest first), `older`, `newer`. */
export function ExceptionsList({
  rows,
  pager,
  types,
  filtered,
}: {
  rows: ReadonlyArray<ExceptionRow>
  pager: Pager
  types: ReadonlyArray<string>
  filtered: boolean
}) {
  return (
    <DataTable
      caption="Exceptions"
      rows={rows}
      columns={exceptionColumns}
      idOf={(row) => row.id}
      hrefOf={(row) => row.href}
      nameOf={(row) => wordFor('exception', row.type).label}
      pager={pager}
      defaultSort="-opened"
      {...(types.length === 0
        ? {}
        : { bar: <FilterBar filters={[{ kind: 'options', name: 'type', label: 'What', options: optionsOf('exception', types) }]} /> })}
      empty={
        filtered ? (
          <EmptyState title="Nothing of this kind is open">Take the filter away to see the rest.</EmptyState>
        ) : (
          <EmptyState title="Everything adds up">What does not will appear here, with what is at risk and what to do about it.</EmptyState>
        )
      }
    />
  )
}

const undoneColumns: ReadonlyArray<Column<UndoneRow>> = [
  {
    id: 'what',
    name: 'What',
    card: 'title',
    cell: (row) => <RowLink href={row.href}>{row.what}</RowLink>,
  },
  { id: 'state', name: 'State', card: 'first', cell: (row) => <State of="effect" is={row.state} /> },
  { id: 'order', name: 'Order', card: 'second', className: 'sm:max-w-44 truncate text-soft', cell: (row) => <span title={row.order}>{row.order}</span> },
  { id: 'store', name: 'Store', className: 'sm:max-w-40 truncate text-soft', cell: (row) => row.store },
  {
    id: 'why',
    name: 'Why',
    className: 'sm:max-w-64 truncate text-soft',
    cell: (row) => <span {...hint(row.why)}>{row.why}</span>,
  },
  { id: 'tries', name: 'Tries', align: 'end', cell: (row) => <span className="figures">{row.attempts}</span> },
  {
    id: 'action',
    name: 'Action',
    head: <span className="sr-only">Action</span>,
    cell: (row) =>
      row.requeuePath === null ? null : (
        <PostButton path={row.requeuePath} size="sm" done="Queued">
          Queue again
        </PostButton>
      ),
  },
  { id: 'at', name: 'When', align: 'end', card: 'end', className: 'text-soft', cell: (row) => <Time at={row.at} /> },
]

/** Effects that were given up, or left alone. Parameters in the address: `older`, `newer`. */
export function UndoneList({ rows, pager, state }: { rows: ReadonlyArray<UndoneRow>; pager: Pager; state: 'dead' | 'skipped' }) {
  return (
    <DataTable
      caption={state === 'dead' ? 'Given up' : 'Left alone'}
      rows={rows}
      columns={undoneColumns}
      idOf={(row) => row.id}
      hrefOf={(row) => row.href}
      nameOf={(row) => `${row.what}, ${row.order}`}
      pager={pager}
      empty={
        state === 'dead' ? (
          <EmptyState title="Nothing was given up">When a store cannot be told of a payment after many tries, it appears here with the reason.</EmptyState>
        ) : (
          <EmptyState title="Nothing was left alone">
            When a store is not told because it said so already, or must not be told, it appears here with the reason.
          </EmptyState>
        )
      }
    />
  )
}
