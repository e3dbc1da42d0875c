import { Amount } from '@/components/money/amount'
import type { MoneyView } from '@/components/money/view'
import { hint } from '@/components/ui/hint'
import { Tag } from '@/components/ui/pill'
import type { LineView } from '@/components/payments/view'

/** The lines of an order as its store wrote them, and their total. */
export function LinesTable({ lines, total, caption }: { lines: ReadonlyArray<LineView>; total: MoneyView | null; caption: string }) {
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="text-xs text-faint">
          <th scope="col" className="h-9 px-4 text-left font-medium">
            Item
          </th>
          <th scope="col" className="px-2 text-right font-medium">
            Quantity
          </th>
          <th scope="col" className="px-4 text-right font-medium">
            Total
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, index) => (
          <tr key={index} className="border-t border-line align-top">
            <td className="min-w-0 px-4 py-2.5 break-words">
              {line.name}
              {line.kind !== 'item' && <Tag className="ml-2">{line.kind}</Tag>}
              {line.sku != null && line.sku !== '' && <span className="block font-mono text-xs text-faint">{line.sku}</span>}
            </td>
            <td className="figures px-2 py-2.5 text-right text-soft">{line.kind === 'item' ? line.quantity : ''}</td>
            <td className="px-4 py-2.5 text-right">
              {line.total === null ? (
                <span
                  className="text-attention-ink"
                  {...hint('The store’s figure has more decimals than its currency. It is shown as it came and never rounded.')}
                >
                  {line.totalText ?? '–'}
                </span>
              ) : (
                <Amount of={line.total} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
      {total !== null && (
        <tfoot>
          <tr className="border-t border-line-strong font-semibold">
            <th scope="row" colSpan={2} className="h-10 px-4 text-left font-semibold">
              Total
            </th>
            <td className="px-4 text-right">
              <Amount of={total} />
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  )
}
