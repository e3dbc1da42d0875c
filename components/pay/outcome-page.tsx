import type { ReactNode } from 'react'
import { Amount } from '@/components/money/amount'
import { buttonClass } from '@/components/ui/button-class'
import { cx } from '@/components/ui/class-names'
import { Glyph } from '@/components/ui/glyph'
import { toneTint, type Tone } from '@/components/ui/tone'
import type { PayOrderView } from './view'
import { problemSaid, settlesWhen } from './words'

/** The calm middle of an outcome: a mark, one sentence as its title, what it means, what to do. */
export function Outcome({ tone, title, children, actions }: { tone: Tone; title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="rounded-lg border border-line bg-surface px-5 py-6">
      <div className="flex items-start gap-3">
        <span className={cx('mt-0.5 grid size-7 shrink-0 place-items-center rounded-full', toneTint[tone])}>
          <Glyph tone={tone} className="size-3" />
        </span>
        <div className="min-w-0 flex-1">
          <h1 className="text-xl font-semibold text-balance break-words">{title}</h1>
          <div className="mt-2 space-y-2 text-base leading-6 text-soft">{children}</div>
          {actions !== undefined && <div className="mt-5 flex flex-wrap gap-2">{actions}</div>}
        </div>
      </div>
    </div>
  )
}

type Ended = 'paid' | 'already_paid' | 'processing' | 'failed' | 'expired'

/** The page of an order whose link is no longer open. `token` is the link's, for trying again. */
export function OutcomePage({
  outcome,
  of,
  method,
  token,
  problem,
}: {
  outcome: Ended
  of: PayOrderView
  method: string | null
  token: string
  problem?: string | undefined
}) {
  return (
    <>
      <OutcomeOf outcome={outcome} of={of} method={method} token={token} problem={problem} />
      <p className="mt-4 px-1 text-sm text-faint">
        {of.store} · Order {of.number} · <Amount of={of.total} less />
      </p>
    </>
  )
}

function OutcomeOf({
  outcome,
  of,
  method,
  token,
  problem,
}: {
  outcome: Ended
  of: PayOrderView
  method: string | null
  token: string
  problem?: string | undefined
}) {
  const back = of.store_url === null ? undefined : <BackToStore href={of.store_url} store={of.store} />
  switch (outcome) {
    case 'paid':
      return (
        <Outcome tone="good" title="Paid. Thank you." actions={back}>
          <p>
            {of.store} has your payment of <Amount of={of.total} /> for order {of.number}. There is nothing more to do.
          </p>
        </Outcome>
      )
    case 'already_paid':
      return (
        <Outcome tone="good" title="This order is already paid" actions={back}>
          <p>Order {of.number} was paid in another way. Nothing was charged through this link.</p>
        </Outcome>
      )
    case 'processing':
      return (
        <Outcome tone="waiting" title="Your payment is on its way" actions={back}>
          <p>
            {settlesWhen(method)} {of.store} is told as soon as it is confirmed.
          </p>
          <p>There is nothing more to do, and no need to pay again. You can close this page.</p>
        </Outcome>
      )
    case 'failed':
      return (
        <Outcome
          tone="bad"
          title="The payment did not go through"
          actions={
            <>
              <form method="post" action={`/api/pay/${token}/again`}>
                <button type="submit" className={buttonClass('solid')}>
                  Try again
                </button>
              </form>
              {back}
            </>
          }
        >
          <p>Your bank sent the payment back. The order is not paid, and nothing was kept. Order {of.number} is still waiting for you.</p>
          {problem !== undefined && (
            <p role="alert" className="text-bad-ink">
              {problemSaid(problem)}
            </p>
          )}
        </Outcome>
      )
    case 'expired':
      return (
        <Outcome tone="plain" title="This link has expired" actions={back}>
          <p>
            Nothing was charged. Go back to {of.store} and pay order {of.number} from there, or ask for a new link.
          </p>
        </Outcome>
      )
  }
}

function BackToStore({ href, store }: { href: string; store: string }) {
  return (
    <a href={href} className={buttonClass('outline')}>
      Back to {store}
    </a>
  )
}

/** The page of a link that opens nothing. */
export function UnknownLink() {
  return (
    <Outcome tone="plain" title="This payment link does not exist">
      <p>It may be cut short or mistyped. Open it again from where you got it, or ask the store for a new one.</p>
      <p>Nothing was charged.</p>
    </Outcome>
  )
}
