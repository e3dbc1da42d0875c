'use client'

import { useEffect } from 'react'
import { useRefresh } from './refresh'

const quietMs = 300
const longestRetryMs = 30_000
/** Without a sign of the person for so long the page stops refreshing, so that an unattended one does not stay signed in. */
const unattendedMs = 25 * 60_000
const signs = ['pointerdown', 'keydown', 'scroll', 'focus'] as const

/**
 * Reads the page anew when something of its tenant and mode changed. Connects only while the page is visible: a browser
 * gives one site few connections, and hidden tabs must not hold them.
 */
export function useLiveRefresh(tenant: string, mode: 'live' | 'test'): void {
  const { refresh: readAnew } = useRefresh()

  useEffect(() => {
    let source: EventSource | undefined
    let waiting: ReturnType<typeof setTimeout> | undefined
    let retry: ReturnType<typeof setTimeout> | undefined
    let failures = 0
    let hasMissed = false
    let lastSign = performance.now()

    const refresh = () => {
      if (performance.now() - lastSign > unattendedMs) return void (hasMissed = true)
      hasMissed = false
      waiting ??= setTimeout(() => {
        waiting = undefined
        readAnew()
      }, quietMs)
    }
    const disconnect = () => {
      clearTimeout(retry)
      source?.close()
      source = undefined
    }
    const connect = () => {
      if (source !== undefined || document.visibilityState !== 'visible') return
      source = new EventSource(`/api/stream?${new URLSearchParams({ tenant, mode })}`)
      source.addEventListener('open', () => (failures = 0))
      source.addEventListener('change', refresh)
      source.addEventListener('refresh', refresh)
      source.addEventListener('signed-out', () => {
        disconnect()
        readAnew()
      })
      source.addEventListener('error', () => {
        disconnect()
        hasMissed = true
        failures += 1
        retry = setTimeout(connectAndCatchUp, Math.min(longestRetryMs, 1_000 * 2 ** Math.min(failures, 5)))
      })
    }
    const connectAndCatchUp = () => {
      connect()
      if (hasMissed && source !== undefined) refresh()
    }
    const onVisible = () => {
      if (document.visibilityState === 'visible') return connectAndCatchUp()
      disconnect()
      hasMissed = true
    }
    const onSign = () => {
      lastSign = performance.now()
      if (hasMissed) connectAndCatchUp()
    }

    connect()
    document.addEventListener('visibilitychange', onVisible)
    for (const sign of signs) window.addEventListener(sign, onSign, { passive: true })
    return () => {
      disconnect()
      clearTimeout(waiting)
      document.removeEventListener('visibilitychange', onVisible)
      for (const sign of signs) window.removeEventListener(sign, onSign)
    }
  }, [readAnew, tenant, mode])
}

/** The hook as an element, for a page or layout that is rendered on the server. */
export function LiveRefreshStream({ tenant, mode }: { tenant: string; mode: 'live' | 'test' }) {
  useLiveRefresh(tenant, mode)
  return null
}
