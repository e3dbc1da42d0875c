import { Amount } from '@/components/money/amount'
import type { PayOrderView } from './view'

/** Who is paid, for what, and how much: the first thing a payer reads. */
export function OrderSummary({ of, heading = true }: { of: PayOrderView; heading?: boolean }) {
  return (
    <section aria-label="Your order">
      {heading && (
        <header className="mb-4">
          <h1 className="text-xl font-semibold tracking-[-0.01em] text-balance break-words">{of.store}</h1>
          <p className="mt-0.5 text-lg text-soft">Order {of.number}</p>
        </header>
      )}
      <dl className="rounded-lg border border-line bg-surface text-base">
        {(of.lines ?? []).map((line, index) => (
          <div key={index} className="flex items-baseline justify-between gap-4 border-b border-line px-4 py-2.5">
            <dt className="min-w-0 break-words text-soft">
              {line.name}
              {line.quantity !== '1' && line.kind === 'item' && <span className="text-faint"> × {line.quantity}</span>}
            </dt>
            <dd className="shrink-0 text-right">
              <Amount of={line.total} less />
            </dd>
          </div>
        ))}
        <div className="flex items-baseline justify-between gap-4 px-4 py-3">
          <dt className="font-medium">Total</dt>
          <dd className="text-right text-lg font-semibold">
            <Amount of={of.total} />
          </dd>
        </div>
      </dl>
    </section>
  )
}
