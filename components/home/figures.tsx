import Link from 'next/link'
import { Amount } from '@/components/money/amount'
import { cx } from '@/components/ui/class-names'
import { hint } from '@/components/ui/hint'
import type { CurrencyFigures, FigureName, HomeFigure } from './view'

/** Today's money, one row per currency: currencies stand below each other and are never added up. */
export function Figures({ names, currencies }: { names: ReadonlyArray<FigureName>; currencies: ReadonlyArray<CurrencyFigures> }) {
  return (
    <div className="@container quiet-scroll overflow-x-auto rounded-lg border border-line bg-surface">
      <table role="table" className="w-full @max-4xl:block">
        <caption className="sr-only">Money by currency</caption>
        <thead role="rowgroup" className="@max-4xl:hidden">
          <tr role="row">
            <th role="columnheader" scope="col" className="w-2 pt-3">
              <span className="sr-only">Currency</span>
            </th>
            {names.map((name) => (
              <th key={name.key} role="columnheader" scope="col" className="px-3 pt-3 text-left text-sm font-normal text-soft last:pr-5">
                <span {...hint(name.meaning)}>{name.label}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="@max-4xl:block">
          {currencies.map((row, index) => (
            <tr
              key={row.currency}
              role="row"
              className="@max-4xl:grid @max-4xl:grid-cols-[1fr_1fr] @lg:@max-4xl:grid-cols-[1fr_1fr_1fr] @max-4xl:gap-x-4 @max-4xl:gap-y-3 @max-4xl:px-4 @max-4xl:py-3 @max-4xl:not-first:border-t"
            >
              <th role="rowheader" scope="row" className={cx('text-left text-sm font-medium text-soft @max-4xl:col-span-full', index > 0 && '@4xl:border-t')}>
                <span className="@4xl:sr-only">{row.currency.toUpperCase()}</span>
              </th>
              {names.map((name) => (
                <td key={name.key} role="cell" className={cx('@4xl:px-3 @4xl:py-3 @4xl:align-top @4xl:last:pr-5', index > 0 && '@4xl:border-t')}>
                  <span className="block text-xs text-faint @4xl:hidden">{name.label}</span>
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
  const amount = <Amount of={of.amount} less={zero} className="text-xl font-medium tracking-[-0.012em] @max-2xl:text-lg" />
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
