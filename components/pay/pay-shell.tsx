import type { ReactNode } from 'react'
import { cx } from '@/components/ui/class-names'
import type { PayMoney } from './view'

const bands: Readonly<Record<Exclude<PayMoney, 'live'>, string>> = {
  sandbox: 'Sandbox: no real money moves.',
  test: 'Test mode: no real money moves.',
}

/** The ground of every page that a payer sees. One column, readable from 320 px; money that is not real is marked. */
export function PayShell({ money, children }: { money: PayMoney; children: ReactNode }) {
  return (
    <div className="min-h-dvh bg-canvas">
      {money !== 'live' && (
        <header>
          <div aria-hidden="true" className={cx('fixed inset-x-0 top-0 z-30 h-[3px]', money === 'sandbox' ? 'hatched' : 'bg-attention-mark')} />
          <p className="px-4 pt-3 text-center text-xs text-attention-ink">{bands[money]}</p>
        </header>
      )}
      <main className="mx-auto w-full max-w-[30rem] px-4 pt-6 pb-12 sm:pt-12">{children}</main>
    </div>
  )
}
