'use client'

import { DataTable, type Pager } from '@/components/ui/data-table'
import { ButtonLink } from '@/components/ui/button'
import { buttonClass } from '@/components/ui/button-class'
import { EmptyState } from '@/components/ui/empty-state'
import { FilterBar, type Filter } from '@/components/ui/filter-bar'
import { optionsOf } from '@/components/state/words'
import { paymentColumns } from './columns'
import type { PaymentRow } from './view'

/** Statuses that people filter by, in the order in which they ask for them. */
export const paymentStatusFilter = [
  'succeeded',
  'processing',
  'requires_action',
  'requires_capture',
  'failed',
  'partly_refunded',
  'refunded',
  'disputed',
  'requires_payment_method',
  'canceled',
] as const

/** Whose payments: ours, those of other applications on the same Stripe account, and those whose label cannot be believed. */
const originFilter = [
  { value: 'checkout', label: 'Matchbook' },
  { value: 'foreign', label: 'Another application' },
  { value: 'withheld', label: 'Label withheld' },
]

/**
 * The payments list. Parameters in the address: `q`, `status`, `match`, `store`, `method`, `origin`, `fee`, `currency` (each
 * repeatable), `created_from`, `created_to`, `paid_from`, `paid_to` (days in the tenant's zone), `sort` (`created`, with `-`
 * for descending), `cols`, `older`, `newer`.
 */
export function PaymentsList({
  rows,
  pager,
  stores,
  methods,
  currencies,
  zoneName,
  filtered,
  firstStepHref,
  exportHref,
}: {
  rows: ReadonlyArray<PaymentRow>
  pager: Pager
  stores: ReadonlyArray<{ value: string; label: string }>
  methods: ReadonlyArray<{ value: string; label: string }>
  currencies: ReadonlyArray<{ value: string; label: string }>
  zoneName: string
  /** True when a filter or a search is on: tells "nothing found" from "nothing yet". */
  filtered: boolean
  /** Where the first payment begins: stores, or making a pay link. */
  firstStepHref: string
  /** Export of what is on screen; ticked rows are added as `id`. Null when this person may not take files out. */
  exportHref: string | null
}) {
  const filters: Filter[] = [
    { kind: 'options', name: 'status', label: 'Payment', options: optionsOf('payment', paymentStatusFilter) },
    { kind: 'options', name: 'match', label: 'Explained', options: optionsOf('match') },
    { kind: 'options', name: 'store', label: 'Store', options: stores },
    { kind: 'options', name: 'method', label: 'Method', options: methods },
    { kind: 'days', name: 'created', label: 'Created', zoneName },
    { kind: 'days', name: 'paid', label: 'Paid', zoneName, rare: true },
    { kind: 'options', name: 'currency', label: 'Currency', options: currencies, rare: true },
    { kind: 'options', name: 'fee', label: 'Fee', options: optionsOf('fee'), rare: true },
    { kind: 'options', name: 'origin', label: 'Made by', options: originFilter, rare: true },
  ]
  return (
    <DataTable
      caption="Payments"
      rows={rows}
      columns={paymentColumns}
      idOf={idOf}
      hrefOf={hrefOf}
      nameOf={nameOf}
      pager={pager}
      defaultSort="-created"
      bar={<FilterBar search={{ name: 'q', placeholder: 'Order, e-mail, amount, pi_, ch_' }} filters={filters} />}
      bulk={(ids) => (
        <>
          <button type="button" data-copy={ids.join('\n')} className={buttonClass('outline', 'sm')}>
            Copy ids
          </button>
          {exportHref !== null && (
            <a href={withIds(exportHref, ids)} className={buttonClass('outline', 'sm')}>
              Export as CSV
            </a>
          )}
        </>
      )}
      empty={
        filtered ? (
          <EmptyState title="No payment fits these filters">Take one away, or look at another period.</EmptyState>
        ) : (
          <EmptyState
            title="Payments will appear here"
            action={
              <ButtonLink href={firstStepHref} look="solid">
                How to connect a store
              </ButtonLink>
            }
          >
            Each one with its store, its order and how far its money is explained. The first comes when an order is paid.
          </EmptyState>
        )
      }
    />
  )
}

function idOf(row: PaymentRow): string {
  return row.id
}

function hrefOf(row: PaymentRow): string {
  return row.href
}

function nameOf(row: PaymentRow): string {
  return `payment of order ${row.order?.name ?? 'unknown'}`
}

function withIds(href: string, ids: ReadonlyArray<string>): string {
  const extra = ids.map((id) => `id=${encodeURIComponent(id)}`).join('&')
  return `${href}${href.includes('?') ? '&' : '?'}${extra}`
}
