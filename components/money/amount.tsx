import { groupMinor } from '@/lib/money/core/decimal'
import { wordFor } from '@/components/state/words'
import { cx } from '@/components/ui/class-names'
import { hint } from '@/components/ui/hint'
import type { FeeView, MoneyView } from './view'

/**
 * An amount of money: minor units always shown, the code always beside it, digits of one width. `align` makes it fill a
 * cell so that figures end on one line whatever their code; `less` is for what stands behind another amount.
 */
export function Amount({ of, less = false, signed = false, className }: { of: MoneyView; less?: boolean; signed?: boolean; className?: string }) {
  const minor = BigInt(of.minor)
  return (
    <span className={cx('figures whitespace-nowrap', less ? 'text-soft' : 'text-ink', className)}>
      {signed && minor > 0n && '+'}
      {groupMinor(minor, of.currency)}
      <span className="ml-[0.35em] text-[max(0.6875rem,0.62em)] font-normal tracking-wide text-soft">{of.currency.toUpperCase()}</span>
    </span>
  )
}

/** A fee, or the word for why there is none to show. */
export function Fee({ of, className }: { of: FeeView; className?: string }) {
  if (of.state === 'known') return <Amount of={of.amount} less className={className} />
  const word = wordFor('fee', of.state)
  return (
    <span {...hint(word.sentence)} className={cx('text-sm whitespace-nowrap', of.state === 'pending' ? 'text-waiting-ink' : 'text-soft', className)}>
      {of.state === 'pending' ? word.label : '–'}
    </span>
  )
}

/** Amounts of several currencies, one below the other; they are never added up. */
export function Amounts({ of, className }: { of: ReadonlyArray<MoneyView>; className?: string }) {
  return (
    <span className={cx('inline-flex flex-col items-end', className)}>
      {of.map((one) => (
        <Amount key={one.currency} of={one} />
      ))}
    </span>
  )
}
