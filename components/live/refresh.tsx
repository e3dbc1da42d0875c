'use client'

import { useRouter } from 'next/navigation'
import { createContext, use, useCallback, useEffect, useMemo, useState, useTransition, type ReactNode } from 'react'
import { Notice } from '@/components/ui/notice'
import { isServerReady } from './server-ready'

const askAgainMs = 4_000

/** `refresh` has the page read anew; `isBusy` while that is waited for. */
type Refresh = { refresh: () => void; isBusy: boolean }

const RefreshContext = createContext<Refresh>({ refresh: () => undefined, isBusy: false })

export function useRefresh(): Refresh {
  return use(RefreshContext)
}

/**
 * Reads the page anew for all who ask below it: one reading at a time (a second one would give up the first, so that a
 * slow page never changed), and only when the server can. While it cannot, the page stays as it is and says so.
 */
export function RefreshProvider({ children }: { children: ReactNode }) {
  const router = useRouter()
  const [isReading, startReading] = useTransition()
  const [isWanted, setIsWanted] = useState(false)
  const [isAway, setIsAway] = useState(false)
  const refresh = useCallback(() => setIsWanted(true), [])

  useEffect(() => {
    if (!isWanted || isReading) return
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    const ask = async () => {
      const isReady = await isServerReady(stop.signal)
      if (stop.signal.aborted) return
      setIsAway(!isReady)
      if (!isReady) return void (timer = setTimeout(() => void ask(), askAgainMs))
      setIsWanted(false)
      startReading(() => router.refresh())
    }
    void ask()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [isWanted, isReading, router])

  const value = useMemo(() => ({ refresh, isBusy: isWanted || isReading }), [refresh, isWanted, isReading])
  return (
    <RefreshContext value={value}>
      {children}
      {isAway && (
        <div className="fixed inset-x-4 bottom-4 z-30 mx-auto max-w-lg rounded-lg bg-raised shadow-float">
          <Notice tone="attention" title="The server does not answer just now">
            What you see may be old. It is asked again every few seconds; nothing is lost meanwhile.
          </Notice>
        </div>
      )}
    </RefreshContext>
  )
}
