'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Without a sign of the person for so long it rests. */
const unattendedMs = 5 * 60_000
const signs = ['pointerdown', 'pointermove', 'keydown', 'scroll'] as const

/**
 * Reads the page anew at a steady pace, for what changes without being told of: while the page is visible and somebody is
 * there.
 */
export function SteadyRefresh({ everyMs }: { everyMs: number }) {
  const router = useRouter()
  useEffect(() => {
    let lastSign = performance.now()
    const onSign = () => void (lastSign = performance.now())
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && performance.now() - lastSign < unattendedMs) router.refresh()
    }, everyMs)
    for (const sign of signs) window.addEventListener(sign, onSign, { passive: true })
    return () => {
      clearInterval(timer)
      for (const sign of signs) window.removeEventListener(sign, onSign)
    }
  }, [router, everyMs])
  return null
}
