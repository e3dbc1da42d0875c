'use client'

import { useEffect, useRef } from 'react'
import { useRefresh } from './refresh'

/** Without a sign of the person for so long it rests. */
const unattendedMs = 5 * 60_000
const signs = ['pointerdown', 'pointermove', 'keydown', 'scroll'] as const

/**
 * Reads the page anew at a steady pace, for what changes without being told of: while the page is visible and somebody is
 * there. The pace counts from the end of a reading.
 */
export function SteadyRefresh({ everyMs }: { everyMs: number }) {
  const { refresh, isBusy } = useRefresh()
  const lastSign = useRef(0)
  useEffect(() => {
    const onSign = () => void (lastSign.current = performance.now())
    onSign()
    for (const sign of signs) window.addEventListener(sign, onSign, { passive: true })
    return () => {
      for (const sign of signs) window.removeEventListener(sign, onSign)
    }
  }, [])
  useEffect(() => {
    if (isBusy) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && performance.now() - lastSign.current < unattendedMs) refresh()
    }, everyMs)
    return () => clearInterval(timer)
  }, [refresh, isBusy, everyMs])
  return null
}
