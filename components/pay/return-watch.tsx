'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { buttonClass } from '@/components/ui/button-class'
import { useOutcome, type OutcomeNews } from './use-outcome'
import type { PayOutcome } from './view'
import { declinedBecause } from './words'
import { Outcome } from './outcome-page'

/** After so long without news from Stripe the page says that it takes longer than usual. */
const slowAfterMs = 15_000

/** Looks how the payment stands until it is something else than `shown`, then has the page made anew from stored rows. */
function useNewOutcome(token: string, shown: PayOutcome, everyMs: number): OutcomeNews | null {
  const router = useRouter()
  const news = useOutcome(token, { active: true, firstAfterMs: Math.min(everyMs, 250), everyMs })
  const outcome = news?.outcome ?? shown
  useEffect(() => {
    if (outcome !== shown) router.refresh()
  }, [outcome, shown, router])
  return news
}

/** The return page while nothing is known yet. It never decides: it waits for what Stripe tells our server. */
export function ReturnWatch({ token, shown, store }: { token: string; shown: PayOutcome; store: string }) {
  const [isSlow, setIsSlow] = useState(false)
  const news = useNewOutcome(token, shown, isSlow ? 3_000 : 500)
  const [firstNow, setFirstNow] = useState<string | null>(null)
  if (news !== null && firstNow === null) setFirstNow(news.now)
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), slowAfterMs)
    return () => clearTimeout(timer)
  }, [])

  // Stripe was asked after this page was opened, and says that nothing was paid.
  const isUnpaid = news !== null && news.outcome === 'open' && firstNow !== null && news.heard_at !== null && news.heard_at > firstNow
  if (isUnpaid) {
    return (
      <Outcome
        tone="attention"
        title="Your payment was not completed"
        actions={
          <a href={`/pay/${token}`} className={buttonClass('solid')}>
            Try again
          </a>
        }
      >
        <p>{declinedBecause(news.declined) ?? 'It was not confirmed.'} Nothing was charged, and the order is kept.</p>
      </Outcome>
    )
  }
  return (
    <Outcome
      tone="waiting"
      title="Confirming your payment"
      actions={
        isSlow ? (
          <a href={`/pay/${token}`} className={buttonClass('outline')}>
            Back to the payment
          </a>
        ) : undefined
      }
    >
      <p>
        {isSlow
          ? `This takes longer than usual. You can close this page: ${store} is told as soon as it is confirmed, and you are not charged twice.`
          : 'This usually takes a second or two.'}
      </p>
    </Outcome>
  )
}

/** Behind a page that shows something for now: has it made anew when that changes. */
export function ChangeWatch({ token, shown, everyMs }: { token: string; shown: PayOutcome; everyMs: number }) {
  useNewOutcome(token, shown, everyMs)
  return null
}
