'use client'

import { useRef, useState } from 'react'
import { Amount } from '@/components/money/amount'
import { MatchCell, PaymentTitle } from '@/components/payments/columns'
import type { PaymentRow } from '@/components/payments/view'
import { State } from '@/components/state/state'
import { cx } from '@/components/ui/class-names'
import { useListKeys } from '@/components/ui/list-keys'
import { Time } from '@/components/ui/time'

/** The newest payments. One that arrives while the page is open is marked for a moment. */
export function RecentPayments({ rows }: { rows: ReadonlyArray<PaymentRow> }) {
  const list = useRef<HTMLUListElement>(null)
  const [first] = useState(() => new Set(rows.map((row) => row.id)))
  useListKeys(list, true)
  return (
    <ul ref={list} className="divide-y divide-line">
      {rows.map((row) => (
        <li
          key={row.id}
          data-row={row.id}
          className={cx(
            'relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 px-4 py-2 text-sm hover:bg-hover has-[[data-row-link]:focus-visible]:bg-hover',
            'md:h-10 md:grid-cols-[minmax(0,1fr)_8.5rem_10.5rem_minmax(7rem,auto)_5rem] md:py-0',
            !first.has(row.id) && 'animate-arrive',
          )}
        >
          <span className="min-w-0 [&_a]:after:absolute [&_a]:after:inset-0">
            <PaymentTitle row={row} />
          </span>
          <span className="max-md:row-start-2">
            <State of="payment" is={row.status} />
          </span>
          <span className="relative z-10 max-md:hidden">
            <MatchCell row={row} />
          </span>
          <Amount of={row.amount} className="text-right font-medium max-md:col-start-2 max-md:row-start-1" />
          <Time at={row.createdAt} show="relative" className="relative z-10 text-right text-faint max-md:row-start-2" />
        </li>
      ))}
    </ul>
  )
}
