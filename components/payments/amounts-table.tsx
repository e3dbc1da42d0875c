import { Amount, Fee } from '@/components/money/amount'
import { cx } from '@/components/ui/class-names'
import { hint } from '@/components/ui/hint'
import type { ReactNode } from 'react'
import type { PaymentDetailView } from './view'

/** What was authorised, taken, given back and withheld, and what is left. */
export function AmountsTable({ of }: { of: PaymentDetailView['amounts'] }) {
  const zero = (minor: string) => BigInt(minor) === 0n
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">Amounts of this payment</caption>
      <tbody>
        <Row name="Authorised" meaning="What the customer’s bank agreed to.">
          <Amount of={of.authorised} less />
        </Row>
        <Row name="Captured" meaning="What Stripe took.">
          <Amount of={of.captured} />
        </Row>
        <Row name="Refunded" meaning="What went back to the customer by refunds that succeeded.">
          <Amount of={negated(of.refunded)} less={zero(of.refunded.minor)} />
        </Row>
        <Row name="Disputed" meaning="What the customer’s bank withdrew, less what it gave back.">
          <Amount of={negated(of.disputed)} less={zero(of.disputed.minor)} />
        </Row>
        <Row name="Fee" meaning="What Stripe keeps, as its balance transaction says.">
          {of.fee.state === 'known' ? <Amount of={negated(of.fee.amount)} /> : <Fee of={of.fee} />}
        </Row>
        <Row name="Net" meaning="What remains in the balance." strong>
          {of.net !== null ? (
            <Amount of={of.net} />
          ) : of.fee.state === 'not_applicable' ? (
            <span className="font-normal text-soft">–</span>
          ) : (
            <span className="font-normal text-waiting-ink">Not known yet</span>
          )}
        </Row>
      </tbody>
      {of.exchange !== undefined && (
        <tfoot>
          <tr>
            <td colSpan={2} className="figures px-4 pt-1 pb-3 text-right text-xs text-faint">
              {of.exchange}
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  )
}

function negated(money: { minor: string; currency: string }): { minor: string; currency: string } {
  return { minor: (-BigInt(money.minor)).toString(), currency: money.currency }
}

function Row({ name, meaning, strong = false, children }: { name: string; meaning: string; strong?: boolean; children: ReactNode }) {
  return (
    <tr className={cx('border-t border-line first:border-t-0', strong && 'border-line-strong font-semibold')}>
      <th scope="row" className={cx('h-10 px-4 text-left', strong ? 'font-semibold text-ink' : 'font-normal text-soft')}>
        <span {...hint(meaning)}>{name}</span>
      </th>
      <td className="px-4 text-right">{children}</td>
    </tr>
  )
}
