'use client'

import { useEffect, useState } from 'react'
import type { PayOutcome } from './view'

/** What the status route answers. Times are ISO 8601, UTC, by our server's clock. */
export type OutcomeNews = { outcome: PayOutcome; declined: string | null; heard_at: string | null; now: string }

/** Asks again and again how the payment stands, while active and the page is seen. Null until the first answer. */
export function useOutcome(token: string, asking: { active: boolean; firstAfterMs: number; everyMs: number }): OutcomeNews | null {
  const [news, setNews] = useState<OutcomeNews | null>(null)
  const { active, firstAfterMs, everyMs } = asking
  useEffect(() => {
    if (!active) return
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    const again = (ms: number) => {
      timer = setTimeout(() => void ask(), ms)
    }
    const ask = async () => {
      try {
        const answer = await fetch(`/api/pay/${token}/status`, { signal: stop.signal, cache: 'no-store' })
        if (answer.ok) setNews((await answer.json()) as OutcomeNews)
      } catch {
        // No connection just now: asked again.
      }
      if (!stop.signal.aborted) again(document.visibilityState === 'hidden' ? Math.max(everyMs, 5_000) : everyMs)
    }
    again(firstAfterMs)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [token, active, firstAfterMs, everyMs])
  return news
}
