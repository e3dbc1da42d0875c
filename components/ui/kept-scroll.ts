'use client'

import { useLayoutEffect, type RefObject } from 'react'

const BACK_COUNTS_FOR_MS = 2000
const kept = new Map<string, number>()
let wentBackAt = -Infinity
let listening = false

function listen(): void {
  if (listening) return
  listening = true
  window.addEventListener('popstate', () => {
    wentBackAt = performance.now()
  })
}

/**
 * Keeps the scroll position of a box per address and restores it when one comes back with the browser's back button.
 * A link followed forward starts at the top, as a page does.
 */
export function useKeptScroll(box: RefObject<HTMLElement | null>, address: string): void {
  useLayoutEffect(() => {
    listen()
    const element = box.current
    if (element === null) return
    const cameBack = performance.now() - wentBackAt < BACK_COUNTS_FOR_MS
    element.scrollTo({ top: cameBack ? (kept.get(address) ?? 0) : 0, behavior: 'instant' })
    const keep = () => kept.set(address, element.scrollTop)
    element.addEventListener('scroll', keep, { passive: true })
    return () => element.removeEventListener('scroll', keep)
  }, [box, address])
}
