import Link from 'next/link'
import { Amount } from '@/components/money/amount'
import { cx } from '@/components/ui/class-names'
import { hint } from '@/components/ui/hint'
import type { CurrencyFigures, FigureName, HomeFigure } from './view'

/** Today's money, one row per currency: currencies stand below each other and are never added up. */
export function Figures({ names, currencies }: { names: ReadonlyArray<FigureName>; currencies: ReadonlyArray<CurrencyFigures> }) {
  return (
    <div className="rounded-lg border border-line bg-surface">
      <table role="table" className="w-full max-md:block">
        <caption className="sr-only">Money by currency</caption>
        <thead role="rowgroup" className="max-md:hidden">
          <tr role="row">
            <th role="columnheader" scope="col" className="w-2 pt-3">
              <span className="sr-only">Currency</span>
            </th>
            {names.map((name) => (
              <th
                key={name.key}
                role="columnheader"
                scope="col"
                className="px-3 pt-3 text-left text-sm font-normal text-soft last:pr-5"
              >
                <span {...hint(name.meaning)}>{name.label}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="max-md:block">
          {currencies.map((row, index) => (
            <tr
              key={row.currency}
              role="row"
              className="max-md:grid max-md:grid-cols-2 max-md:gap-x-4 max-md:gap-y-3 max-md:px-4 max-md:py-3 max-md:not-first:border-t"
            >
              <th
                role="rowheader"
                scope="row"
                className={cx('text-left text-sm font-medium text-soft max-md:col-span-2', index > 0 && 'md:border-t')}
              >
                <span className="md:sr-only">{row.currency.toUpperCase()}</span>
              </th>
              {names.map((name) => (
                <td
                  key={name.key}
                  role="cell"
                  className={cx('md:px-3 md:py-3 md:align-top md:last:pr-5', index > 0 && 'md:border-t')}
                >
                  <span className="block text-xs text-faint md:hidden">{name.label}</span>
                  <Figure of={row.figures[name.key]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Figure({ of }: { of: HomeFigure | undefined }) {
  if (of === undefined) return <span className="text-soft">–</span>
  const zero = BigInt(of.amount.minor) === 0n
  const amount = <Amount of={of.amount} less={zero} className="text-xl font-medium tracking-[-0.012em] max-md:text-lg" />
  return (
    <>
      {of.href === undefined ? (
        amount
      ) : (
        <Link href={of.href} className="rounded-sm decoration-line-strong decoration-1 underline-offset-4 hover:underline">
          {amount}
        </Link>
      )}
      {of.note !== undefined && <span className="block text-xs text-faint">{of.note}</span>}
    </>
  )
}
