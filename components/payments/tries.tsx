import type { ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import type { MoneyView } from '@/components/money/view'
import { State } from '@/components/state/state'
import type { WordFamily } from '@/components/state/words'
import { CopyId } from '@/components/ui/copy-id'
import { hint } from '@/components/ui/hint'
import { Time } from '@/components/ui/time'
import { Method } from './method'
import type { ChargeView, DisputeView, RefundView } from './view'

/** Every try to charge, declined ones too, newest last. */
export function Tries({ charges }: { charges: ReadonlyArray<ChargeView> }) {
  return (
    <ol aria-label="Tries to charge" className="divide-y divide-line">
      {charges.map((charge) => (
        <Moved
          key={charge.id}
          family="charge"
          state={charge.status}
          amount={charge.amount}
          at={charge.at}
          id={charge.id}
          beside={<Method of={charge.method} />}
        >
          {charge.reason !== undefined && (
            <span {...(charge.code === undefined ? {} : hint({ text: 'Stripe’s code for it', meta: charge.code }))}>{charge.reason}</span>
          )}
        </Moved>
      ))}
    </ol>
  )
}

/** Refunds of a payment, wherever they were made. */
export function Refunds({ refunds }: { refunds: ReadonlyArray<RefundView> }) {
  return (
    <ol aria-label="Refunds" className="divide-y divide-line">
      {refunds.map((refund) => (
        <Moved key={refund.id} family="refund" state={refund.status} amount={refund.amount} at={refund.at} id={refund.id}>
          {refund.failure ?? refund.reason}
        </Moved>
      ))}
    </ol>
  )
}

/** Disputes of a payment, with the time until which evidence is taken. */
export function Disputes({ disputes }: { disputes: ReadonlyArray<DisputeView> }) {
  return (
    <ol aria-label="Disputes" className="divide-y divide-line">
      {disputes.map((dispute) => (
        <Moved key={dispute.id} family="dispute" state={dispute.status} amount={dispute.amount} at={dispute.at} id={dispute.id}>
          {dispute.reason}
          {dispute.dueBy != null && (
            <>
              {dispute.reason !== undefined && '. '}Answer by <Time at={dispute.dueBy} className="text-ink" />.
            </>
          )}
        </Moved>
      ))}
    </ol>
  )
}

function Moved({
  family,
  state,
  amount,
  at,
  id,
  beside,
  children,
}: {
  family: WordFamily
  state: string
  amount: MoneyView
  at: string
  id: string
  beside?: ReactNode
  children?: ReactNode
}) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 px-4 py-2.5 text-sm">
      <span className="flex flex-wrap items-center gap-x-4">
        <State of={family} is={state} focusable />
        {beside}
      </span>
      <Amount of={amount} className="text-right" />
      <span className="min-w-0 text-soft">{children}</span>
      <span className="flex items-center justify-end gap-3 text-xs text-faint">
        <span className="max-sm:hidden">
          <CopyId id={id} />
        </span>
        <Time at={at} />
      </span>
    </li>
  )
}
