import { Amount, Fee } from '@/components/money/amount'
import { State } from '@/components/state/state'
import { wordFor } from '@/components/state/words'
import { TrailDots } from '@/components/trail/trail-dots'
import { cx } from '@/components/ui/class-names'
import { CopyId } from '@/components/ui/copy-id'
import { RowLink, type Column } from '@/components/ui/data-table'
import { hint } from '@/components/ui/hint'
import { Tag } from '@/components/ui/pill'
import { Time, ZoneName } from '@/components/ui/time'
import Link from 'next/link'
import { Method } from './method'
import type { PaymentRow } from './view'

const NONE = <span className="text-soft">–</span>

/** The order's number and the customer; a payment without an order says where it comes from. */
export function PaymentTitle({ row }: { row: PaymentRow }) {
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <RowLink href={row.href} className="max-w-full shrink-0 truncate">
        {row.order?.name ?? (row.foreign ? 'Not ours' : 'No order')}
      </RowLink>
      <span className="min-w-0 truncate text-soft">{row.customer}</span>
    </span>
  )
}

/** Where the money stands between us and the bank: the dots, and the word for it. */
export function MatchCell({ row }: { row: PaymentRow }) {
  const word = row.match === null ? null : wordFor('match', row.match)
  return (
    <span className="inline-flex items-center gap-2.5">
      <TrailDots hops={row.hops} />
      {word !== null && (
        <span {...hint(word.sentence)} className={cx('max-sm:sr-only', row.match === 'unmatched' ? 'font-medium text-attention-ink' : 'text-soft')}>
          {word.label}
        </span>
      )}
    </span>
  )
}

/** The columns of the payments list, screen and choice alike. */
export const paymentColumns: ReadonlyArray<Column<PaymentRow>> = [
  {
    id: 'order',
    name: 'Order',
    card: 'title',
    className: 'sm:max-w-60',
    cell: (row) => <PaymentTitle row={row} />,
  },
  {
    id: 'amount',
    name: 'Amount',
    align: 'end',
    card: 'figure',
    cell: (row) => <Amount of={row.amount} className="font-medium" />,
  },
  { id: 'status', name: 'Payment', card: 'first', cell: (row) => <State of="payment" is={row.status} /> },
  { id: 'match', name: 'Explained', card: 'second', cell: (row) => <MatchCell row={row} /> },
  {
    id: 'store',
    name: 'Store',
    className: 'sm:max-w-40 truncate text-soft',
    cell: (row) => (row.foreign && row.store === null ? <Tag>other application</Tag> : row.store === null ? NONE : <span title={row.store}>{row.store}</span>),
  },
  { id: 'method', name: 'Method', off: true, cell: (row) => <Method of={row.method} /> },
  { id: 'fee', name: 'Fee', align: 'end', cell: (row) => <Fee of={row.fee} /> },
  { id: 'net', name: 'Net', align: 'end', off: true, cell: (row) => (row.net === null ? NONE : <Amount of={row.net} less />) },
  {
    id: 'refunded',
    name: 'Refunded',
    align: 'end',
    off: true,
    cell: (row) => (row.refunded === null ? NONE : <Amount of={row.refunded} less />),
  },
  {
    id: 'payout',
    name: 'Payout',
    off: true,
    cell: (row) =>
      row.payout === null ? (
        <span className="text-soft" {...hint('It has not left with a payout yet.')}>
          –
        </span>
      ) : row.payout.href === undefined ? (
        row.payout.name
      ) : (
        <Link href={row.payout.href} className="hover:underline">
          {row.payout.name}
        </Link>
      ),
  },
  { id: 'stripe_id', name: 'Stripe id', off: true, cell: (row) => <CopyId id={row.stripeId} label="Stripe id" /> },
  {
    id: 'created',
    name: 'Created',
    head: (
      <>
        Created, <ZoneName />
      </>
    ),
    align: 'end',
    sort: 'created',
    card: 'end',
    className: 'text-soft',
    cell: (row) => <Time at={row.createdAt} />,
  },
]
