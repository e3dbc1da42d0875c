'use client'

import { useEffect, type RefObject } from 'react'

/** True when a key press belongs to what is being typed or to something open in front of the page. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return true
  const at = event.target
  if (at instanceof HTMLElement && (at.isContentEditable || at.closest('input:not([type=checkbox]), textarea, select, [role=menu]') !== null)) return true
  return document.querySelector('[role=dialog], [role=menu]') !== null
}

/**
 * Moves through the rows of a list with j and k (focus goes to the row's link, so Enter opens it and screen readers
 * announce it) and ticks the current row with x. Rows are `[data-row]`, their link `[data-row-link]`.
 */
export function useListKeys(list: RefObject<HTMLElement | null>, active: boolean): void {
  useEffect(() => {
    if (!active) return
    const onKey = (event: KeyboardEvent) => {
      if (!['j', 'k', 'x'].includes(event.key) || isTyping(event)) return
      const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
      const now = rows.findIndex((row) => row.contains(document.activeElement))
      if (event.key === 'x') {
        rows[now]?.querySelector<HTMLInputElement>('input[type=checkbox]')?.click()
        return
      }
      const to = now === -1 ? 0 : now + (event.key === 'j' ? 1 : -1)
      const row = rows[Math.max(0, Math.min(rows.length - 1, to))]
      const link = row?.querySelector<HTMLElement>('[data-row-link]')
      if (row === undefined || link === null || link === undefined) return
      event.preventDefault()
      link.focus({ preventScroll: true })
      row.scrollIntoView({ block: 'nearest' })
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [list, active])
}
