'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'

/**
 * Keeps a page fresh without reload. Asks `path` for `{"version": "..."}` every `everyMs` while the window is visible and
 * renders the page anew when the version differs from the one it was rendered with. The answer should be cheap.
 */
export function LiveRefresh({ path, version, everyMs = 1500 }: { path: string; version: string; everyMs?: number }) {
  const router = useRouter()
  const known = useRef(version)

  useEffect(() => {
    known.current = version
  }, [version])

  useEffect(() => {
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let failures = 0

    const ask = async () => {
      if (document.visibilityState === 'visible') {
        try {
          const answer = await fetch(path, { signal: stop.signal, cache: 'no-store', headers: { accept: 'application/json' } })
          if (answer.ok) {
            failures = 0
            const body: unknown = await answer.json()
            const next = typeof body === 'object' && body !== null && 'version' in body ? String(body.version) : null
            if (next !== null && next !== known.current) {
              known.current = next
              router.refresh()
            }
          } else failures += 1
        } catch {
          failures += 1
        }
      }
      if (!stop.signal.aborted) timer = setTimeout(ask, Math.min(everyMs * 2 ** Math.min(failures, 5), 30_000))
    }
    const onVisible = () => {
      if (document.visibilityState !== 'visible') return
      clearTimeout(timer)
      void ask()
    }

    timer = setTimeout(ask, everyMs)
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      stop.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [path, everyMs, router])

  return null
}
