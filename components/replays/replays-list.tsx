'use client'

import { State } from '@/components/state/state'
import { DataTable, RowLink, type Column, type Pager } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Tag } from '@/components/ui/pill'
import { Time } from '@/components/ui/time'
import type { ReplayRow } from './view'

const columns: ReadonlyArray<Column<ReplayRow>> = [
  {
    id: 'what',
    name: 'What',
    card: 'title',
    className: 'sm:max-w-96',
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2">
        <RowLink href={row.href} className="truncate">
          {row.what}
        </RowLink>
        {row.dryRun && <Tag>dry run</Tag>}
      </span>
    ),
  },
  { id: 'state', name: 'State', card: 'first', cell: (row) => <State of="replay" is={row.state} /> },
  { id: 'who', name: 'Who', card: 'second', className: 'text-soft', cell: (row) => row.who },
  { id: 'events', name: 'Events', align: 'end', cell: (row) => <span className="figures">{row.folded.toLocaleString('en-US')}</span> },
  {
    id: 'payments',
    name: 'Payments that differ',
    align: 'end',
    cell: (row) => <span className="figures">{row.payments === 0 ? <span className="text-soft">none</span> : row.payments.toLocaleString('en-US')}</span>,
  },
  { id: 'at', name: 'Asked', align: 'end', card: 'end', className: 'text-soft', cell: (row) => <Time at={row.at} /> },
]

/** The replays made before, newest first. Parameters in the address: `older`, `newer`. */
export function ReplaysList({ rows, pager }: { rows: ReadonlyArray<ReplayRow>; pager: Pager }) {
  return (
    <DataTable
      caption="Replays"
      rows={rows}
      columns={columns}
      idOf={(row) => row.id}
      hrefOf={(row) => row.href}
      nameOf={(row) => `replay of ${row.what}`}
      pager={pager}
      empty={<EmptyState title="Nothing was replayed yet">Begin from an event, from the events list with its filter, or from a payment.</EmptyState>}
    />
  )
}
