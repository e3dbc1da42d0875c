import { Amount } from '@/components/money/amount'
import { cx } from '@/components/ui/class-names'
import { Glyph } from '@/components/ui/glyph'
import { Time } from '@/components/ui/time'
import { toneInk, toneTint, type Tone } from '@/components/ui/tone'
import type { Claim, ClaimsView } from './view'

const VERDICT: Readonly<Record<ClaimsView['agree'], Tone>> = { yes: 'good', no: 'bad', not_yet: 'waiting' }

/** Store says, Stripe says, we say: the three amounts stand below each other, so that a difference is seen at once. */
export function ClaimsPanel({ of }: { of: ClaimsView }) {
  const tone = VERDICT[of.agree]
  return (
    <div>
      <table className="w-full text-sm">
        <caption className="sr-only">What the store, Stripe and Matchbook say of this payment</caption>
        <tbody>
          <Row who="Store says" claim={of.store} />
          <Row who="Stripe says" claim={of.stripe} />
          <Row who="We say" claim={of.ours} />
        </tbody>
      </table>
      <p className={cx('flex items-start gap-2 rounded-b-[7px] border-t border-line px-4 py-2.5 text-sm', toneTint[tone], toneInk[tone])}>
        <Glyph tone={tone} className="mt-[5px]" />
        {of.verdict}
      </p>
    </div>
  )
}

function Row({ who, claim }: { who: string; claim: Claim | null }) {
  return (
    <tr className="border-t border-line first:border-t-0">
      <th scope="row" className="w-24 py-2.5 pr-3 pl-4 text-left whitespace-nowrap align-top font-normal text-soft">
        {who}
      </th>
      {claim === null ? (
        <td colSpan={2} className="px-4 py-2.5 text-soft">
          Nothing: no store is known.
        </td>
      ) : (
        <>
          <td className="py-2.5 align-top [overflow-wrap:anywhere]">
            <span className="flex items-center gap-1.5 text-ink">
              <Glyph tone={claim.tone} />
              {claim.says}
            </span>
            <span className="text-xs text-faint">
              {claim.at !== null && <Time at={claim.at} />}
              {claim.at !== null && claim.reference !== undefined && ', '}
              {claim.reference}
            </span>
          </td>
          <td className="px-4 py-2.5 text-right align-top">
            {claim.amount === null ? <span className="text-soft">{claim.note ?? '–'}</span> : <Amount of={claim.amount} className="font-medium" />}
          </td>
        </>
      )}
    </tr>
  )
}
