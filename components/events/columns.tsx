import { State } from '@/components/state/state'
import { CopyId } from '@/components/ui/copy-id'
import { RowLink, type Column } from '@/components/ui/data-table'
import { hint } from '@/components/ui/hint'
import { Time, ZoneName } from '@/components/ui/time'
import { durationText } from './duration'
import { Outcome } from './outcome'
import type { EventRow } from './view'

const NONE = <span className="text-soft">–</span>

/** From arrival to processed; more than a second is worth seeing. */
export function Took({ ms, replayed }: { ms: number | null; replayed: boolean }) {
  if (replayed)
    return (
      <span className="text-soft" {...hint('It was replayed since: the time of the first use is not kept.')}>
        replayed
      </span>
    )
  if (ms === null) return NONE
  return <span className={ms > 1_000 ? 'figures text-attention-ink' : 'figures text-soft'}>{durationText(ms)}</span>
}

/** The columns of the events list. */
export const eventColumns: ReadonlyArray<Column<EventRow>> = [
  {
    id: 'type',
    name: 'Event',
    card: 'title',
    className: 'sm:max-w-80',
    cell: (row) => (
      <RowLink href={row.href} className="block truncate font-mono text-xs">
        {row.type}
      </RowLink>
    ),
  },
  { id: 'outcome', name: 'Outcome', card: 'first', className: 'max-sm:[grid-column:1/4] sm:max-w-72', cell: (row) => <Outcome of={row} /> },
  { id: 'object', name: 'About', cell: (row) => (row.objectId === null ? NONE : <CopyId id={row.objectId} label="object id" />) },
  { id: 'kind', name: 'How it came', cell: (row) => <State of="eventKind" is={row.kind} /> },
  { id: 'connection', name: 'Account', off: true, className: 'sm:max-w-40 truncate text-soft', cell: (row) => row.connection },
  { id: 'event_id', name: 'Event id', off: true, cell: (row) => <CopyId id={row.eventId} label="event id" /> },
  {
    id: 'repeats',
    name: 'Repeats',
    align: 'end',
    cell: (row) =>
      row.repeats === 0 ? (
        NONE
      ) : (
        <span className="figures" {...hint(`It came ${row.repeats + 1} times. It counted once.`)}>
          +{row.repeats}
        </span>
      ),
  },
  {
    id: 'took',
    name: 'Took',
    head: <span {...hint('From its arrival here until it was processed.')}>Took</span>,
    align: 'end',
    card: 'figure',
    cell: (row) => <Took ms={row.tookMs} replayed={row.replayed} />,
  },
  {
    id: 'received',
    name: 'Received',
    head: (
      <>
        Received, <ZoneName />
      </>
    ),
    align: 'end',
    card: 'end',
    className: 'text-soft',
    cell: (row) => <Time at={row.receivedAt} />,
  },
]
