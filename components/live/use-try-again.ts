'use client'

import { useEffect } from 'react'
import { isServerReady } from './server-ready'

const firstMs = 4_000
const longestMs = 60_000
/** After so long without a failure the next one is a new one. */
const forgottenMs = 120_000

let before = { at: -Infinity, waitMs: firstMs }

/**
 * Tries again by itself what could not be shown, as soon as the server can show pages: after an outage every screen comes
 * back without a hand. What fails again although the server is well is tried less and less often.
 */
export function useTryAgain(retry: () => void): void {
  useEffect(() => {
    const stop = new AbortController()
    const waitMs = performance.now() - before.at > forgottenMs ? firstMs : before.waitMs
    let timer = setTimeout(() => void ask(), waitMs)
    const ask = async () => {
      const isReady = document.visibilityState === 'visible' && (await isServerReady(stop.signal))
      if (stop.signal.aborted) return
      if (!isReady) return void (timer = setTimeout(() => void ask(), firstMs))
      before = { at: performance.now(), waitMs: Math.min(longestMs, 2 * waitMs) }
      retry()
    }
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [retry])
}
